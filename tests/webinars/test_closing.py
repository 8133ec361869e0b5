"""When a session is over: verdicts, facts, certificates, the report and its files, without a click."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.certificates.models import Certificate
from app.core import clock, jobs
from app.core.database import db
from app.core.events import publish
from app.core.models import OutboxMail
from app.notifications.models import Notice
from app.records import projections
from app.records.models import Fact, Verb
from app.records.queries import participation
from app.webinars import closing_jobs
from app.webinars.models.after import WebinarClosing, WebinarVerdict
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import Step
from app.webinars.queries.closing import verdict_of, verdicts_of
from app.webinars.room_events import SessionEnded
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import send
from tests.webinars.beats import end, stay
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene

MINUTE = timedelta(minutes=1)


@pytest.fixture
def begins() -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def scene(open_session: OpenSession, inside: Inside, begins: datetime) -> WebinarScene:
    made = open_session(starts_at=begins, ends_at=begins + timedelta(hours=1))
    with inside():
        webinar = made.webinar()
        webinar.opened_at = webinar.begun_at = begins
    return made


@pytest.fixture
def over(scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime) -> WebinarScene:
    """A session that has ended: the owner was there for 45 minutes, the member for 20, the host for all; it was closed
    by what the room's end queued."""
    with inside():
        stay(scene, cast("owner").id, begins, begins + 45 * MINUTE)
        stay(scene, cast("member").id, begins + 10 * MINUTE, begins + 30 * MINUTE, step=Step.SOUND)
        stay(scene, cast("trainer").id, begins, begins + 60 * MINUTE)
        end(scene, begins + 60 * MINUTE)
        publish(SessionEnded(scene.id))
    with inside():
        jobs.run_pending()
    return scene


def facts(scene: WebinarScene, verb: Verb) -> list[Fact]:
    key = scene.webinar().activity_key
    return list(db.session.scalars(select(Fact).filter_by(activity_key=key, verb=verb).order_by(Fact.id)))


def test_the_end_reckons_tells_the_register_and_gives_certificates(
    over: WebinarScene, inside: Inside, cast: Cast
) -> None:
    owner, member, trainer = (cast(name) for name in ("owner", "member", "trainer"))
    with inside():
        key = over.webinar().activity_key
        mine, theirs = verdict_of(over.id, owner.id), verdict_of(over.id, member.id)
        assert mine is not None
        assert theirs is not None
        assert (mine.present, mine.needed, mine.fulfilled) == (45 * 60, 42 * 60, True)
        assert (theirs.present, theirs.fulfilled, theirs.steps) == (20 * 60, False, {"sound": 20 * 60})
        host = verdict_of(over.id, trainer.id)
        assert host is not None
        assert (host.counts, host.fulfilled) == (False, False)
        attended = {fact.result["minutes"]: fact.country for fact in facts(over, Verb.ATTENDED)}
        assert attended == {45.0: "KE", 20.0: "NG"}
        assert [fact.country for fact in facts(over, Verb.COMPLETED)] == ["KE"]
        found = participation(owner.id, key)
        assert found is not None
        assert (found.status, found.certificate_status) == ("completed", "valid")
        certificate = db.session.scalars(select(Certificate).filter_by(activity_key=key)).one()
        assert certificate.user_id == owner.id
        assert certificate.is_for_attendance
        assert projections.check() == []
        closing = db.session.get_one(WebinarClosing, (over.id, 1))
        assert closing.rule == {"percent": 70, "scheduled": 60, "answers": 0, "asked": 0, "version": 1}
        assert (closing.curve[0], closing.curve[20], closing.curve[40], closing.curve[55]) == (1, 2, 1, 0)
    page = owner.client.get(f"/certificates/{certificate.code}/pdf")
    assert page.status_code == 200
    assert "Evidence from messaging services" in owner.client.get("/certificates").text


def test_a_second_run_changes_nothing(over: WebinarScene, inside: Inside) -> None:
    with inside():
        before = len(verdicts_of(over.id)), len(facts(over, Verb.ATTENDED)), len(facts(over, Verb.COMPLETED))
        closing_jobs.close_session(over.id)
        closing_jobs.close_sessions()
        closing_jobs.ask_feedback(over.id)
        jobs.run_pending()
    with inside():
        after = len(verdicts_of(over.id)), len(facts(over, Verb.ATTENDED)), len(facts(over, Verb.COMPLETED))
        assert after == before
        assert db.session.scalars(select(WebinarClosing.run).filter_by(webinar_id=over.id)).all() == [1]
        mails = db.session.scalars(select(OutboxMail.subject)).all()
        assert (
            sum(subject.startswith("Thank you for taking part: Evidence") for subject in mails) == 2
        )  # owner and member, once


def test_who_is_told(over: WebinarScene, inside: Inside, cast: Cast) -> None:
    with inside():
        told = set(db.session.execute(select(Notice.user_id, Notice.kind)))
    assert (cast("trainer").id, "webinar.report") in told
    assert {(cast("owner").id, "webinar.feedback"), (cast("member").id, "webinar.feedback")} <= told
    assert (cast("expelled").id, "webinar.feedback") not in told
    assert (
        "The report of “Evidence from messaging services” is ready"
        in cast("trainer").client.get("/notices").text
    )


def test_what_counts_as_training_decides_on_the_completion(
    open_session: OpenSession, inside: Inside, cast: Cast, begins: datetime
) -> None:
    scene = open_session(kind="consultation", starts_at=begins, ends_at=begins + timedelta(hours=1))
    with inside():
        webinar = scene.webinar()
        webinar.opened_at = webinar.begun_at = begins
        stay(scene, cast("owner").id, begins, begins + 50 * MINUTE)
        end(scene, begins + 60 * MINUTE)
        closing_jobs.close_session(scene.id)
    with inside():
        found = verdict_of(scene.id, cast("owner").id)
        assert found is not None
        assert found.fulfilled
        assert len(facts(scene, Verb.ATTENDED)) == 1
        assert facts(scene, Verb.COMPLETED) == []


def test_a_forgotten_session_is_found_by_the_clock(
    open_session: OpenSession, inside: Inside, cast: Cast, begins: datetime
) -> None:
    """In person: nobody opens a room; after its time it is over, and its list can still be added."""
    scene = open_session(
        state=State.PLANNED, channel="in_person", starts_at=begins - 2 * MINUTE, ends_at=begins + 40 * MINUTE
    )
    with inside():
        closing_jobs.close_sessions()
        jobs.run_pending()
    with inside():
        webinar = db.session.get_one(Webinar, scene.id)
        assert (webinar.state, webinar.closed_at) == (State.ENDED, begins + 40 * MINUTE)
        assert db.session.get(WebinarClosing, (scene.id, 1)) is not None
        assert facts(scene, Verb.ATTENDED) == []
    typed = "owner@cast.example\nJudge Ana Silva\nJudge Ana Silva"
    answer = send(cast("trainer").client, scene.path("/attendance/list"), people=typed)
    assert answer.status_code == 302
    with inside():
        told = facts(scene, Verb.ATTENDED)
        assert [(fact.learner_key is None, fact.headcount) for fact in told] == [(False, None), (True, 1)]
        assert len(facts(scene, Verb.COMPLETED)) == 1


def test_the_pages_and_files_of_the_report(over: WebinarScene, cast: Cast) -> None:
    client = cast("trainer").client
    report = client.get(over.path("/report")).text
    assert "Report: Evidence from messaging services" in report
    assert "<svg" in report
    for part in ("questions", "polls", "chat", "feedback"):
        assert client.get(over.path(f"/report/{part}")).status_code == 200, part
    assert client.get(over.path("/report.pdf")).data.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(client.get(over.path("/report.xlsx")).data)) as book:
        assert re.findall(r'<sheet name="(\w+)"', book.read("xl/workbook.xml").decode())[:2] == [
            "Attendance",
            "Curve",
        ]
        assert book.read("xl/worksheets/sheet2.xml").count(b"<row ") == 61
    listed = client.get(over.path("/attendance.csv")).text
    assert "Amina Odhiambo" in listed
    assert ",45.0,42.0," in listed


def test_others_find_no_report(over: WebinarScene, cast: Cast) -> None:
    paths = [
        "report",
        "report/questions",
        "report/polls",
        "report/chat",
        "report/feedback",
        "report.xlsx",
        "report.pdf",
    ]
    paths += ["attendance", "attendance.csv", "attendance.xlsx", "attendance/list", "attendance/companions"]
    paths += ["check-in/code", "check-in/code.svg"]
    for who in ("owner", "expert", "outsider", "expelled", "other_trainer"):
        client = cast(who).client
        assert [path for path in paths if client.get(over.path(f"/{path}")).status_code != 404] == [], who


def test_before_the_end_there_is_no_report(scene: WebinarScene, cast: Cast) -> None:
    assert cast("trainer").client.get(scene.path("/report")).status_code == 404
    assert cast("trainer").client.get(scene.path("/attendance")).status_code == 200


def test_reckoning_again_by_another_rule_adds_and_keeps(
    over: WebinarScene, inside: Inside, cast: Cast
) -> None:
    with inside():
        webinar = over.webinar()
        webinar.percent, webinar.rule_version = 30, 2
    client, page, act = cast("trainer").client, over.path("/attendance"), over.path("/attendance/reckonings")
    assert send(client, page, act, reason="").status_code == 422
    assert send(client, page, act, reason="It was short").status_code == 302
    with inside():
        assert [one.fulfilled for one in _verdicts(cast("member").id)] == [False, True]
        assert [fact.country for fact in facts(over, Verb.COMPLETED)] == ["KE", "NG"]
        assert len(facts(over, Verb.ATTENDED)) == 2  # the minutes are the same: no news
        closings = db.session.scalars(select(WebinarClosing).order_by(WebinarClosing.run)).all()
        assert [(one.run, one.rule["version"], one.reason) for one in closings] == [
            (1, 1, ""),
            (2, 2, "It was short"),
        ]


def _verdicts(user_id: int) -> list[WebinarVerdict]:
    wanted = select(WebinarVerdict).filter_by(user_id=user_id)
    return list(db.session.scalars(wanted.order_by(WebinarVerdict.id)))


def test_a_verdict_cannot_be_changed(over: WebinarScene, inside: Inside) -> None:
    for statement in ("UPDATE webinar_verdict SET fulfilled = true", "DELETE FROM webinar_closing"):
        with inside() as session, pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(statement))


def test_the_completion_report_shows_the_session(over: WebinarScene, cast: Cast) -> None:
    page = cast("reporting_officer").client.get("/reports/completions").text
    assert "Evidence from messaging services" in page
    assert "Amina Odhiambo" in page


@pytest.mark.long
def test_six_hundred_people_are_reckoned_within_five_minutes(
    scene: WebinarScene, inside: Inside, begins: datetime
) -> None:
    """With the load of an hour: 600 people, a beat each ten seconds, certificates, notices, mails."""
    with inside() as session:
        crowd = {"webinar": scene.id, "begins": begins}
        session.execute(insert(User), [_account(number) for number in range(600)])
        session.execute(text(_CROWD_INSIDE), crowd)
        session.execute(text(_CROWD_BEATS), crowd)
        end(scene, begins + 60 * MINUTE)
        publish(SessionEnded(scene.id))
    started = time.monotonic()
    with inside():
        jobs.run_pending()
    took = time.monotonic() - started
    with inside():
        assert sum(one.fulfilled for one in verdicts_of(scene.id).values()) == 600
        assert len(facts(scene, Verb.COMPLETED)) == 600
    assert took < 300, took


def _account(number: int) -> dict[str, object]:
    name = f"crowd-{number}"
    return {
        "email": f"{name}@cast.example", "given_name": "Ana", "family_name": "Silva", "country": "BR",
        "fs_uniquifier": name, "public_id": name, "standing": "approved", "active": True,
    }  # fmt: skip


_CROWD_INSIDE = """
INSERT INTO webinar_participant (public_id, webinar_id, user_id, number, role, admitted_at, step, microphone, camera,
    screen, muted, silenced, language)
SELECT public_id, :webinar, id, 100 + row_number() OVER (ORDER BY id), 'participant', :begins, 'full', false, false,
    false, false, false, 'en'
FROM "user" WHERE public_id LIKE 'crowd-%'
"""
_CROWD_BEATS = """
INSERT INTO webinar_presence (webinar_id, participant_id, connection, number, piece, step, from_at, to_at, arrived_at)
SELECT :webinar, p.id, 'one', n, 0, 'sound', CAST(:begins AS timestamptz) + (n - 1) * interval '10 seconds',
    CAST(:begins AS timestamptz) + n * interval '10 seconds', CAST(:begins AS timestamptz) + n * interval '10 seconds'
FROM webinar_participant AS p CROSS JOIN generate_series(1, 300) AS n WHERE p.public_id LIKE 'crowd-%'
"""
