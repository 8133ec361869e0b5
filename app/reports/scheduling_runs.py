"""A schedule is due: one run for it, a delivery for each recipient, a file under each one's own rights.

A run is a row that can be there only once for a schedule and a time; a delivery is sent in the transaction that says
so. Two workers, or one that is killed and comes again, send nothing twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.accounts.queries import actor_by_person
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, mail
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.jobs import defer, job
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.media.storage import storage
from app.reports import scheduling_notices as notices
from app.reports import scheduling_stopping as stopping
from app.reports.catalogue import REPORTS, ask
from app.reports.exports import actions as files
from app.reports.exports import making
from app.reports.exports.acting import standing_in
from app.reports.exports.sheets import Wish
from app.reports.frame import Asked
from app.reports.models import (
    DeliveryState,
    Form,
    ReportFile,
    ReportSchedule,
    ScheduleDelivery,
    ScheduleRecipient,
    ScheduleRun,
)
from app.reports.scheduling_times import days_before

MOST_ATTACHED = 10_000_000
NO_RIGHTS, NOTHING_THERE, PERSONS, TOO_LONG, TOO_LARGE, ERROR = (
    *("rights", "nothing", "persons", "rows", "size"),
    "error",
)
"""Why somebody got nothing."""
DUE, NOW, ACTIVITY, THRESHOLD = "due", "now", "activity", "threshold"
"""Why there was a run."""


class _Nothing(Exception):
    """The recipient gets nothing; the word says why."""


def begin(
    schedule: ReportSchedule,
    due_at: datetime,
    cause: str,
    *,
    about: str = "",
    value: int | None = None,
    only: Actor | None = None,
) -> ScheduleRun | None:
    """Begin a run and queue its deliveries; ``only`` sends to that person alone. The caller holds the schedule's lock.

    None when there was such a run already, or when the owner may not have the report any more: then it is stopped.
    """
    if stopping.stop_if_owner_left(schedule):
        return None
    run_id = db.session.scalar(
        insert(ScheduleRun)
        .values(
            schedule_id=schedule.id,
            due_at=due_at,
            about=about,
            cause=cause,
            value=value,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(ScheduleRun.id)
    )
    if run_id is None:
        return None
    made = [_to_person(run_id, only)] if only else [_to(run_id, one) for one in _present(schedule)]
    db.session.add_all(made)
    db.session.flush()
    for delivery in made:
        defer(deliver, delivery_id=delivery.id)
    detail = {"cause": cause, "recipients": len(made), "outside": sum(one.outside for one in made)}
    audit.record(None, Verb.SCHEDULE_SENT, "schedule", schedule.public_id, detail=detail)
    return db.session.get_one(ScheduleRun, run_id)


@job("reports.deliver")
def deliver(delivery_id: int) -> None:
    """Make one recipient's file and send it, or say why not. Nothing when another worker does, or has done it."""
    found = select(ScheduleDelivery).where(
        ScheduleDelivery.id == delivery_id, ScheduleDelivery.state == DeliveryState.WAITING
    )
    delivery = db.session.scalars(found.with_for_update(skip_locked=True)).one_or_none()
    if delivery is None:
        return
    try:
        if delivery.outside:
            _send_outside(delivery)
        else:
            _send_to_person(delivery)
    except _Nothing as nothing:
        delivery.state, delivery.reason = DeliveryState.REFUSED, str(nothing)
        return
    delivery.state, delivery.sent_at = DeliveryState.SENT, clock.now()


def question(schedule: ReportSchedule, run: ScheduleRun) -> dict[str, str]:
    """Return what is asked in a run: the view's question, narrowed to the time before or to the activity that ended."""
    asked = dict(schedule.view.asked)
    span = days_before(schedule, run.due_at) if schedule.span else None
    if span and REPORTS[schedule.view.report].periods:
        asked |= {"from": span[0].isoformat(), "to": span[1].isoformat()}
    if run.cause == ACTIVITY and "activity" in REPORTS[schedule.view.report].filters:
        asked["activity"] = run.about
    return asked


def _present(schedule: ReportSchedule) -> list[ScheduleRecipient]:
    return [one for one in schedule.recipients if one.confirmed_at is not None and one.ended_at is None]


def _to(run_id: int, recipient: ScheduleRecipient) -> ScheduleDelivery:
    if recipient.user_id is not None:
        person = db.session.get_one(User, recipient.user_id)
        return ScheduleDelivery(run_id=run_id, recipient_id=recipient.id, user_id=person.id, whom=person.name)
    domain = recipient.address.rpartition("@")[2]
    return ScheduleDelivery(run_id=run_id, recipient_id=recipient.id, whom=domain, outside=True)


def _to_person(run_id: int, actor: Actor) -> ScheduleDelivery:
    return ScheduleDelivery(run_id=run_id, user_id=actor.user_id, whom=actor.name)


def _send_to_person(delivery: ScheduleDelivery) -> None:
    """A file under the person's own rights, in their language and zone; the mail holds a link, no rows."""
    actor = actor_by_person(delivery.user_id, second_factor=True) if delivery.user_id else None
    if actor is None or _ended(delivery):
        raise _Nothing(NO_RIGHTS)
    schedule = delivery.run.schedule
    asked = _ask(schedule, delivery.run, actor, actor.language)
    file = files.begin(
        asked,
        Form(schedule.form),
        owner_id=_id(actor),
        language=actor.language,
        zone=actor.zone,
        anonymised=schedule.anonymised,
        scheduled=True,
    )
    with standing_in(actor, actor.language):
        _make(
            delivery,
            file,
            asked,
            Wish(Form(file.form), actor.name, file.language, file.zone, file.anonymised),
        )
        mail.send(notices.to_person(actor, schedule, file))


def _send_outside(delivery: ScheduleDelivery) -> None:
    """Totals as an attachment, under the owner's rights, in the language chosen for the address; no persons ever."""
    schedule, recipient = delivery.run.schedule, _recipient(delivery)
    owner = actor_by_person(schedule.owner_id, second_factor=True)
    if owner is None or recipient is None or recipient.confirmed_at is None or recipient.ended_at is not None:
        raise _Nothing(NO_RIGHTS)
    # of no group: what a session of theirs is called is for its members
    reader = replace(owner, zone=schedule.zone, language=recipient.language, groups=frozenset())
    asked = _ask(schedule, delivery.run, reader, recipient.language)
    if asked.report.holds_persons(asked):
        raise _Nothing(PERSONS)
    file = files.begin(
        asked,
        Form(schedule.form),
        owner_id=schedule.owner_id,
        language=recipient.language,
        zone=schedule.zone,
        anonymised=True,
        scheduled=True,
    )
    wish = Wish(Form(file.form), owner.name, file.language, file.zone, anonymised=True, outside=True)
    with standing_in(reader, recipient.language):
        _make(delivery, file, asked, wish)
        if file.size > MOST_ATTACHED:
            raise _Nothing(TOO_LARGE)
        octets = storage().get(making.object_name(file))
        mail.send(notices.to_outside(recipient, schedule, file, octets))


def _ask(schedule: ReportSchedule, run: ScheduleRun, actor: Actor, language: str) -> Asked:
    report = REPORTS.get(schedule.view.report)
    if report is None or not report.may_export(actor):
        raise _Nothing(NO_RIGHTS)
    try:
        found = ask(
            report,
            actor,
            question(schedule, run),
            schedule.zone,
            language,
            permission=Permission.REPORTS_EXPORT,
        )
    except NotFound:
        raise _Nothing(NO_RIGHTS) from None
    if not isinstance(found, Asked):
        raise _Nothing(NOTHING_THERE)
    return found


def _make(delivery: ScheduleDelivery, file: ReportFile, asked: Asked, wish: Wish) -> None:
    try:
        files.check_length(wish.form, asked.report.count(asked))
    except Refused:
        db.session.delete(file)
        db.session.flush()
        raise _Nothing(TOO_LONG) from None
    making.make(file, asked, wish)
    delivery.file_id, delivery.language, delivery.zone = file.id, file.language, file.zone
    delivery.rows, delivery.size, delivery.sha256 = file.rows_done, file.size, file.sha256
    db.session.flush()
    files.note(asked, file.form, file.rows_done, file.sha256)


def _recipient(delivery: ScheduleDelivery) -> ScheduleRecipient | None:
    return db.session.get(ScheduleRecipient, delivery.recipient_id) if delivery.recipient_id else None


def _ended(delivery: ScheduleDelivery) -> bool:
    """Whether somebody does not want to be sent to any more; what the owner sends to themselves has no recipient."""
    recipient = _recipient(delivery)
    return recipient is not None and recipient.ended_at is not None


def _id(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id
