"""Signing in and out, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.accounts.models import WebSession
from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import TransactionalFlask
from tests.accounts.conftest import Mailbox
from tests.cast import PASSWORD, Cast, Credentials
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send

SIGN_IN = "/account/sign-in"


def cookie_of(client: FlaskClient, app: Flask) -> str:
    found = client.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
    assert found is not None
    return str(found.value)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def sign_in(client: FlaskClient, who: Credentials) -> None:
    answer = send(client, SIGN_IN, email=who.email, password=who.password)
    assert answer.status_code == 302, answer.text


def test_right_password_signs_in(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    answer = send(client, SIGN_IN, email="  OWNER@Cast.Example ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert owner.name in client.get("/account/security").text


def test_wrong_password_and_unknown_address_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    cast("owner")
    pages = []
    for email in ("owner@cast.example", "nobody@cast.example"):
        answer = send(client, SIGN_IN, email=email, password="not the password")
        assert answer.status_code == 422
        assert "not right" in answer.text
        kept = [line for line in answer.text.splitlines() if "csrf_token" not in line and email not in line]
        pages.append("\n".join(kept))
    assert pages[0] == pages[1]
    assert not is_in(client)


def test_failure_is_in_the_audit(client: FlaskClient, cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    send(client, SIGN_IN, email=owner.email, password="not the password")
    sign_in(client, owner.credentials)
    client.post("/account/sign-out")
    with inside() as session:
        told = session.scalars(
            select(AuditEntry.verb).where(AuditEntry.object_id == owner.public_id).order_by(AuditEntry.id)
        ).all()
    assert told[-3:] == ["session.sign_in_failed", "session.signed_in", "session.signed_out"]


def test_token_changes_at_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    client.get(SIGN_IN)
    before = cookie_of(client, app)
    sign_in(client, owner.credentials)
    assert cookie_of(client, app) != before
    thief = app.test_client()
    thief.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), before)
    assert not is_in(thief)


def test_token_is_dead_after_sign_out(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast("owner").credentials)
    token = cookie_of(client, app)
    assert client.post("/account/sign-out").status_code == 302
    client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), token)
    assert not is_in(client)


def test_sign_out_leaves_no_cookie(app: Flask, cast: Cast) -> None:
    client = cast("owner").client
    client.post("/account/sign-out")
    assert client.get_cookie(str(app.config["SESSION_COOKIE_NAME"])) is None


def test_idle_sign_in_ends(cast: Cast) -> None:
    client = cast("owner").client
    start = clock.now()
    with clock.travel(start + timedelta(minutes=119)):
        assert is_in(client)
    with clock.travel(start + timedelta(minutes=119 + 121)):
        assert not is_in(client)


def test_every_sign_in_ends_after_the_longest_time(cast: Cast) -> None:
    client = cast("owner").client
    start = clock.now()
    for hours in range(1, 337):
        with clock.travel(start + timedelta(hours=hours, minutes=-1)):
            assert client.get("/account/sign-in").status_code == 302
    with clock.travel(start + timedelta(hours=336, minutes=1)):
        assert not is_in(client)


def test_form_without_token_is_refused(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    answer = client.post(SIGN_IN, data={"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert not is_in(client)


def test_json_is_not_taken(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    for body in ({"email": owner.email, "password": PASSWORD}, ["x"]):
        assert client.post(SIGN_IN, json=body).status_code in {400, 415}
    assert not is_in(client)


@pytest.mark.parametrize(
    ("name", "says"),
    [("unconfirmed", "Confirm your e-mail address first"), ("suspended", "suspended"), ("closed", "closed")],
)
def test_who_may_not_sign_in_learns_why_with_the_right_password(
    client: FlaskClient, cast: Cast, name: str, says: str
) -> None:
    who = cast(name)
    assert says in send(client, SIGN_IN, email=who.email, password=PASSWORD).text
    refused = send(client, SIGN_IN, email=who.email, password="not the password").text
    assert "not right" in refused
    assert not is_in(client)


# ------------------------------------------------------------------------------------------------ where to


def test_stranger_comes_back_to_the_page_they_wanted(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    sent = client.get("/account/preferences?lang=en")
    assert sent.location == f"{SIGN_IN}?next=%2Faccount%2Fpreferences%3Flang%3Den"
    answer = send(client, sent.location, SIGN_IN, email=owner.email, password=PASSWORD)
    assert answer.location == "/account/preferences?lang=en"


@pytest.mark.parametrize(
    "bad",
    [
        *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "http:evil.example", " //evil.example", "/\t/evil.example", "evil.example"),
        *("http://localhost@evil.example/", "%2F%2Fevil.example", "http://localhost/account"),
    ],
)
def test_redirects_stay_at_home(client: FlaskClient, cast: Cast, bad: str) -> None:
    owner = cast("owner")
    opened = client.get(SIGN_IN, query_string={"next": bad})
    assert (opened.status_code, opened.location) == (302, SIGN_IN)
    fields = hidden_fields(client.get(SIGN_IN).text, SIGN_IN)
    answer = client.post(SIGN_IN, data=fields | {"email": owner.email, "password": PASSWORD, "next": bad})
    assert answer.status_code == 400
    answer = client.post(
        SIGN_IN, query_string={"next": bad}, data=fields | {"email": owner.email, "password": PASSWORD}
    )
    assert "evil" not in (answer.location or "")


def test_api_stranger_gets_a_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/me")
    if answer.status_code != 404:  # the API is a package of its own
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"


def test_pending_person_is_sent_to_the_standing_page(cast: Cast) -> None:
    answer = cast("pending").client.get("/")
    assert answer.location == "/account/standing"


# ------------------------------------------------------------------------------------------------ devices


def test_new_device_is_told(app: TransactionalFlask, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    chrome = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140"}
    firefox = {"User-Agent": "Mozilla/5.0 (Android 15) Firefox/140"}
    for agent, mails in ((chrome, 0), (chrome, 0), (firefox, 1), (firefox, 1)):
        client = app.test_client()
        client.environ_base |= {"HTTP_USER_AGENT": agent["User-Agent"]}
        sign_in(client, owner.credentials)
        told = [one for one in mailbox(owner.email) if "device" in one.subject]
        assert len(told) == mails
    assert "Firefox · Android" in mailbox(owner.email)[-1].text


def test_person_ends_a_sign_in(cast: Cast, inside: Inside) -> None:
    owner, member = cast("owner"), cast("member")
    phone = owner.new_client()
    with inside() as session:
        rows = session.scalars(select(WebSession).where(WebSession.user_id == owner.id)).all()
        theirs = session.scalars(select(WebSession.public_id).where(WebSession.user_id == member.id)).first()
    assert len(rows) == 1
    assert (
        send(owner.client, "/account/sessions", f"/account/sessions/{rows[0].public_id}/end").status_code
        == 302
    )
    assert not is_in(phone)
    assert is_in(owner.client)
    member.client.get("/account")
    fields = hidden_fields(owner.client.get("/account").text, "/account")
    assert owner.client.post(f"/account/sessions/{theirs}/end", data=fields).status_code == 404
    assert is_in(member.client)


def test_person_ends_all_others(cast: Cast) -> None:
    owner = cast("owner")
    phone, tablet = owner.new_client(), owner.new_client()
    assert "This one" in owner.client.get("/account/sessions").text
    send(owner.client, "/account/sessions", "/account/sessions/end-others")
    assert [is_in(one) for one in (owner.client, phone, tablet)] == [True, False, False]


# ------------------------------------------------------------------------------------------------ cost


@contextmanager
def counted(app: TransactionalFlask, inside: Inside) -> Iterator[list[str]]:
    """Collect the statements that run inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    with inside() as session:
        bind = session.connection().engine
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)


def test_signed_in_request_costs_one_query(app: TransactionalFlask, cast: Cast, inside: Inside) -> None:
    client = cast("trainer").client
    client.get("/account/preferences")  # the page's CSRF token comes into the session once
    with counted(app, inside) as statements:
        assert client.get("/account/preferences").status_code == 200
    assert len(statements) == 1, statements


def test_reading_a_public_page_keeps_nothing(client: FlaskClient, inside: Inside) -> None:
    assert client.get("/account/sign-in/help").status_code == 200
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0
