"""What schedules wait for that no calendar knows: an activity that ended, a number that crossed a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from app.core import clock, log
from app.core.access import Actor
from app.core.database import db
from app.records import measuring
from app.records.models import Activity
from app.records.questions import Question
from app.reports import scheduling_runs as runs
from app.reports import scheduling_stopping as stopping
from app.reports.exports.acting import standing_in
from app.reports.frame import Asked
from app.reports.models import ReportSchedule, Rhythm, ScheduleRun, ScheduleState
from app.reports.scheduling_stopping import INDICATOR
from app.reports.scheduling_times import next_due

LOOKED_BACK = timedelta(days=30)
ROWS, NUMBER = "rows", "number:"


def send_due() -> int:
    """Begin a run for each schedule whose time has come, and name its next time; returns how many began.

    After a standstill one that was due several times is sent once.
    """
    now = clock.now()
    found = _claimed(ReportSchedule.next_due_at <= now)
    return sum(_carefully(_send_due, schedule, now) for schedule in found)


def send_after_activities() -> int:
    """Begin a run for each activity that ended long enough ago, once for each schedule and activity."""
    now = clock.now()
    found = _claimed(ReportSchedule.rhythm == Rhythm.AFTER_ACTIVITY.value)
    return sum(_carefully(_send_after, schedule, now) for schedule in found)


def send_on_thresholds() -> int:
    """Begin a run for each schedule whose number has crossed its bound since it was last looked at."""
    now = clock.now()
    found = _claimed(ReportSchedule.rhythm == Rhythm.THRESHOLD.value)
    return sum(_carefully(_send_if_crossed, schedule, now) for schedule in found)


def value_of(asked: Asked, measure: str) -> int | None:
    """Return the number that a threshold looks at, rounded down; None when there is nothing to measure."""
    if measure == ROWS:
        return asked.report.count(asked)
    if measure.startswith(NUMBER):
        key = measure.removeprefix(NUMBER)
        found = next((one.value for one in asked.report.numbers(asked) if one.key == key), None)
        return None if found is None else int(found)
    figures = measuring.measure([measure.removeprefix(INDICATOR)], Question())
    return int(next(iter(figures.values())).value)


def _claimed(*conditions: ColumnElement[bool]) -> Sequence[ReportSchedule]:
    """Return active schedules, locked; those that another worker is at are passed over."""
    statement = select(ReportSchedule).where(ReportSchedule.state == ScheduleState.ACTIVE, *conditions)
    return db.session.scalars(statement.order_by(ReportSchedule.id).with_for_update(skip_locked=True)).all()


def _carefully(
    work: Callable[[ReportSchedule, datetime], int], schedule: ReportSchedule, now: datetime
) -> int:
    """Do it for one schedule; its mistake does not keep the others from their turn."""
    try:
        with db.session.begin_nested():
            return work(schedule, now)
    except Exception:
        log.failure("schedule failed", schedule=schedule.public_id)
        return 0


def _send_due(schedule: ReportSchedule, now: datetime) -> int:
    run = runs.begin(schedule, _latest_due(schedule, now), runs.DUE)
    if schedule.state == ScheduleState.ACTIVE:
        schedule.next_due_at = next_due(schedule, now)
    return run is not None


def _latest_due(schedule: ReportSchedule, now: datetime) -> datetime:
    """Return the last time that has come; those before it were missed while nothing ran."""
    due = schedule.next_due_at
    assert due is not None
    while (following := next_due(schedule, due)) is not None and following <= now:
        due = following
    return due


def _send_after(schedule: ReportSchedule, now: datetime) -> int:
    delay = timedelta(hours=schedule.hours_after)
    ended = [one for one in _ended(schedule, now, delay) if not _was_sent(schedule, one)]
    if not ended:
        return 0
    owner = stopping.owner_of(schedule)
    asked = stopping.asked_by(owner, schedule) if owner else None
    if asked is None:
        stopping.stop(schedule)
        return 0
    theirs = {one.key for one in asked.activities}
    begun = [
        runs.begin(schedule, one.ends_at + delay, runs.ACTIVITY, about=one.slug)
        for one in ended
        if one.key in theirs and one.ends_at is not None
    ]
    return sum(run is not None for run in begun)


def _ended(schedule: ReportSchedule, now: datetime, delay: timedelta) -> Sequence[Activity]:
    since = max(schedule.watched_since or schedule.created_at, now - LOOKED_BACK - delay)
    found = select(Activity).where(
        Activity.ends_at > since, Activity.ends_at <= now - delay, Activity.is_test.is_(False)
    )
    if schedule.activity_slug:
        found = found.where(Activity.slug == schedule.activity_slug)
    return db.session.scalars(found.order_by(Activity.ends_at, Activity.key)).all()


def _was_sent(schedule: ReportSchedule, activity: Activity) -> bool:
    """Whether there was a run for the activity, whenever it ended then."""
    run = select(ScheduleRun.id).where(
        ScheduleRun.schedule_id == schedule.id,
        ScheduleRun.about == activity.slug,
        ScheduleRun.cause == runs.ACTIVITY,
    )
    return db.session.scalar(run.limit(1)) is not None


def _send_if_crossed(schedule: ReportSchedule, now: datetime) -> int:
    owner = stopping.owner_of(schedule)
    asked = stopping.asked_by(owner, schedule) if owner else None
    if owner is None or asked is None:
        stopping.stop(schedule)
        return 0
    value = _value(owner, asked, schedule.measure)
    if value is None:
        return 0
    beyond = value > schedule.bound if schedule.above else value < schedule.bound
    crossed = beyond and schedule.was_beyond is False
    schedule.was_beyond = beyond
    if not crossed:
        return 0
    return int(runs.begin(schedule, now, runs.THRESHOLD, value=value) is not None)


def _value(owner: Actor, asked: Asked, measure: str) -> int | None:
    with standing_in(owner, owner.language):
        return value_of(asked, measure)
