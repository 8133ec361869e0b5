"""Making a schedule, its recipients, pausing it, letting it go on, sending it to oneself at once, removing it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.actors import of_person
from app.accounts.addresses import normalised, valid
from app.accounts.locking import lock
from app.accounts.models import User
from app.accounts.queries import by_email
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.ids import public_id
from app.core.permissions import Permission
from app.core.refusal import Refused, require
from app.reports import scheduling_runs as runs
from app.reports import scheduling_stopping as stopping
from app.reports.catalogue import REPORTS
from app.reports.exports.acting import standing_in
from app.reports.frame import Asked
from app.reports.models import (
    ReportSchedule,
    Rhythm,
    SavedView,
    ScheduleRecipient,
    ScheduleState,
)
from app.reports.policy import scope_of
from app.reports.scheduling_stopping import INDICATOR
from app.reports.scheduling_times import next_due
from app.reports.scheduling_watching import value_of

MAX_SCHEDULES, MAX_RECIPIENTS, MAX_OUTSIDE = 50, 60, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a schedule sends and when; the names are those of its columns."""

    form: str
    rhythm: str
    zone: str
    anonymised: bool = False
    hour: int = 7
    weekday: int = 0
    day: int = 1
    month: int = 1
    span: str = ""
    activity_slug: str = ""
    hours_after: int = 24
    measure: str = ""
    above: bool = True
    bound: int = 0


def make(actor: Actor, view: SavedView, plan: Plan) -> ReportSchedule:
    """Have a view of the actor's sent; they are its first recipient. Refused when they may not take it away."""
    _check(actor, view, plan)
    own = select(func.count()).select_from(ReportSchedule).where(ReportSchedule.owner_id == actor.user_id)
    require((db.session.scalar(own) or 0) < MAX_SCHEDULES, _("You have as many schedules as there can be."))
    schedule = ReportSchedule(view=view, owner_id=view.owner_id, created_at=clock.now(), **asdict(plan))
    schedule.recipients = [ScheduleRecipient(user_id=actor.user_id, confirmed_at=clock.now())]
    db.session.add(schedule)
    _begin_waiting(actor, schedule)
    db.session.flush()
    audit.record(actor, Verb.SCHEDULE_MADE, "schedule", schedule.public_id, detail=_told(plan))
    return schedule


def change(actor: Actor, schedule: ReportSchedule, plan: Plan) -> None:
    """Change what is sent and when; it waits anew from now."""
    lock(schedule)
    _check(actor, schedule.view, plan)
    for name, value in asdict(plan).items():
        setattr(schedule, name, value)
    if schedule.state == ScheduleState.ACTIVE:
        _begin_waiting(actor, schedule)
    db.session.flush()
    audit.record(actor, Verb.SCHEDULE_CHANGED, "schedule", schedule.public_id, detail=_told(plan))


def pause(actor: Actor, schedule: ReportSchedule) -> None:
    """Send nothing until it is resumed."""
    lock(schedule)
    if schedule.state != ScheduleState.ACTIVE:
        return
    schedule.state, schedule.next_due_at = ScheduleState.PAUSED, None
    db.session.flush()
    audit.record(actor, Verb.SCHEDULE_PAUSED, "schedule", schedule.public_id)


def resume(actor: Actor, schedule: ReportSchedule) -> None:
    """Let it go on from now; what fell into the pause is not sent. Refused when the actor may not take it away."""
    lock(schedule)
    if schedule.state == ScheduleState.ACTIVE:
        return
    _asked(actor, schedule.view)
    _check_measure(actor, schedule.measure)
    schedule.state = ScheduleState.ACTIVE
    _begin_waiting(actor, schedule)
    db.session.flush()
    audit.record(actor, Verb.SCHEDULE_RESUMED, "schedule", schedule.public_id)


def remove(actor: Actor, schedule: ReportSchedule) -> None:
    """Remove it with its history; files that were made stay with those they were made for."""
    audit.record(actor, Verb.SCHEDULE_REMOVED, "schedule", schedule.public_id)
    db.session.delete(schedule)
    db.session.flush()


def send_me_now(actor: Actor, schedule: ReportSchedule) -> None:
    """Send it to the owner alone, now."""
    lock(schedule)
    require(schedule.state != ScheduleState.STOPPED, _("Let the schedule go on first."))
    runs.begin(schedule, clock.now(), runs.NOW, about=public_id(), only=actor)


def add_recipient(actor: Actor, schedule: ReportSchedule, email: str, language: str) -> ScheduleRecipient:
    """Add somebody: of the platform when they may take the report away, else an address outside, to be confirmed.

    Whether somebody has an account shows only of those who may have the report. Refused for what is no address, for
    rows of persons that are to leave, and beyond the bounds.
    """
    lock(schedule)
    address = normalised(email)
    require(valid(address), _("Write an e-mail address, for example name@ministry.example."))
    require(len(_present(schedule)) < MAX_RECIPIENTS, _("It is sent to as many as there can be."))
    person = _reader(address, schedule)
    if person is None:
        _check_outside(actor, schedule)
    recipient = _known(schedule, person, address)
    if recipient is None:
        recipient = ScheduleRecipient(
            user_id=person.id if person else None, address="" if person else address
        )
        schedule.recipients.append(recipient)
    recipient.ended_at = None
    recipient.language = "" if person else language
    recipient.confirmed_at = clock.now() if person else None
    db.session.flush()
    domain = "" if person else address.rpartition("@")[2]
    audit.record(
        actor,
        Verb.SCHEDULE_RECIPIENT_ADDED,
        "schedule",
        schedule.public_id,
        detail={"outside": person is None, "domain": domain},
        personal={"recipient": person.public_id if person else address},
        person_id=person.id if person else None,
    )
    return recipient


def confirm_recipient(actor: Actor, recipient: ScheduleRecipient) -> None:
    """Confirm an address outside: from now on totals go there."""
    schedule = recipient.schedule
    lock(schedule)
    _check_outside(actor, schedule, besides=recipient)
    if recipient.confirmed_at is None:
        recipient.confirmed_at = clock.now()
        db.session.flush()
        detail = {"domain": recipient.address.rpartition("@")[2]}
        audit.record(actor, Verb.SCHEDULE_RECIPIENT_CONFIRMED, "schedule", schedule.public_id, detail=detail)


def remove_recipient(actor: Actor, recipient: ScheduleRecipient) -> None:
    """Send no more to a recipient; what was sent stays in the history."""
    schedule = recipient.schedule
    lock(schedule)
    audit.record(
        actor,
        Verb.SCHEDULE_RECIPIENT_REMOVED,
        "schedule",
        schedule.public_id,
        detail={"outside": recipient.user_id is None},
    )
    schedule.recipients.remove(recipient)
    db.session.flush()


def end_for(recipient: ScheduleRecipient, actor: Actor | None = None) -> None:
    """Send no more to somebody who does not want it: a person, or an address outside by its link."""
    lock(recipient)
    if recipient.ended_at is None:
        recipient.ended_at = clock.now()
        db.session.flush()
        schedule = recipient.schedule
        audit.record(actor, Verb.SCHEDULE_ENDED_FROM_OUTSIDE, "schedule", schedule.public_id)


def _begin_waiting(actor: Actor, schedule: ReportSchedule) -> None:
    """Let it wait from now on: for its time, for activities that end, for a number to cross its bound."""
    now = clock.now()
    schedule.next_due_at = next_due(schedule, now)
    schedule.watched_since = now if schedule.rhythm == Rhythm.AFTER_ACTIVITY else None
    schedule.was_beyond = None
    if schedule.rhythm == Rhythm.THRESHOLD:
        with standing_in(actor, actor.language):
            value = value_of(_asked(actor, schedule.view), schedule.measure)
        if value is not None:
            schedule.was_beyond = value > schedule.bound if schedule.above else value < schedule.bound


def _check(actor: Actor, view: SavedView, plan: Plan) -> None:
    asked = _asked(actor, view)
    if plan.span:
        require(bool(asked.report.periods), _("This report has no period."))
    _check_measure(actor, plan.measure)


def _check_measure(actor: Actor, measure: str) -> None:
    if measure.startswith(INDICATOR):
        seen = scope_of(actor, Permission.REPORTS_EXPORT)
        require(seen.everything, _("An indicator counts everybody; you see a part."))


def _asked(actor: Actor, view: SavedView) -> Asked:
    report = REPORTS[view.report]
    require(report.may_export(actor), _("You may not take this report away."))
    found = stopping.asked_of(actor, view, actor.zone)
    if found is None:
        raise Refused(_("What the view is narrowed to is not there for you."))
    return found


def _check_outside(actor: Actor, schedule: ReportSchedule, besides: ScheduleRecipient | None = None) -> None:
    asked = _asked(actor, schedule.view)
    require(
        not asked.report.holds_persons(asked),
        _(
            "Only totals leave the platform. Save a view that is grouped, by country for example, and send that one."
        ),
    )
    outside = [one for one in _present(schedule) if one.user_id is None and one is not besides]
    require(len(outside) < MAX_OUTSIDE, _("It is sent to as many addresses outside as there can be."))


def _reader(address: str, schedule: ReportSchedule) -> User | None:
    """Return the person with an address when they may take the report away."""
    person = by_email(address)
    if person is None or not person.is_approved:
        return None
    return person if REPORTS[schedule.view.report].may_export(of_person(person)) else None


def _known(schedule: ReportSchedule, person: User | None, address: str) -> ScheduleRecipient | None:
    wanted = (person.id, "") if person else (None, address)
    return next((one for one in schedule.recipients if (one.user_id, one.address) == wanted), None)


def _present(schedule: ReportSchedule) -> list[ScheduleRecipient]:
    return [one for one in schedule.recipients if one.ended_at is None]


def _told(plan: Plan) -> JSON:
    return {
        "rhythm": plan.rhythm,
        "format": plan.form,
        "measure": plan.measure,
        "anonymised": plan.anonymised,
    }
