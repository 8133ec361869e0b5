"""Too many tries: counted in the database, said in a page that keeps what was typed."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.models import RateCounter
from tests.accounts.conftest import Mailbox
from tests.cast import PASSWORD, Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send

SIGN_IN = "/account/sign-in"


def test_guessing_a_password_ends_after_ten_tries(client: FlaskClient, cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    fields = hidden_fields(client.get(SIGN_IN).text, SIGN_IN)
    for _try in range(10):
        assert client.post(SIGN_IN, data=fields | {"email": owner.email, "password": "no"}).status_code == 422
    refused = client.post(SIGN_IN, data=fields | {"email": owner.email, "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert owner.email in refused.text
    with inside() as session:
        assert not any("owner" in key for key in session.scalars(select(RateCounter.key)))
    member = cast("member")
    assert client.post(SIGN_IN, data=fields | {"email": member.email, "password": "no"}).status_code == 422
    with clock.travel(clock.now() + timedelta(minutes=16)):
        assert send(client, SIGN_IN, email=owner.email, password=PASSWORD).status_code == 302


def test_success_forgives_earlier_mistakes(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    for _round in range(2):
        for _try in range(9):
            assert send(client, SIGN_IN, email=owner.email, password="no").status_code == 422
        assert send(client, SIGN_IN, email=owner.email, password=PASSWORD).status_code == 302
        client.post("/account/sign-out")


def test_one_address_cannot_try_many_accounts(client: FlaskClient) -> None:
    fields = hidden_fields(client.get(SIGN_IN).text, SIGN_IN)
    answers = [
        client.post(
            SIGN_IN, data=fields | {"email": f"n{number}@parquet.example", "password": ""}
        ).status_code
        for number in range(101)
    ]
    assert answers == [422] * 100 + [429]


def test_guessing_a_code_ends(client: FlaskClient, cast: Cast) -> None:
    administrator = cast("administrator")
    send(client, SIGN_IN, email=administrator.email, password=PASSWORD)
    for _try in range(8):
        assert send(client, "/account/sign-in/code", code="000000").status_code == 422
    assert send(client, "/account/sign-in/code", code=administrator.credentials.code()).status_code == 429
    assert send(client, "/account/sign-in/recovery", code="AAAA-AAAA-AAAA").status_code == 429


def test_mails_to_one_address_are_few(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    before = len(mailbox(owner.email))
    answers = [send(client, "/account/reset", email=owner.email).status_code for _try in range(6)]
    assert answers == [302] * 4 + [429] * 2
    assert len(mailbox(owner.email)) == before + 4


def test_guessing_the_password_inside_ends(cast: Cast) -> None:
    client = cast("owner").client
    typed = {"new_password": "a lighthouse beside", "new_password_confirm": "a lighthouse beside"}
    for _try in range(10):
        assert send(client, "/account/password", password="no", **typed).status_code == 422
    assert send(client, "/account/password", password=PASSWORD, **typed).status_code == 429
