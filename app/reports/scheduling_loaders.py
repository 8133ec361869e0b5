"""The only way a view gets a schedule or a recipient: the owner's own, one's own, or by a signed link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.reports.models import (
    ReportFile,
    ReportSchedule,
    SavedView,
    ScheduleDelivery,
    ScheduleRecipient,
    ScheduleRun,
)
from app.reports.policy import scope_of
from app.reports.scheduling_links import ended_by

SHOWN_RUNS = 25


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery in the history; ``file_id`` is the public id where the owner may open the file.

    ``rows`` and ``sha256`` are None and empty of a file that may hold what the owner must not see: others get theirs
    under their own rights, and how many rows these reach to tells of what is beyond the owner's.
    """

    delivery: ScheduleDelivery
    file_id: str
    rows: int | None
    sha256: str


def own_schedule(actor: Actor, schedule_id: str) -> ReportSchedule:
    """Return the actor's schedule. Raises NotFound. That it is stopped does not hide it from its owner."""
    found = db.session.scalars(
        select(ReportSchedule).where(
            ReportSchedule.public_id == schedule_id, ReportSchedule.owner_id == (actor.user_id or 0)
        )
    ).one_or_none()
    if found is None or not actor.approved:
        raise NotFound
    return found


def own_recipient(actor: Actor, schedule_id: str, recipient_id: str) -> ScheduleRecipient:
    """Return a recipient of the actor's schedule. Raises NotFound."""
    recipients = own_schedule(actor, schedule_id).recipients
    found = next((one for one in recipients if one.public_id == recipient_id), None)
    if found is None:
        raise NotFound
    return found


def as_recipient(actor: Actor, recipient_id: str) -> ScheduleRecipient:
    """Return the actor among the recipients of somebody's schedule. Raises NotFound."""
    found = db.session.scalars(
        select(ScheduleRecipient).where(
            ScheduleRecipient.public_id == recipient_id, ScheduleRecipient.user_id == (actor.user_id or 0)
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def outsider(_actor: Actor, token: str) -> ScheduleRecipient:
    """Return whom a signed link stands for, whoever holds it. Raises NotFound."""
    found = db.session.scalars(
        select(ScheduleRecipient).where(ScheduleRecipient.public_id == (ended_by(token) or ""))
    ).one_or_none()
    if found is None or found.user_id is not None:
        raise NotFound
    return found


def schedules_of(actor: Actor) -> Sequence[ReportSchedule]:
    """Return the actor's schedules, the latest first, with their views."""
    found = select(ReportSchedule).where(ReportSchedule.owner_id == actor.user_id)
    return db.session.scalars(
        found.options(selectinload(ReportSchedule.view)).order_by(ReportSchedule.id.desc())
    ).all()


def sent_to(actor: Actor) -> list[tuple[ScheduleRecipient, SavedView, str]]:
    """Return what others send to the actor: themselves as recipient, the view, its owner's name."""
    found = (
        select(ScheduleRecipient, SavedView, User)
        .join(ReportSchedule, ReportSchedule.id == ScheduleRecipient.schedule_id)
        .join(SavedView, SavedView.id == ReportSchedule.view_id)
        .join(User, User.id == ReportSchedule.owner_id)
        .where(ScheduleRecipient.user_id == actor.user_id, ScheduleRecipient.ended_at.is_(None))
        .where(ReportSchedule.owner_id != actor.user_id)
        .order_by(ScheduleRecipient.id.desc())
    )
    return [(recipient, view, owner.name) for recipient, view, owner in db.session.execute(found)]


def history(actor: Actor, schedule: ReportSchedule) -> list[tuple[ScheduleRun, list[Sent]]]:
    """Return the latest runs with their deliveries; the owner opens their own files and those that went outside."""
    runs = db.session.scalars(
        select(ScheduleRun)
        .where(ScheduleRun.schedule_id == schedule.id)
        .options(selectinload(ScheduleRun.deliveries))
        .order_by(ScheduleRun.id.desc())
        .limit(SHOWN_RUNS)
    ).all()
    files = [one.file_id for run in runs for one in run.deliveries if one.file_id]
    own = select(ReportFile.id, ReportFile.public_id).where(
        ReportFile.id.in_(files), ReportFile.owner_id == schedule.owner_id
    )
    found = {row.id: row.public_id for row in db.session.execute(own)}
    everything = scope_of(actor).everything

    def sent(one: ScheduleDelivery) -> Sent:
        told = everything or one.outside or one.user_id == schedule.owner_id
        file_id = found.get(one.file_id or 0, "")
        return Sent(one, file_id, one.rows, one.sha256) if told else Sent(one, file_id, None, "")

    return [(run, [sent(one) for one in run.deliveries]) for run in runs]


def names_of(recipients: Sequence[ScheduleRecipient]) -> dict[int, str]:
    """Return the names of the recipients who have an account."""
    people = select(User).where(User.id.in_([one.user_id for one in recipients if one.user_id]))
    return {one.id: one.name for one in db.session.scalars(people)}
