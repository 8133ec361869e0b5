"""Surveys three, six and twelve months later, with a moved clock: each person once, by a link for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import User
from app.core import clock, jobs
from app.core.database import db
from app.core.models import OutboxMail
from app.feedback import actions, links, queries
from app.feedback.jobs import ask_daily
from app.feedback.models import FeedbackInvitation, FollowUpRefusal
from app.notifications.actions import Choice, choose
from app.notifications.models import Digest
from app.records.models import Activity
from tests.cast import Cast
from tests.conftest import Inside
from tests.feedback import scene
from tests.records import scene as register
from tests.support.forms import send

DONE = datetime(2026, 8, 31, 10, 0, tzinfo=UTC)


def day(year: int, month: int, of: int, hour: int = 12) -> datetime:
    """An instant."""
    return datetime(year, month, of, hour, tzinfo=UTC)


def run_at(inside: Inside, when: datetime) -> None:
    """Let the worker do the day's work at an instant; mails are made, not sent."""
    with clock.travel(when), inside():
        jobs.run_now("feedback.ask_daily")
    with clock.travel(when), inside():
        jobs.run_pending()


def sent(inside: Inside) -> list[tuple[str, str]]:
    """Who got which survey, in order."""
    with inside():
        return [(mail.recipient, path) for mail, path in scene.surveys()]


@pytest.fixture
def done(cast: Cast, inside: Inside, course: UUID) -> UUID:
    """The course, completed by the owner and an Arabic reader on 31 August."""
    for name in ("owner", "practitioner"):
        cast(name)
    with inside():
        for name in ("owner", "practitioner"):
            scene.complete(cast(name).id, course, DONE)
    return course


def test_each_stage_comes_on_its_day_and_once(done: UUID, inside: Inside) -> None:
    for when, count in (
        (day(2026, 11, 30, 9), 0),  # an hour before
        (day(2026, 11, 30), 2),
        (day(2026, 11, 30, 13), 2),
        (day(2026, 12, 1), 2),
        (day(2027, 2, 27), 2),
        (day(2027, 2, 28), 4),  # six months after the 31st of August: the last day of a short month
        (day(2027, 9, 1), 6),
        (day(2027, 9, 2), 6),
    ):
        run_at(inside, when)
        with inside():
            found = db.session.scalars(select(FeedbackInvitation).where(FeedbackInvitation.stage > 0)).all()
            assert len(found) == count, when
    with inside():
        stages = [one.stage for one in db.session.scalars(select(FeedbackInvitation)).all() if one.stage]
        assert sorted(stages) == [3, 3, 6, 6, 12, 12]


def test_mails_speak_the_persons_language_and_can_be_ended(
    done: UUID, cast: Cast, inside: Inside, app: Flask
) -> None:
    run_at(inside, day(2026, 11, 30))
    with inside():
        found = {mail.recipient: (mail, path) for mail, path in scene.surveys()}
        english, arabic = found[cast("owner").email][0], found[cast("practitioner").email][0]
        assert (english.language, arabic.language) == ("en", "ar")
        assert "What became of “Keeping evidence”?" in english.subject
        assert "3 months ago" in english.text
        assert "?lang=ar" in arabic.text
        leaving = english.unsubscribe.removeprefix("http://localhost:8000")
        assert leaving in english.html
    stranger = app.test_client()
    assert stranger.get(leaving).status_code == 200
    assert stranger.post(leaving, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(leaving).status_code == 200
    assert stranger.post(f"{leaving}x").status_code == 404
    run_at(inside, day(2026, 12, 20))
    run_at(inside, day(2027, 3, 1))
    with inside():
        later = [mail.recipient for mail, _ in scene.surveys()][2:]
        assert set(later) == {cast("practitioner").email}


def test_the_link_opens_that_survey_without_a_sign_in_and_nothing_else(
    done: UUID, cast: Cast, inside: Inside, app: Flask
) -> None:
    run_at(inside, day(2026, 11, 30))
    path = dict(sent(inside))[cast("owner").email]
    stranger = app.test_client()
    with clock.travel(day(2026, 12, 2)):
        page = stranger.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "I have applied what I learned" in page.text
        assert "Odhiambo" not in page.text
        assert stranger.get("/feedback").status_code == 302
        assert stranger.get(scene.path(done)).status_code == 302
        answered = send(stranger, path, **scene.LATER, example="We preserved a mailbox.")
        assert (answered.status_code, answered.location) == (302, path)
        again = stranger.get(path).text
        assert "You have answered" in again
        assert "We preserved a mailbox." not in again
        assert send(stranger, path, **{**scene.LATER, "applied": "1"}).status_code == 302
        assert send(stranger, path, **{**scene.LATER, "applied": ""}).status_code == 422
    with inside():
        kept = scene.answers(done, 3)
        assert [(one.user_id, one.points["applied"]) for one in kept] == [(cast("owner").id, 1)]
        assert scene.answers(done, 0) == []


def test_forged_expired_and_borrowed_links(done: UUID, cast: Cast, inside: Inside, app: Flask) -> None:
    run_at(inside, day(2026, 11, 30))
    path = dict(sent(inside))[cast("owner").email]
    token, stranger = path.rsplit("/", 1)[1], app.test_client()
    with inside():
        other_use = links.leaving(cast("owner").public_id).rsplit("/", 1)[1]
    for forged in (f"{token}x", "x" + token, other_use, "nothing", token.split(".")[0]):
        assert stranger.get(f"/feedback/surveys/{forged}").status_code == 404
    assert stranger.get(f"/feedback/leaving/{token}").status_code == 404
    with clock.travel(day(2027, 1, 28)):
        opened = stranger.get(path)
        assert "<form" in opened.text.split("<main")[1]
    with clock.travel(day(2027, 1, 30)):
        assert "takes no answers any more" in stranger.get(path).text
        token = opened.text.split('name="csrf_token" value="')[1].split('"')[0]
        late = stranger.post(path, data={**scene.LATER, "csrf_token": token, "idempotency_key": "late"})
        assert late.status_code in {400, 422}
    with inside():
        assert scene.answers(done, 3) == []


def test_one_reminder_after_two_weeks_for_who_is_silent(
    done: UUID, cast: Cast, inside: Inside, app: Flask
) -> None:
    run_at(inside, day(2026, 11, 30))
    path = dict(sent(inside))[cast("practitioner").email]
    with clock.travel(day(2026, 12, 2)):
        assert send(app.test_client(), path, **scene.LATER).status_code == 302
    for when, count in (
        (day(2026, 12, 13), 2),
        (day(2026, 12, 14, 13), 3),
        (day(2026, 12, 15), 3),
        (day(2027, 1, 5), 3),
    ):
        run_at(inside, when)
        assert len(sent(inside)) == count, when
    with inside():
        last = scene.surveys()[-1][0]
        assert (last.recipient, last.subject[:9]) == (cast("owner").email, "Reminder:")


def _close(person: User) -> None:
    accounts.close_account(None, person)


def _suspend(person: User) -> None:
    accounts.suspend(None, person, "Left")


def _erase(person: User) -> None:
    actions.erase_person(person.id)
    accounts.close_account(None, person)


def _no_mail(person: User) -> None:
    choose(person.id, {"": Choice(Digest.OFF)})


def _refuse(person: User) -> None:
    actions.want_follow_ups(person.id, wanted=False)


@pytest.mark.parametrize("gone", [_close, _suspend, _erase, _no_mail, _refuse])
def test_who_is_gone_or_wants_none_gets_none(done: UUID, cast: Cast, inside: Inside, gone: object) -> None:
    with inside():
        gone(db.session.get_one(User, cast("owner").id))  # type: ignore[operator]
    run_at(inside, day(2026, 11, 30))
    assert [who for who, _ in sent(inside)] == [cast("practitioner").email]


def test_a_link_of_a_closed_account_opens_nothing(done: UUID, cast: Cast, inside: Inside, app: Flask) -> None:
    run_at(inside, day(2026, 11, 30))
    path = dict(sent(inside))[cast("owner").email]
    with inside():
        _close(db.session.get_one(User, cast("owner").id))
    with clock.travel(day(2026, 12, 1)):
        assert app.test_client().get(path).status_code == 404


def test_an_activity_can_be_left_out_and_another_kind_taken_in(
    done: UUID, cast: Cast, inside: Inside
) -> None:
    with inside():
        trainer = cast("administrator").actor()
        meeting = register.course("meeting", kind="expert_group_meeting", address="")
        scene.complete(cast("owner").id, meeting, DONE)
        activities = {key: db.session.get_one(Activity, key) for key in (done, meeting)}
        actions.choose(trainer, activities[done], asked=True, follow_ups=False, open_days=60)
    run_at(inside, day(2026, 11, 30))
    assert sent(inside) == []  # a meeting is no training by itself
    with inside():
        actions.choose(trainer, activities[meeting], asked=True, follow_ups=True, open_days=60)
    run_at(inside, day(2026, 11, 30))
    assert [who for who, _ in sent(inside)] == [cast("owner").email]


def test_a_person_of_several_completions_gets_one_mail_a_day(done: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        second = register.course("second")
        scene.complete(cast("owner").id, second, DONE)
    for when, count in ((day(2026, 11, 30), 2), (day(2026, 12, 1, 13), 3), (day(2026, 12, 2, 14), 3)):
        run_at(inside, when)
        assert len(sent(inside)) == count


def test_a_late_worker_catches_up_and_ten_years_are_not_asked(cast: Cast, inside: Inside, done: UUID) -> None:
    run_at(inside, day(2026, 12, 20))
    assert len(sent(inside)) == 2
    with inside():
        db.session.query(FeedbackInvitation).delete()
        db.session.query(OutboxMail).delete()
    run_at(inside, day(2027, 1, 20))
    assert sent(inside) == []


def test_results_of_a_stage_stand_beside_how_many_were_asked(
    course: UUID, cast: Cast, inside: Inside
) -> None:
    with inside():
        people = [register.person(f"p{number}") for number in range(8)]
        for one in people:
            scene.complete(one.id, course, DONE)
    run_at(inside, day(2026, 11, 30))
    with clock.travel(day(2026, 12, 1)), inside():
        scene.say(people[:5], course, [5, 4, 4, 3, 4], stage=3)
        found = queries.results_of(db.session.get_one(Activity, course), 3)
        assert (found.given, found.asked, found.rate) == (5, 8, 0.625)
    page = scene.texts(cast("trainer").client, scene.path(course, "/results?stage=3"))
    assert "Mean 4 Median 4 Answers 5 Response rate 62 % (5 of 8)" in page
    assert "6 months later" not in page


def test_one_switches_them_off_and_on_oneself(owner_done: UUID, cast: Cast, inside: Inside) -> None:
    owner = cast("owner").client
    assert "You are asked" in scene.texts(owner, "/feedback")
    assert send(owner, "/feedback", "/feedback/follow-ups").status_code == 302
    assert "You are not asked" in scene.texts(owner, "/feedback")
    with inside():
        assert db.session.get(FollowUpRefusal, cast("owner").id) is not None
    send(owner, "/feedback", "/feedback/follow-ups")
    assert "You are asked" in scene.texts(owner, "/feedback")


def test_every_day_has_its_jobs() -> None:
    cron = {one.name: one.cron for one in jobs.registered().values() if one.name.startswith("feedback.")}
    assert cron == {
        "feedback.ask_daily": "20 5 * * *",
        "feedback.ask_at_the_end": None,
        "feedback.ask_follow_up": None,
        "feedback.remind": None,
    }
    assert ask_daily.__doc__


def test_two_workers_at_once_ask_once(done: UUID, inside: Inside) -> None:
    with clock.travel(day(2026, 11, 30) + timedelta(minutes=1)), inside():
        jobs.run_now("feedback.ask_follow_up", stage=3)
    with clock.travel(day(2026, 11, 30) + timedelta(minutes=1)), inside():
        jobs.run_now("feedback.ask_follow_up", stage=3)
    assert len(sent(inside)) == 2
