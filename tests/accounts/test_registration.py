"""From an application to a decision, and everything that can go wrong on the way."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from app.accounts import actions
from app.accounts.events import PersonApproved, PersonDeclined, PersonRegistered
from app.accounts.models import Standing, User
from app.core import events
from app.records.models import Fact
from tests.accounts.conftest import Mailbox, link_in
from tests.cast import PASSWORD, Cast
from tests.conftest import Inside
from tests.support.forms import send

REGISTER = "/account/register"
APPLICATION: dict[str, Any] = {
    "email": "Fatou.Ndiaye@Parquet.Example",
    "password": "four words and a river",
    "given_name": "Fatou",
    "family_name": "Ndiaye",
    "gender": "female",
    "country": "SN",
    "legal_system": "",
    "profession": "prosecutor",
    "institution": "Parquet de Dakar",
    "working_languages": ["fr", "en"],
    "further_languages": ["pt"],
    "language": "fr",
    "reason": "I prosecute terrorism cases.",
}
ADDRESS = "fatou.ndiaye@parquet.example"


def apply(client: FlaskClient, **changed: Any) -> Any:
    return send(client, REGISTER, **(APPLICATION | changed))


def confirm(client: FlaskClient, mailbox: Mailbox, email: str = ADDRESS) -> str:
    link = link_in(mailbox(email)[0])
    assert send(client, link).location == "/account/sign-in"
    return link


def test_the_whole_way(client: FlaskClient, cast: Cast, mailbox: Mailbox, inside: Inside) -> None:
    assert apply(client).location == "/account/registered"
    mail = mailbox(ADDRESS)[0]
    assert mail.language == "fr"
    assert "Fatou" not in mail.text + mail.html, "a stranger's words must not reach another's mailbox"
    link = link_in(mail)
    assert client.get(link).status_code == 200
    with inside() as session:
        person = session.scalars(select(User).where(User.email == ADDRESS)).one()
        assert (person.standing, person.confirmed_at) == (Standing.UNCONFIRMED, None), (
            "opening a link confirms nothing"
        )
        assert (person.legal_system, person.zone, person.country) == ("civil", "Africa/Dakar", "SN")
        assert person.working_languages == ["fr", "en", "pt"]
        assert person.password
        assert person.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    confirm(client, mailbox)
    signed_in = send(client, "/account/sign-in", email=ADDRESS, password=APPLICATION["password"])
    assert signed_in.location == "/"
    assert client.get("/").location == "/account/standing"
    assert client.get("/courses").status_code != 200 or "Fatou" in client.get("/account").text
    administrator = cast("administrator")
    with inside() as session:
        person = session.scalars(select(User).where(User.email == ADDRESS)).one()
        assert person.standing == Standing.PENDING
        actions.approve(administrator.actor(), person)
    assert "/courses" in client.get("/account/standing").text
    assert client.get("/").status_code == 200
    with inside() as session:
        verbs = session.scalars(select(Fact.verb).where(Fact.country == "SN")).all()
        assert any("approved" in verb for verb in verbs)
    assert [one.language for one in mailbox(ADDRESS)] == ["fr", "fr", "fr"]


def test_used_link_says_so(client: FlaskClient, mailbox: Mailbox) -> None:
    apply(client)
    link = confirm(client, mailbox)
    assert "used before" in client.get(link).text
    fields = {"csrf_token": _token(client)}
    assert client.post(link, data=fields).location == "/account/sign-in"


def test_tampered_and_foreign_links_are_refused(client: FlaskClient, mailbox: Mailbox) -> None:
    apply(client)
    link = link_in(mailbox(ADDRESS)[0])
    for bad in (
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        "/account/confirm/x",
        link.replace("confirm", "reset"),
    ):
        assert client.get(bad).status_code in {302, 404}
        assert client.post(bad, data={"csrf_token": _token(client)}).status_code in {302, 404}


def test_expired_link_is_refused(
    client: FlaskClient, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(client)
    link = link_in(mailbox(ADDRESS)[0])
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) + 2 * 86400 + 60)
    answer = client.get(link)
    assert answer.status_code == 404
    assert "two days" in answer.text


def _token(client: FlaskClient) -> str:
    page = client.get("/account/confirm").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_known_address_gets_the_same_answer_and_a_mail(
    client: FlaskClient, cast: Cast, mailbox: Mailbox, inside: Inside
) -> None:
    owner = cast("owner")
    before = len(mailbox(owner.email))
    known = apply(client, email="OWNER@cast.example")
    unknown = apply(client, email="nobody@parquet.example")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert "already" in mailbox(owner.email)[before].subject
    with inside() as session:
        assert session.scalar(select(func.count()).where(User.email == owner.email)) == 1
        assert owner.person().given_name != "Fatou"


def test_confirmation_can_be_sent_again(client: FlaskClient, mailbox: Mailbox) -> None:
    apply(client)
    for address in (ADDRESS, "nobody@parquet.example"):
        assert send(client, "/account/confirm", email=address).location == "/account/registered"
    assert len(mailbox(ADDRESS)) == 2
    assert mailbox("nobody@parquet.example") == []
    confirm(client, mailbox)
    send(client, "/account/confirm", email=ADDRESS)
    assert len(mailbox(ADDRESS)) == 3, "only the mail about waiting was added"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"email": "not an address"}, "Enter an e-mail address"),
        ({"password": "short"}, "at least 10"),
        ({"password": "password123456"}, "attackers"),
        ({"password": "aaaaaaaaaaaa"}, "attackers"),
        ({"password": "P@ssw0rd!!11"}, "attackers"),
        ({"password": "ndiaye and a river"}, "your name"),
        ({"password": "fatou.ndiaye@parquet.example"}, "your name"),
        ({"given_name": " \u202e "}, "given name"),
        ({"given_name": "x" * 101}, "At most 100"),
        ({"country": "XX"}, "Not a valid choice"),
        ({"country": ""}, "Choose a country"),
        ({"profession": "spy"}, "Not a valid choice"),
        ({"working_languages": ["fr", "klingon"]}, "klingon"),
        ({"reason": ""}, "why you want to join"),
        ({"reason": "x" * 2001}, "At most 2,000"),
    ],
)
def test_mistakes_are_said_and_nothing_typed_is_lost(
    client: FlaskClient, inside: Inside, changed: dict[str, Any], says: str
) -> None:
    answer = apply(client, **changed)
    assert answer.status_code == 422
    assert says in answer.text or says.replace(",", "") in answer.text
    assert "Parquet de Dakar" in answer.text
    assert APPLICATION["password"] not in answer.text
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_repeated_submit_registers_once(client: FlaskClient, mailbox: Mailbox) -> None:
    page = client.get(REGISTER).text
    fields = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrf_token", "idempotency_key")
    }
    for _time in range(2):
        assert client.post(REGISTER, data=APPLICATION | fields).location == "/account/registered"
    assert len(mailbox(ADDRESS)) == 1


# ------------------------------------------------------------------------------------------------ decisions


def test_question_and_answer(cast: Cast, inside: Inside, mailbox: Mailbox) -> None:
    administrator, pending = cast("administrator"), cast("pending")
    with inside():
        actions.ask(administrator.actor(), pending.person(), "Who can vouch for <b>you</b>?")
    page = pending.client.get("/account/standing").text
    assert "Who can vouch for &lt;b&gt;you&lt;/b&gt;?" in page
    assert "Who can vouch for <b>you</b>?" in mailbox(pending.email)[-1].text
    assert send(pending.client, "/account/standing", answer="").status_code == 422
    assert send(pending.client, "/account/standing", answer="The Attorney General").status_code == 302
    page = pending.client.get("/account/standing").text
    assert "The Attorney General" in page
    assert "<textarea" not in page


def test_decline_tells_the_reason_and_can_be_reversed(cast: Cast, inside: Inside, mailbox: Mailbox) -> None:
    administrator, pending = cast("administrator"), cast("pending")
    with inside(), pytest.raises(actions.Refused):
        actions.decline(administrator.actor(), pending.person(), "  ")
    with inside():
        actions.decline(administrator.actor(), pending.person(), "Not a practitioner")
    assert "Not a practitioner" in pending.client.get("/account/standing").text
    assert "Not a practitioner" in mailbox(pending.email)[-1].text
    with inside():
        actions.approve(administrator.actor(), pending.person())
        assert pending.person().is_approved


def test_nobody_without_the_permission_decides(cast: Cast, inside: Inside) -> None:
    pending = cast("pending")
    for name in ("owner", "trainer", "reporting_officer", "focal_point"):
        with inside(), pytest.raises(actions.Refused):
            actions.approve(cast(name).actor(), pending.person())
    administrator = cast("administrator")
    with inside():
        actions.approve(administrator.actor(), pending.person())
        with pytest.raises(actions.Refused):
            actions.approve(administrator.actor(), pending.person())


def test_events_are_published(cast: Cast, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[events.Event] = []
    table = dict.fromkeys((PersonRegistered, PersonApproved, PersonDeclined), (told.append,))
    monkeypatch.setattr(events, "_listeners", table)
    with inside():
        profile = {"given_name": "A", "family_name": "B", "country": "SN", "profession": "judge"}
        one = actions.create_person(None, email="a@parquet.example", password=PASSWORD, **profile)
        two = actions.create_person(None, email="b@parquet.example", **profile)
        assert one is not None
        assert two is not None
        assert actions.create_person(None, email="a@parquet.example", **profile) is None
        actions.approve(None, one)
        actions.decline(None, two, "No")
        expected = [
            PersonRegistered(one.id),
            PersonRegistered(two.id),
            PersonApproved(one.id),
            PersonDeclined(two.id, "No"),
        ]
    assert told == expected


def test_suspension_ends_everything_at_once(cast: Cast, inside: Inside) -> None:
    administrator, owner = cast("administrator"), cast("owner")
    assert owner.client.get("/account").status_code == 200
    with inside():
        actions.suspend(administrator.actor(), owner.person(), "Under review")
        with pytest.raises(actions.Refused):
            actions.suspend(administrator.actor(), administrator.person(), "Myself")
    assert owner.client.get("/account").status_code == 302
    with inside():
        actions.reinstate(administrator.actor(), owner.person())
    assert owner.new_client().get("/account").status_code == 200
