"""Mails by the clock: reminders before a session, thanks and a word to who was missed after it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, select

from app.core import clock, events, jobs
from app.core.database import TransactionalFlask, db
from app.core.models import OutboxMail
from app.records import queries as records
from app.webinars import mailing, mailing_after, mailing_reminders
from app.webinars.events import BooksClosed
from app.webinars.models.after import WebinarVerdict
from app.webinars.models.planning import State, WebinarRegistration
from app.webinars.models.recording import RecordingState, Source, WebinarRecording
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene

STARTS = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
EVERYBODY = ["expelled", "expert", "member", "owner", "trainer"]
Mails = Callable[[], Sequence[OutboxMail]]


@pytest.fixture
def coming(open_session: OpenSession, inside: Inside) -> WebinarScene:
    """A published session with every reminder, which people registered for long ago."""
    scene = open_session(
        state=State.PLANNED,
        starts_at=STARTS,
        ends_at=STARTS + HOUR,
        reminders=[10_080, 1_440, 60, 0],
    )
    with inside():
        db.session.execute(delete(OutboxMail))
        for row in db.session.scalars(select(WebinarRegistration)):
            row.changed_at = STARTS - 4 * WEEK
    return scene


@pytest.fixture
def mails(inside: Inside) -> Mails:
    """Give a function that lets the worker work and returns what it mailed, by recipient."""

    def found() -> Sequence[OutboxMail]:
        with inside():
            jobs.run_pending()
        with inside():
            rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)).all()
            for row in rows:
                db.session.delete(row)
        return rows

    return found


def names(rows: Sequence[OutboxMail]) -> list[str]:
    """Return who was mailed."""
    return [row.recipient.partition("@")[0] for row in rows]


@pytest.fixture
def reminded(inside: Inside, mails: Mails) -> Callable[[datetime], Sequence[OutboxMail]]:
    """Give a function that returns the reminders of a minute."""

    def at(moment: datetime) -> Sequence[OutboxMail]:
        with clock.travel(moment):
            with inside():
                mailing_reminders.remind_due()
            return mails()

    return at


Reminded = Callable[[datetime], Sequence[OutboxMail]]


def test_each_reminder_goes_once_and_says_how_soon(coming: WebinarScene, reminded: Reminded) -> None:
    said = {}
    for before, word in ((WEEK, "In 7 days"), (DAY, "Tomorrow"), (HOUR, "In 60 minutes"), (0 * DAY, "Now")):
        assert reminded(STARTS - before - timedelta(minutes=2)) == []
        rows = reminded(STARTS - before)
        assert names(rows) == EVERYBODY
        said[word] = next(row for row in rows if row.recipient == "owner@cast.example")
        assert reminded(STARTS - before + timedelta(minutes=1)) == []
    for word, row in said.items():
        assert row.subject == f"{word}: Evidence from messaging services"
        assert "14:00–15:00" in row.text
        joins = f"/webinars/{coming.public_id}/room\n" in row.text
        assert joins == (word in {"Now", "In 60 minutes"})
        assert row.calendar == ""


def test_reminders_go_in_batches(
    coming: WebinarScene, reminded: Reminded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing_reminders, "BATCH", 2)
    assert names(reminded(STARTS - DAY)) == EVERYBODY


def test_a_session_that_was_moved_reminds_by_its_new_time(
    coming: WebinarScene, reminded: Reminded, inside: Inside
) -> None:
    assert names(reminded(STARTS - HOUR)) == EVERYBODY
    with inside():
        webinar = coming.webinar()
        webinar.starts_at, webinar.ends_at = STARTS + DAY, STARTS + DAY + HOUR
    assert reminded(STARTS - timedelta(minutes=1)) == []  # nothing by the old time
    rows = reminded(STARTS + timedelta(minutes=5))  # a day before the new time, five minutes late
    assert names(rows) == EVERYBODY
    assert {row.subject for row in rows} >= {"Tomorrow: Evidence from messaging services"}
    assert names(reminded(STARTS + DAY)) == EVERYBODY


def test_a_job_left_from_before_a_move_reminds_nobody(
    coming: WebinarScene, inside: Inside, mails: Mails
) -> None:
    with clock.travel(STARTS - HOUR), inside():
        webinar = coming.webinar()
        webinar.starts_at, webinar.ends_at = STARTS + WEEK, STARTS + WEEK + HOUR
        mailing_reminders.remind(coming.id, 60, STARTS.isoformat())
        assert mails() == []


@pytest.mark.parametrize("state", [State.CANCELLED, State.ENDED, State.DRAFT])
def test_no_reminder_of_what_does_not_take_place(
    coming: WebinarScene, reminded: Reminded, inside: Inside, state: State
) -> None:
    with inside():
        coming.webinar().state = state
    assert [reminded(STARTS - before) for before in (WEEK, DAY, HOUR)] == [[], [], []]


def test_only_what_was_chosen_in_time_and_to_whom_had_a_place_then(
    coming: WebinarScene, reminded: Reminded, inside: Inside, cast: Cast
) -> None:
    with inside():
        coming.webinar().reminders = [60]
        own = select(WebinarRegistration).where(WebinarRegistration.user_id == cast("owner").id)
        db.session.scalars(own).one().changed_at = STARTS - timedelta(minutes=59)  # just confirmed
        other = select(WebinarRegistration).where(WebinarRegistration.user_id == cast("member").id)
        db.session.scalars(other).one().state = "waiting"
    assert reminded(STARTS - DAY) == []
    assert names(reminded(STARTS - timedelta(minutes=50))) == ["expelled", "expert", "trainer"]


def test_a_reminder_far_too_late_is_left_out(coming: WebinarScene, reminded: Reminded) -> None:
    assert reminded(STARTS - timedelta(minutes=40)) == []  # an hour before was twenty minutes ago
    assert reminded(STARTS + timedelta(minutes=20)) == []


# ------------------------------------------------------------------------------------------------ after it


@pytest.fixture
def over(coming: WebinarScene, inside: Inside, cast: Cast) -> WebinarScene:
    """A session that is over: owner was there, member and expelled were not."""
    with inside():
        webinar = coming.webinar()
        webinar.state, webinar.closed_at = State.ENDED, STARTS + HOUR
        for name, counts in (("owner", True), ("trainer", False)):
            verdict = WebinarVerdict(
                webinar_id=coming.id, run=1, user_id=cast(name).id, role="participant", present=3600,
                needed=2520, counts=counts, fulfilled=counts, attended_fact=uuid.uuid4() if counts else None,
            )  # fmt: skip
            db.session.add(verdict)
    return coming


def close(inside: Inside, scene: WebinarScene) -> None:
    """Let the books be closed."""
    with inside():
        mailing_after.thank(BooksClosed(scene.id))


def test_thanks_to_who_was_there_and_a_word_to_who_was_not(
    over: WebinarScene, inside: Inside, mails: Mails
) -> None:
    with clock.travel(STARTS + HOUR + timedelta(minutes=2)):
        close(inside, over)
        close(inside, over)
        rows = {row.recipient.partition("@")[0]: row for row in mails()}
    assert sorted(rows) == ["expelled", "member", "owner"]
    assert rows["owner"].subject == "Thank you for taking part: Evidence from messaging services"
    assert f"/webinars/{over.public_id}/feedback" in rows["owner"].text
    assert rows["member"].subject == "We missed you: Evidence from messaging services"
    assert "feedback" not in rows["member"].text
    assert "12:00–13:00" in rows["member"].text  # in Lagos


def test_certificate_and_recording_are_named_where_there_are(
    over: WebinarScene, inside: Inside, mails: Mails, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Completed:
        certificate_code, certificate_status = "ABCD-EFGH", "valid"

    monkeypatch.setattr(records, "participation", lambda *_given: Completed)
    with inside():
        recording = WebinarRecording(
            webinar_id=over.id, number=1, title="Recording", source=Source.FILE, state=RecordingState.READY,
            started_at=STARTS, published_at=STARTS, edition=1, made=1,
        )  # fmt: skip
        db.session.add(recording)
        db.session.flush()
        public_id = recording.public_id
    with clock.travel(STARTS + HOUR + timedelta(minutes=2)):
        close(inside, over)
        rows = {row.recipient.partition("@")[0]: row for row in mails()}
    assert "http://localhost:8000/certificates/ABCD-EFGH" in rows["owner"].text
    assert f"/webinars/recordings/{public_id}" in rows["owner"].text
    assert f"/webinars/recordings/{public_id}" in rows["member"].text
    assert "/certificates/" not in rows["member"].text


def test_where_a_list_has_to_arrive_nobody_is_missed_before_the_next_day(
    over: WebinarScene, inside: Inside, mails: Mails, cast: Cast
) -> None:
    with inside():
        over.webinar().channel = "in_person"
    with clock.travel(STARTS + HOUR + timedelta(minutes=20)):
        close(inside, over)
        assert names(mails()) == ["owner"]
    with inside():  # the list arrives
        db.session.add(
            WebinarVerdict(
                webinar_id=over.id, run=1, user_id=cast("member").id, role="participant", present=3600,
                needed=2520, counts=True, fulfilled=True, attended_fact=uuid.uuid4(),
            )
        )  # fmt: skip
    with clock.travel(STARTS + DAY + 2 * HOUR):
        assert names(mails()) == ["expelled"]


def test_books_closed_late_mail_nobody(over: WebinarScene, inside: Inside, mails: Mails) -> None:
    with clock.travel(STARTS + 3 * WEEK):
        close(inside, over)
        assert mails() == []


def test_the_table_of_events_knows_the_listeners() -> None:
    listeners = {one for found in events._listeners.values() for one in found}
    assert {mailing.announce, mailing.follow, mailing.follow_standing, mailing.follow_runners} <= listeners
    assert mailing_after.thank in listeners
    assert {"webinars.remind", "webinars.mail_calendars", "webinars.mail_thanks"} <= jobs.registered().keys()


# ------------------------------------------------------------------------------------------------ leaving them


def test_one_click_in_a_reminder_ends_them_and_another_brings_them_back(
    app: TransactionalFlask, cast: Cast, coming: WebinarScene, reminded: Reminded
) -> None:
    first = next(
        mail for mail in reminded(STARTS - timedelta(days=7)) if mail.recipient == cast("owner").email
    )
    assert f"No more of these mails: {first.unsubscribe}" in first.text
    assert f'href="{first.unsubscribe}"' in first.html
    path = urlsplit(first.unsubscribe).path
    mail_program = app.test_client()
    asked = mail_program.get(path)
    assert asked.status_code == 200
    assert "no more reminders before sessions" in asked.text
    assert cast("owner").email not in asked.text
    done = mail_program.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, done.headers.getlist("Set-Cookie")) == (200, [])
    assert "You get no more reminders" in done.text
    assert mail_program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200  # sent twice

    def reached(at: datetime) -> set[str]:
        return {mail.recipient for mail in reminded(at)}

    a_day_before = reached(STARTS - timedelta(days=1))
    assert cast("owner").email not in a_day_before
    assert cast("member").email in a_day_before
    assert "reminded of your sessions again" in mail_program.post(path, data={"again": "y"}).text
    assert cast("owner").email in reached(STARTS - timedelta(hours=1))


def test_a_link_that_is_not_ours_ends_nothing(
    app: TransactionalFlask, cast: Cast, coming: WebinarScene
) -> None:
    somebody = cast("owner").public_id
    for token in (somebody, f"{somebody}.{'x' * 43}", "nothing"):
        path = f"/webinars/reminders/{token}"
        client = app.test_client()
        assert client.get(path).status_code == client.post(path).status_code == 404
