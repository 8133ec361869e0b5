"""Mails of sessions, through the pages: who gets which, in their language and zone, once; what calendars are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from app.accounts import actions as accounts
from app.accounts import group_rules
from app.accounts.group_rules import GroupRules
from app.accounts.models import Group, Standing, User
from app.core import jobs
from app.core.database import TransactionalFlask, db
from app.core.models import OutboxMail
from app.irooms.models import Room
from app.webinars import mailing
from app.webinars.models.planning import RegistrationState, State, WebinarRegistration, WebinarRunner
from tests.cast import Cast, address_of
from tests.conftest import Inside
from tests.irooms.scene import ROLES, open_scene
from tests.notifications import rfc5545
from tests.support.smtp import sink_for
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene, post
from tests.webinars.test_planning import PLAN

STARTS, ENDS = datetime(2027, 3, 10, 11, 0, tzinfo=UTC), datetime(2027, 3, 10, 12, 30, tzinfo=UTC)
SAME = PLAN | {
    "kind": "webinar",
    "languages": ["en"],
    "topic": "",
    "summary": "How to ask for it, and how to show it in court.",
}
LATER = SAME | {"starts_at": "16:00", "ends_at": "17:30"}
OF_SESSIONS = OutboxMail.text.contains("/webinars")  # others welcome the cast
Sent = Callable[[], Mapping[str, OutboxMail]]


@pytest.fixture
def planned(open_session: OpenSession, inside: Inside) -> WebinarScene:
    """A published session in March, which is in the calendars of those registered and named."""
    scene = open_session(state=State.PLANNED, starts_at=STARTS, ends_at=ENDS)
    with inside():
        mailing.mail_calendars(scene.id)
        db.session.query(OutboxMail).delete()
    return scene


@pytest.fixture
def sent(inside: Inside) -> Sent:
    """Give a function that lets the worker work, and returns what it mailed by recipient: one each at most."""

    def found() -> Mapping[str, OutboxMail]:
        with inside():
            jobs.run_pending()
        with inside():
            rows = db.session.scalars(select(OutboxMail).where(OF_SESSIONS).order_by(OutboxMail.id)).all()
            assert len({row.recipient for row in rows}) == len(rows), [row.subject for row in rows]
            for row in rows:
                db.session.delete(row)
        return {row.recipient.removesuffix("@cast.example").replace("-", "_"): row for row in rows}

    return found


def words_of(mail: OutboxMail) -> str:
    """Return all that a mail holds, its calendar unfolded."""
    return "\n".join((mail.subject, mail.text, mail.html, mail.calendar.replace("\r\n ", "")))


def number(mail: OutboxMail) -> int:
    """Return the SEQUENCE that a mail tells."""
    [event] = rfc5545.read(mail.calendar.encode()).all("VEVENT")
    return int(event.properties["SEQUENCE"].value)


def alone(mail: OutboxMail) -> None:
    """Judge that a mail holds no address but its recipient's and the platform's."""
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.]*\w", words_of(mail)))
    assert addresses <= {mail.recipient, "no-reply@ctlp.example"}


# ------------------------------------------------------------------------------------------------ one's own place


def test_registering_confirms_in_ones_language_and_zone_with_an_invitation(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside
) -> None:
    outsider = cast("outsider")
    assert post(outsider.client, planned.path("/registration")).status_code == 302
    with inside():
        assert db.session.scalars(select(OutboxMail).where(OF_SESSIONS)).all() == []  # not in the request
    mails = sent()
    assert set(mails) == {"outsider"}
    mail = mails["outsider"]
    alone(mail)
    assert (mail.language, mail.calendar_method) == ("es", "REQUEST")
    assert "06:00–07:30" in mail.text  # in Lima
    assert "14:00–15:30" in mail.text  # in Nairobi
    assert "Nairobi" in mail.text
    assert f"/webinars/{planned.public_id}" in mail.html
    calendar = rfc5545.read(mail.calendar.encode())
    [event] = calendar.all("VEVENT")
    assert event.properties["UID"].value == f"webinar-{planned.public_id}@localhost"
    assert event.properties["DTSTART"].parameters["TZID"] == "Africa/Nairobi"
    assert rfc5545.instant(calendar, event.properties["DTSTART"]) == STARTS
    assert event.properties["ATTENDEE"].value == f"mailto:{outsider.email}"
    assert event.text("SUMMARY") == "Evidence from messaging services"
    assert f"/webinars/{planned.public_id}/room" in event.text("LOCATION")
    assert sent() == {}


def test_each_message_to_one_calendar_has_a_higher_number(
    cast: Cast, planned: WebinarScene, sent: Sent
) -> None:
    """Registered, withdrawn, registered again, moved, withdrawn: the other people hear of the move only."""
    client, told = cast("outsider").client, []
    for path in ("/registration", "/withdrawal", "/registration"):
        assert post(client, planned.path(path)).status_code == 302
        mails = sent()
        assert set(mails) == {"outsider"}
        told.append(mails["outsider"])
    assert post(cast("trainer").client, planned.path("/edit"), LATER).status_code == 302
    mails = sent()
    assert set(mails) == {"outsider", "owner", "member", "expelled", "trainer", "expert"}
    assert number(mails["owner"]) == 1
    told.append(mails["outsider"])
    post(client, planned.path("/withdrawal"))
    told.append(sent()["outsider"])
    assert [one.calendar_method for one in told] == ["REQUEST", "CANCEL", "REQUEST", "REQUEST", "CANCEL"]
    numbers = [number(one) for one in told]
    assert numbers == sorted(set(numbers))


def test_withdrawing_and_returning_before_the_worker_came_tells_nothing(
    cast: Cast, planned: WebinarScene, sent: Sent
) -> None:
    for path in ("/withdrawal", "/registration"):
        post(cast("owner").client, planned.path(path))
    assert sent() == {}  # the calendar has it all the time


def test_who_waits_gets_no_entry_until_a_place_becomes_free(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside
) -> None:
    with inside():
        planned.webinar().capacity = 3
    post(cast("outsider").client, planned.path("/registration"))
    waiting = sent()["outsider"]
    assert (waiting.calendar, waiting.calendar_method) == ("", "")
    post(cast("trainer").client, planned.path("/edit"), LATER | {"capacity": "3"})
    assert "outsider" not in sent()
    post(cast("owner").client, planned.path("/withdrawal"))
    mails = sent()
    assert {name: one.calendar_method for name, one in mails.items()} == {
        "owner": "CANCEL",
        "outsider": "REQUEST",
    }
    assert "16:00–17:30" in mails["outsider"].text
    assert "06:00" not in mails["outsider"].text
    alone(mails["outsider"])


# ------------------------------------------------------------------------------------------------ changes


def test_a_move_reaches_everybody_with_a_place_once(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside
) -> None:
    with inside():
        for name, state in (
            ("outsider", "invited"),
            ("practitioner", "waiting"),
            ("focal_point", "cancelled"),
        ):
            row = WebinarRegistration(webinar_id=planned.id, user_id=cast(name).id, state=state)
            db.session.add(row)
    assert post(cast("trainer").client, planned.path("/edit"), LATER).status_code == 302
    with inside():
        mailing.mail_calendars(planned.id)
        mailing.mail_calendars(planned.id)
    mails = sent()
    assert set(mails) == {"owner", "member", "expelled", "trainer", "expert"}
    for mail in mails.values():
        alone(mail)
        assert (mail.calendar_method, number(mail)) == ("REQUEST", 1)
    assert "14:00–15:30" in mails["member"].text  # in Lagos, two hours behind Nairobi
    assert (
        post(
            cast("trainer").client, planned.path("/edit"), LATER | {"topic": "electronic-evidence"}
        ).status_code
        == 302
    )
    assert sent() == {}  # nothing that calendars show


def test_a_job_that_breaks_is_done_again_in_full_and_no_mail_goes_twice(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(cast("trainer").client, planned.path("/edit"), LATER)
    monkeypatch.setattr(mailing, "BATCH", 2)

    def broken() -> None:
        with inside():
            mailing.mail_calendars(planned.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert set(sent()) == {"owner", "member", "expelled", "trainer", "expert"}


def test_a_large_session_is_mailed_in_batches(
    cast: Cast, planned: WebinarScene, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 20)
    person = {
        "password": None,
        "standing": Standing.APPROVED,
        "given_name": "A",
        "family_name": "B",
        "active": True,
    }
    with inside():
        rows = [
            person | {"email": f"p{n}@many.example", "public_id": f"p{n}", "fs_uniquifier": f"p{n}"}
            for n in range(70)
        ]
        ids = db.session.scalars(insert(User).returning(User.id), rows).all()
        places = [{"webinar_id": planned.id, "user_id": one, "mailed_sequence": 0} for one in ids]
        db.session.execute(insert(WebinarRegistration), places)
    post(cast("trainer").client, planned.path("/edit"), LATER)
    with inside():
        assert db.session.scalars(select(OutboxMail.id)).all() == []
        counts = []
        while jobs.run_pending(1):
            counts.append(len(db.session.scalars(select(OutboxMail.id)).all()))
        assert counts[-1] == 75  # 73 with a place, two named
        assert max(later - earlier for earlier, later in zip([0, *counts], counts, strict=False)) <= 22


def test_cancelling_after_a_move_takes_it_out_of_calendars_and_says_why(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside
) -> None:
    post(cast("trainer").client, planned.path("/edit"), LATER)
    sent()
    with inside():
        new = WebinarRegistration(webinar_id=planned.id, user_id=cast("outsider").id, state="registered")
        db.session.add(new)  # whose confirmation did not leave yet
    post(cast("trainer").client, planned.path("/cancellation"), {"why": "The speaker is ill."})
    mails = sent()
    assert set(mails) == {"owner", "member", "expelled", "trainer", "expert", "outsider"}
    assert mails["outsider"].calendar == ""
    for mail in mails.values():
        assert "The speaker is ill." in mail.text
    assert (mails["owner"].calendar_method, number(mails["owner"])) == ("CANCEL", 2)
    with inside():
        mailing.mail_calendars(planned.id)
    assert sent() == {}


def test_who_changed_address_and_zone_gets_the_next_mail_right(
    cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside
) -> None:
    with inside():
        values = {"email": "amina@new.example", "zone": "Asia/Kathmandu", "language": "zh"}
        db.session.execute(update(User).where(User.id == cast("owner").id).values(**values))
        accounts.suspend(None, cast("member").person(), "For the test")
    post(cast("trainer").client, planned.path("/edit"), LATER)
    mails = sent()
    assert "member" not in mails
    assert "owner" not in mails
    mail = mails["amina@new.example"]
    assert mail.language == "zh"
    assert "18:45–20:15" in mail.text
    assert "mailto:amina@new.example" in mail.calendar.replace("\r\n ", "")


def test_those_named_follow_too(cast: Cast, planned: WebinarScene, sent: Sent, inside: Inside) -> None:
    trainer = cast("trainer").client
    added = post(trainer, planned.path("/people"), {"email": address_of("owner"), "role": "speaker"})
    assert added.status_code == 302
    mails = sent()
    assert set(mails) == {"owner"}  # who had a place and keeps the entry
    assert mails["owner"].calendar_method == "REQUEST"
    with inside():
        row = db.session.scalars(select(WebinarRunner).where(WebinarRunner.user_id == cast("owner").id)).one()
    assert post(trainer, planned.path(f"/people/{row.public_id}/removal")).status_code == 302
    gone = sent()
    assert set(gone) == {"owner"}
    assert gone["owner"].calendar_method == "CANCEL"
    assert number(gone["owner"]) > number(mails["owner"])
    assert post(trainer, planned.path("/edit"), LATER).status_code == 302
    assert "owner" not in sent()
    assert post(cast("owner").client, planned.path("/registration")).status_code == 302
    assert number(sent()["owner"]) > number(gone["owner"])


# ------------------------------------------------------------------------------------------------ invitations


def test_an_account_is_invited_in_its_language_without_an_entry(
    cast: Cast, planned: WebinarScene, sent: Sent
) -> None:
    cast("practitioner")
    typed = {"emails": address_of("practitioner")}
    assert post(cast("trainer").client, planned.path("/invitations"), typed).status_code == 302
    mails = sent()
    assert set(mails) == {"practitioner"}
    mail = mails["practitioner"]
    assert (mail.language, mail.calendar) == ("ar", "")
    assert 'dir="rtl"' in mail.html
    assert planned.public_id in mail.text
    alone(mail)


def test_an_address_is_invited_by_a_link_that_works_once(
    cast: Cast, planned: WebinarScene, sent: Sent
) -> None:
    typed = {"emails": "guest@court.example"}
    assert post(cast("trainer").client, planned.path("/invitations"), typed).status_code == 302
    mail = sent()["guest@court.example"]
    assert mail.calendar == ""
    assert "14:00–15:30" in mail.text  # the session's own clock: theirs is not known
    alone(mail)
    path = link_in(mail)
    outsider, other = cast("outsider"), cast("practitioner")
    assert "Evidence from messaging services" in outsider.client.get(path).text
    assert post(outsider.client, path).location.endswith(planned.public_id)
    assert "Evidence from messaging services" not in other.client.get(path).text
    assert sent() == {}


def test_who_was_invited_in_a_draft_hears_when_it_is_published(
    cast: Cast, open_session: OpenSession, sent: Sent, inside: Inside
) -> None:
    scene = open_session(state=State.DRAFT, starts_at=STARTS, ends_at=ENDS)
    cast("practitioner")
    client = cast("trainer").client
    typed = {"emails": f"guest@court.example, {address_of('practitioner')}"}
    assert post(client, scene.path("/invitations"), typed).status_code == 302
    assert sent() == {}
    with inside():
        held = select(WebinarRegistration).where(WebinarRegistration.state == RegistrationState.REGISTERED)
        for row in db.session.scalars(held):
            db.session.delete(row)
    assert post(client, scene.path("/publication")).status_code == 302
    mails = sent()
    assert set(mails) == {"guest@court.example", "practitioner", "trainer", "expert"}
    assert (
        "Evidence from messaging services"
        in cast("outsider").client.get(link_in(mails["guest@court.example"])).text
    )


def link_in(mail: OutboxMail) -> str:
    """Return the path of the link that an invitation brings."""
    found = re.search(r"http://localhost:8000(/webinars/invitations/[\w-]+)", mail.text)
    assert found is not None
    return found[1]


# ------------------------------------------------------------------------------------------------ discretion


@pytest.mark.parametrize("may_name", [False, True])
def test_a_session_of_a_room_is_named_only_where_the_room_allows_it(
    cast: Cast,
    open_session: OpenSession,
    sent: Sent,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
    may_name: bool,
) -> None:
    def rules(groups: Collection[int]) -> Mapping[int, GroupRules]:
        return dict.fromkeys(groups, GroupRules(mail_names=may_name))

    monkeypatch.setattr(group_rules, "_sources", {"tests": rules})
    scene = open_session(
        state=State.PLANNED,
        group=True,
        starts_at=STARTS,
        ends_at=ENDS,
        place="Room 4",
        cancelled_why="Illness",
    )
    with inside():
        mailing.mail_calendars(scene.id)
    first = sent()
    with inside():
        webinar = scene.webinar()
        webinar.state, webinar.sequence = State.CANCELLED, 1
        mailing.mail_calendars(scene.id)
    last = sent()
    assert (
        set(first) == set(last) == {"owner", "member", "trainer", "expert"}
    )  # expelled is in the group no more
    for mail in (*first.values(), *last.values()):
        words = words_of(mail)
        secrets = ("Evidence from", "How to ask", "Room 4", "Illness", "cohort")
        assert any(one in words for one in secrets) == may_name, words
        assert ("A session in one of your rooms" in words) != may_name or mail.language != "en"


def test_a_room_answers_with_its_policy_and_other_groups_may_be_named(cast: Cast, inside: Inside) -> None:
    for name in ("room_manager", "expelled", *ROLES):
        cast(name)
    with inside():
        quiet, open_one = (open_scene(cast, mail_names=named) for named in (False, True))
        ids = [db.session.get_one(Room, scene.id).group_id for scene in (quiet, open_one)]
        group = Group(name="Kept by staff")
        db.session.add(group)
        db.session.flush()
        found = group_rules.rules_of(frozenset([*ids, group.id]))
    assert [found[one].mail_names for one in (*ids, group.id)] == [False, True, True]


# ------------------------------------------------------------------------------------------------ on the wire


def test_an_invitation_as_it_arrives(
    cast: Cast, planned: WebinarScene, inside: Inside, app: TransactionalFlask, tmp_path: Path
) -> None:
    """Through a real mail server: three forms of the same words, the last for calendars, and the file beside."""
    with sink_for(app, tmp_path) as sink:
        post(cast("outsider").client, planned.path("/registration"))
        with inside():
            jobs.run_pending()
    [email] = [one for one in sink.received if "/webinars" in one.as_string()]
    forms = [part for part in email.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in forms] == [
        "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    assert email["To"] == address_of("outsider")
    assert forms[2].get_param("method") == "REQUEST"
    told, file = (part.get_payload(decode=True) for part in forms[2:])
    assert isinstance(told, bytes)
    assert told == file
    calendar = rfc5545.read(told)
    assert calendar.properties["METHOD"].value == "REQUEST"
    [event] = calendar.all("VEVENT")
    assert rfc5545.instant(calendar, event.properties["DTEND"]) == ENDS
    assert event.properties["ORGANIZER"].value == "mailto:no-reply@ctlp.example"
    assert email["List-Unsubscribe"] is None  # nobody asked for a newsletter: one gives one's place up
