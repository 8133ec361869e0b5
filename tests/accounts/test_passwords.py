"""Choosing, changing and resetting a password."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from app.accounts import passwords
from tests.accounts.conftest import Mailbox, link_in
from tests.cast import PASSWORD, Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send

NEW = "a lighthouse beside nine birches"


@pytest.mark.parametrize(
    "weak", ["1234567890", "qwertyuiop", "Password2024", "sunshine12", "iloveyou!!!", "abababababab"]
)
def test_common_passwords_are_refused(inside: Inside, weak: str) -> None:
    with inside():
        assert passwords.faults(weak)


@pytest.mark.parametrize(
    "good", [NEW, PASSWORD, "Tr0ub4dor&3x9!", "كلمة سر طويلة جدا", "我们的密码不常见而且够长"]
)
def test_good_passwords_pass(inside: Inside, good: str) -> None:
    with inside():
        assert passwords.faults(passwords.normalised(good), ["amina@x.example", "Amina", "Odhiambo"]) == []


def test_same_letters_typed_differently_are_the_same_password(client: FlaskClient, cast: Cast) -> None:
    assert passwords.normalised("e\u0301te\u0301 \ufb01n") == passwords.normalised("été fin")


def test_hash_costs_what_it_should(inside: Inside) -> None:
    with inside():
        passwords.hashed(NEW)
        started = time.process_time()
        passwords.hashed(NEW)
        assert time.process_time() - started < 0.2


def test_change_ends_other_sign_ins(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    other = owner.new_client()
    before = len(mailbox(owner.email))
    answer = send(
        owner.client, "/account/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW
    )
    assert answer.location == "/account/security"
    assert owner.client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert "changed" in mailbox(owner.email)[before].subject
    assert send(client, "/account/sign-in", email=owner.email, password=PASSWORD).status_code == 422
    assert send(client, "/account/sign-in", email=owner.email, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"password": "wrong", "new_password": NEW, "new_password_confirm": NEW}, "not right"),
        ({"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW + "x"}, "differ"),
        (
            {"password": PASSWORD, "new_password": "qwertyuiop", "new_password_confirm": "qwertyuiop"},
            "attackers",
        ),
        ({"password": PASSWORD, "new_password": PASSWORD, "new_password_confirm": PASSWORD}, "differ"),
        (
            {
                "password": PASSWORD,
                "new_password": "odhiambo rivers",
                "new_password_confirm": "odhiambo rivers",
            },
            "name",
        ),
    ],
)
def test_change_refused(cast: Cast, typed: dict[str, str], says: str) -> None:
    answer = send(cast("owner").client, "/account/password", **typed)
    assert answer.status_code == 422
    assert says in answer.text


def test_reset_works_once_and_ends_every_sign_in(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    device = owner.client
    assert send(client, "/account/reset", email=owner.email).location == "/account/reset/sent"
    link = link_in(mailbox(owner.email)[-1])
    assert send(client, link, password="short", password_confirm="short").status_code == 422
    assert send(client, link, password=NEW, password_confirm=NEW).location == "/account/sign-in"
    assert device.get("/account").status_code == 302
    again = client.get(link)
    assert again.location == "/account/reset"
    assert send(client, "/account/sign-in", email=owner.email, password=NEW).status_code == 302


def test_reset_link_dies_when_the_password_changes(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    send(client, "/account/reset", email=owner.email)
    link = link_in(mailbox(owner.email)[-1])
    fields = hidden_fields(client.get(link).text, link)
    send(owner.client, "/account/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    answer = client.post(
        link, data=fields | {"password": "another good river", "password_confirm": "another good river"}
    )
    assert answer.location == "/account/reset"


def test_reset_expires(
    client: FlaskClient, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = cast("owner")
    send(client, "/account/reset", email=owner.email)
    link = link_in(mailbox(owner.email)[-1])
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) + 3660)
    assert client.get(link).location == "/account/reset"
    assert "one hour" in client.get("/account/reset").text


def test_reset_answers_alike_and_mails_only_who_may_sign_in(
    client: FlaskClient, cast: Cast, mailbox: Mailbox
) -> None:
    suspended, closed = cast("suspended"), cast("closed")
    counts = {who.email: len(mailbox(who.email)) for who in (suspended, closed)}
    answers = [send(client, "/account/reset", email=who) for who in (*counts, "nobody@parquet.example")]
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, "/account/reset/sent")}
    assert {email: len(mailbox(email)) for email in counts} == counts
    assert mailbox("nobody@parquet.example") == []


def test_reset_confirms_the_address_too(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    who = cast("unconfirmed")
    send(client, "/account/reset", email=who.email)
    link = link_in([one for one in mailbox(who.email) if "password" in one.subject][-1])
    send(client, link, password=NEW, password_confirm=NEW)
    assert send(client, "/account/sign-in", email=who.email, password=NEW).status_code == 302
    assert client.get("/account/standing").status_code == 200
