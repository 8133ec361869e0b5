"""Attendance on its pages: one's own, lists, codes, companions, corrections, and who may not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.certificates.models import Certificate
from app.core import clock
from app.core.database import db
from app.records import projections
from app.records.models import Fact, Verb
from app.webinars import attendance_checks, attendance_codes
from app.webinars.actions.attendance import Line, read_lines
from app.webinars.actions.closing import close_books
from app.webinars.attendance_checks import Checks
from app.webinars.models.attendance import AttendanceEntry
from app.webinars.models.planning import State
from app.webinars.models.room import WebinarParticipant
from app.webinars.queries.attendance import own_of, sheet_of
from app.webinars.queries.closing import sheet_now, verdict_of
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import send
from tests.webinars.beats import end, stay
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene

MINUTE = timedelta(minutes=1)


@pytest.fixture
def begins() -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(minutes=30)


@pytest.fixture
def scene(open_session: OpenSession, inside: Inside, begins: datetime) -> WebinarScene:
    """A session that runs since half an hour, of an hour: in a hall and on the platform."""
    made = open_session(
        starts_at=begins, ends_at=begins + timedelta(hours=1), channel="hybrid", place="Hall B"
    )
    with inside():
        webinar = made.webinar()
        webinar.opened_at = webinar.begun_at = begins
    return made


def close(scene: WebinarScene, at: datetime) -> None:
    close_books(end(scene, at))


def entry_of(user_id: int) -> AttendanceEntry:
    return db.session.scalars(select(AttendanceEntry).filter_by(user_id=user_id)).one()


def test_everybody_sees_their_own_count_and_no_other(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner")
    with inside():
        stay(scene, owner.id, begins, begins + 12 * MINUTE)
    page = owner.client.get(scene.path("/attendance/mine"))
    assert page.status_code == 200
    assert "12 of 42 minutes" in page.text
    assert "Adeyemi" not in page.text
    answer = owner.client.get(scene.path("/room/attendance")).get_json()
    assert (answer["seconds"], answer["needed"], answer["percent"], answer["counts"]) == (720, 2520, 70, True)
    assert cast("trainer").client.get(scene.path("/room/attendance")).get_json()["counts"] is False
    for who, status in (("outsider", 404), ("expelled", 404)):
        assert cast(who).client.get(scene.path("/room/attendance")).status_code == status
    assert "No minutes yet" in cast("outsider").client.get(scene.path("/attendance/mine")).text


def test_the_room_carries_the_part(scene: WebinarScene, cast: Cast) -> None:
    state = cast("owner").client.get(scene.path("/room/state")).get_json()["attendance"]
    assert (state["needed"], state["running"], len(state["beside"])) == (2520, True, 9)


def test_lists_are_read_as_people_write_them() -> None:
    typed = "\ufeffName;E-mail\nAna Silva;ana@court.example\n  Ana   Silva , ANA@court.example\n\nJudge Li\n"
    typed += "<x@y.example>"
    assert read_lines(typed) == [
        Line("Name E-mail", ""),
        Line("Ana Silva", "ana@court.example"),
        Line("Judge Li", ""),
        Line("", "x@y.example"),
    ]


def test_a_list_names_accounts_and_people_without_one(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    trainer, typed = cast("trainer").client, "Rosa Quispe, outsider@cast.example\nJudge Li\n"
    cast("outsider")
    for _time in range(2):  # the same list again adds nobody
        assert send(trainer, scene.path("/attendance/list"), people=typed).status_code == 302
    assert (
        "On the list already: 2" in trainer.get(scene.path("/attendance"), query_string={"lang": "en"}).text
    )
    assert send(trainer, scene.path("/attendance/list"), people="").status_code == 422
    with inside():
        sheet = sheet_of(scene.webinar(), begins + 60 * MINUTE)
        found = {one.name: (one.present, one.how) for one in sheet.people if one.how}
        assert found == {"Rosa Quispe": (60 * MINUTE, ["list"]), "Judge Li": (60 * MINUTE, ["list"])}


def test_a_session_on_the_platform_only_takes_no_list(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session()
    trainer = cast("trainer").client
    assert "Everybody attends this session in its room" in trainer.get(scene.path("/attendance/list")).text
    with inside():
        assert attendance_codes.hall_code(scene.webinar(), clock.now())
        code = attendance_codes.hall_code(scene.webinar(), clock.now())
    answer = send(cast("owner").client, scene.path("/check-in"), code=code)
    assert answer.status_code == 422


def test_the_code_of_the_hall(scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime) -> None:
    trainer, outsider = cast("trainer"), cast("outsider")
    with inside():
        now = clock.now()
        webinar = scene.webinar()
        code, before, old = (attendance_codes.hall_code(webinar, now - ago * MINUTE) for ago in (0, 1, 5))
        assert attendance_codes.is_hall_code(webinar, before.lower().replace("-", " "), now)
        assert not attendance_codes.is_hall_code(webinar, old, now)
    assert "Code for the hall" in trainer.client.get(scene.path("/check-in/code")).text
    assert trainer.client.get(scene.path("/check-in/code.svg")).mimetype == "image/svg+xml"
    assert send(outsider.client, scene.path("/check-in"), code=old).status_code == 422
    assert send(outsider.client, scene.path("/check-in"), code="").status_code == 422
    for _twice in range(2):
        assert send(outsider.client, scene.path("/check-in"), code=code).status_code == 302
    with inside():
        entry = entry_of(outsider.id)
        found = own_of(scene.webinar(), outsider.id, begins + 60 * MINUTE)
        assert found is not None
        assert found.how == ["code"]
        assert found.spans == [(entry.at, begins + 60 * MINUTE)]  # half an hour late: from then on
    with inside(), clock.travel(begins + 3 * 60 * MINUTE):
        late = attendance_codes.hall_code(scene.webinar(), clock.now())
    with clock.travel(begins + 3 * 60 * MINUTE):
        assert send(cast("owner").client, scene.path("/check-in"), code=late).status_code == 422


def test_guessing_codes_is_slow(scene: WebinarScene, cast: Cast) -> None:
    client, page = cast("outsider").client, scene.path("/check-in")
    with clock.travel(clock.now()):
        found = [send(client, page, code=f"AAAA-A{n}").status_code for n in range(11)]
    assert found == [422] * 10 + [429]


def test_those_who_sit_with_a_participant_get_the_same_minutes(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    """A court joins from one room: two by name, one account by the host, one by the code; two with the same name."""
    owner, outsider = cast("owner"), cast("outsider")
    cast("practitioner")
    with inside():
        stay(scene, owner.id, begins, begins + 25 * MINUTE)
        me = db.session.scalars(select(WebinarParticipant).filter_by(user_id=owner.id)).one()
        code, participant = attendance_codes.beside_code(me), me.public_id
    typed = "Judge Li\nClerk Ode\npractitioner@cast.example"
    path = scene.path("/attendance/companions")
    assert send(cast("trainer").client, path, participant=participant, people=typed).status_code == 302
    assert send(cast("trainer").client, path, participant="nobody", people=typed).status_code == 422
    assert send(outsider.client, scene.path("/check-in"), code=code).status_code == 302
    assert send(owner.client, scene.path("/check-in"), code=code).status_code == 422  # one's own screen
    with inside():
        people = sheet_of(scene.webinar(), begins + 30 * MINUTE).people
        beside = {one.name: one.present for one in people if "companion" in one.how}
        assert beside == dict.fromkeys(["Judge Li", "Clerk Ode", "Layla Haddad", "Rosa Quispe"], 25 * MINUTE)
    with inside():  # alone for a while, on a device of their own: the time they shared counts once
        webinar = scene.webinar()
        db.session.add(
            WebinarParticipant(webinar_id=webinar.id, user_id=outsider.id, number=77, admitted_at=begins)
        )
        db.session.flush()
        stay(scene, outsider.id, begins + 20 * MINUTE, begins + 28 * MINUTE)
        found = own_of(webinar, outsider.id, begins + 30 * MINUTE)
        assert found is not None
        assert found.present == 28 * MINUTE


def test_a_correction_is_a_new_entry_with_author_and_reason(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    trainer, member = cast("trainer"), cast("member")
    with inside():
        stay(scene, member.id, begins, begins + 20 * MINUTE)
        close(scene, begins + 60 * MINUTE)
        key = next(
            one.key for one in sheet_now(scene.webinar(), clock.now()).people if one.user_id == member.id
        )
    page = scene.path(f"/attendance/people/{key}")
    act = f"{page}/corrections"
    assert send(trainer.client, page, act, minutes="50", reason="").status_code == 422
    assert send(trainer.client, page, act, minutes="-3", reason="x").status_code == 422
    assert send(trainer.client, page, act, minutes="50", reason="The hall's line failed").status_code == 302
    assert "The hall&#39;s line failed" in trainer.client.get(page).text
    assert "Pierre Diallo" in trainer.client.get(page).text
    with inside():
        found = verdict_of(scene.id, member.id)
        assert found is not None
        assert (found.present, found.fulfilled, found.how) == (50 * 60, True, ["live", "corrected"])
        assert db.session.scalars(select(Certificate).filter_by(user_id=member.id)).one().revoked_at is None
        minutes = [one.result["minutes"] for one in _facts(scene, Verb.ATTENDED)]
        assert minutes == [20.0, 50.0]
        assert _facts(scene, Verb.ATTENDED)[1].corrects == _facts(scene, Verb.ATTENDED)[0].uuid
    assert "Corrected by those who run the session" in member.client.get(scene.path("/attendance/mine")).text
    assert send(trainer.client, page, act, decision="no", reason="It was somebody else").status_code == 302
    with inside():
        found = verdict_of(scene.id, member.id)
        assert found is not None
        assert not found.fulfilled
        assert len(_facts(scene, Verb.VOIDED)) == 1
        assert (
            db.session.scalars(select(Certificate).filter_by(user_id=member.id)).one().revoked_at is not None
        )
        assert projections.check() == []


def _facts(scene: WebinarScene, verb: Verb) -> list[Fact]:
    wanted = select(Fact).filter_by(activity_key=scene.webinar().activity_key, verb=verb)
    return list(db.session.scalars(wanted.order_by(Fact.id)))


def test_an_entry_is_taken_back_and_stays_on_record(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    trainer, outsider = cast("trainer").client, cast("outsider")
    typed = "outsider@cast.example\nJudge Li"
    assert send(trainer, scene.path("/attendance/list"), people=typed).status_code == 302
    with inside():
        close(scene, begins + 60 * MINUTE)
        entries = db.session.scalars(select(AttendanceEntry).order_by(AttendanceEntry.id)).all()
        paths = [scene.path(f"/attendance/entries/{one.public_id}/withdrawal") for one in entries]
    for path in paths:
        assert send(trainer, path, reason="").status_code == 422
        assert send(trainer, path, reason="On the wrong list").status_code == 302
        assert send(trainer, path, reason="Again").status_code == 422
    page = trainer.get(scene.path("/attendance")).text
    assert "Judge Li" not in page
    with inside():
        found = verdict_of(scene.id, outsider.id)
        assert found is not None
        assert (found.present, found.fulfilled) == (0, False)
        assert len(_facts(scene, Verb.VOIDED)) == 2
    with inside() as session, pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE webinar_attendance_entry SET minutes = 1"))
    with inside() as session:
        session.execute(text("UPDATE webinar_attendance_entry SET name = ''"))  # to forget somebody


def test_the_rule_asks_for_check_questions(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, member = cast("owner").id, cast("member").id
    answered = Checks(3, {owner: 2, member: 1})
    monkeypatch.setattr(attendance_checks, "_providers", [lambda _webinar: answered])
    with inside():
        scene.webinar().answers_needed = 2
        for who in (owner, member):
            stay(scene, who, begins, begins + 50 * MINUTE)
        close(scene, begins + 60 * MINUTE)
        found = {one.user_id: one.fulfilled for one in sheet_now(scene.webinar(), clock.now()).people}
    assert (found[owner], found[member]) == (True, False)
    assert "2/3" in cast("trainer").client.get(scene.path("/attendance")).text


def test_equal_names_stay_two_people(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    from_name = cast("owner")
    with inside():
        other = cast("member")
        for one in (from_name, other):
            db.session.execute(
                text("UPDATE \"user\" SET given_name = 'Ana', family_name = 'Silva' WHERE id = :id"),
                {"id": one.id},
            )
        stay(scene, from_name.id, begins, begins + 10 * MINUTE)
        stay(scene, other.id, begins, begins + 20 * MINUTE)
    with inside():
        people = sheet_of(scene.webinar(), begins + 30 * MINUTE).people
        assert sorted(one.present for one in people if one.name == "Ana Silva") == [10 * MINUTE, 20 * MINUTE]


def test_drafts_and_cancelled_sessions_take_no_code(
    open_session: OpenSession, inside: Inside, cast: Cast, begins: datetime
) -> None:
    scene = open_session(
        state=State.CANCELLED, channel="in_person", starts_at=begins, ends_at=begins + 60 * MINUTE
    )
    with inside():
        code = attendance_codes.hall_code(scene.webinar(), clock.now())
    assert send(cast("owner").client, scene.path("/check-in"), code=code).status_code == 422
