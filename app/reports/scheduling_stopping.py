"""A schedule stops when its owner left, or may not take the report away any more; owner and administrators are told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.accounts.models import Role, RoleGrant, User
from app.accounts.queries import actor_by_person
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock, mail
from app.core.access import NOBODY, Actor
from app.core.database import db
from app.core.permissions import Permission
from app.notifications import actions as notifications
from app.reports import scheduling_notices as notices
from app.reports.catalogue import REPORTS, ask
from app.reports.frame import Asked
from app.reports.models import ReportSchedule, SavedView, ScheduleState

STOPPED = "report.schedule_stopped"
INDICATOR = "indicator:"
"""What the measure of a threshold begins with that counts everybody."""


def owner_of(schedule: ReportSchedule) -> Actor | None:
    """Return the owner when they may still take away what is sent; None when they left or lost the right."""
    owner = actor_by_person(schedule.owner_id, second_factor=True)
    report = REPORTS.get(schedule.view.report)
    if owner is None or report is None or not report.may_export(owner):
        return None
    return owner


def asked_by(owner: Actor, schedule: ReportSchedule) -> Asked | None:
    """Return the view as its owner asks for it now; None when it is narrowed to what is not there for them, or waits
    for a number over everybody and they see a part by now."""
    found = asked_of(owner, schedule.view, schedule.zone)
    if found is None or (schedule.measure.startswith(INDICATOR) and not found.scope.everything):
        return None
    return found


def asked_of(actor: Actor, view: SavedView, zone: str) -> Asked | None:
    """Return a view as somebody asks for it, to take it away; None when it cannot be asked by them."""
    found = ask(
        REPORTS[view.report], actor, view.asked, zone, actor.language, permission=Permission.REPORTS_EXPORT
    )
    return found if isinstance(found, Asked) else None


def stop_if_owner_left(schedule: ReportSchedule) -> bool:
    """Whether the schedule is stopped now. What it is narrowed to must be there for the owner as well."""
    owner = owner_of(schedule)
    if owner is not None and asked_by(owner, schedule) is not None:
        return False
    stop(schedule)
    return True


def stop(schedule: ReportSchedule) -> None:
    """Stop it, once, and tell the owner and the administrators."""
    if schedule.state == ScheduleState.STOPPED:
        return
    schedule.state, schedule.next_due_at = ScheduleState.STOPPED, None
    db.session.flush()
    audit.record(None, Verb.SCHEDULE_STOPPED, "schedule", schedule.public_id)
    person = db.session.get_one(User, schedule.owner_id)
    mail.send(notices.stopped(person, schedule))
    params = {"view": schedule.view.name, "owner": person.name, "person": person.public_id}
    for user_id in administrators():
        notifications.notify(
            [user_id], STOPPED, f"person:{user_id}", params, topic=schedule.public_id, by=NOBODY
        )


def check_owner(user_id: int) -> None:
    """Stop the schedules of somebody who may have less than before."""
    for schedule in _active(user_id):
        stop_if_owner_left(schedule)


def check_owners() -> None:
    """Look at every schedule: what ends by itself, a grant or a suspension, is told by no event."""
    for schedule in _active():
        stop_if_owner_left(schedule)


def administrators() -> Sequence[int]:
    """Return the accounts of those who are administrators now."""
    now = clock.now()
    present = (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.starts_at <= now, User.active)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
    )
    return db.session.scalars(present.distinct().order_by(RoleGrant.user_id)).all()


def _active(user_id: int | None = None) -> Sequence[ReportSchedule]:
    found = (
        select(ReportSchedule).where(ReportSchedule.state == ScheduleState.ACTIVE).order_by(ReportSchedule.id)
    )
    if user_id is not None:
        found = found.where(ReportSchedule.owner_id == user_id)
    return db.session.scalars(found.with_for_update(skip_locked=user_id is None)).all()
