"""Keeping a report's question under a name, renaming it, sharing it, removing it. What is shared is a question: whoever
opens it asks it under their own rights."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.actors import of_person
from app.accounts.addresses import normalised
from app.accounts.locking import lock
from app.accounts.models import Role, User
from app.accounts.queries import by_email
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import Refused, require
from app.notifications import actions as notifications
from app.reports.catalogue import REPORTS
from app.reports.frame import Asked
from app.reports.models import ReportSchedule, SavedView, SavedViewShare

MAX_VIEWS, MAX_SHARES = 200, 100
SHARED = "report.view_shared"
STAFF = (
    Role.TRAINER,
    Role.FOCAL_POINT,
    Role.ROOM_MANAGER,
    Role.REPORTING_OFFICER,
    Role.ADMINISTRATOR,
)
"""Roles that a view can be shared with: those that look after something."""


class NameTaken(Refused):
    """Another view of the owner's has the name."""


def keep(asked: Asked, name: str) -> SavedView:
    """Keep what the actor asked for. Raises NameTaken, and Refused beyond MAX_VIEWS."""
    owner = asked.actor.user_id
    assert owner is not None
    own = select(func.count()).select_from(SavedView).where(SavedView.owner_id == owner)
    require(
        (db.session.scalar(own) or 0) < MAX_VIEWS, _("You keep as many views as there can be. Remove some.")
    )
    _check_name(owner, name)
    view = SavedView(owner_id=owner, name=name, report=asked.report.name, asked=asked.as_args())
    db.session.add(view)
    db.session.flush()
    detail = {"report": view.report, "asked": view.asked}
    audit.record(asked.actor, Verb.SAVED_VIEW_KEPT, "saved_view", view.public_id, detail=detail)
    return view


def rename(actor: Actor, view: SavedView, name: str) -> None:
    """Give one's view another name. Raises NameTaken."""
    lock(view)
    if name == view.name:
        return
    _check_name(view.owner_id, name)
    view.name, view.updated_at = name, clock.now()
    db.session.flush()
    audit.record(actor, Verb.SAVED_VIEW_RENAMED, "saved_view", view.public_id)


def share_with_person(actor: Actor, view: SavedView, email: str) -> None:
    """Share with somebody who may read the report. Refused alike for an address that is nobody's."""
    person = by_email(normalised(email))
    report = REPORTS[view.report]
    fit = person is not None and person.is_approved and report.may_read(of_person(person))
    require(fit, _("Nobody with this address may read this report."))
    assert person is not None
    require(person.id != view.owner_id, _("This is your own view."))
    if _share(actor, view, person, ""):
        params = {"view": view.public_id, "by": actor.name}
        notifications.notify([person.id], SHARED, f"person:{person.id}", params, topic=view.public_id)


def share_with_role(actor: Actor, view: SavedView, role: str) -> None:
    """Share with everybody who holds a role; each gets what they may see."""
    require(role in STAFF, _("Choose a role."))
    _share(actor, view, None, role)


def unshare(actor: Actor, share: SavedViewShare) -> None:
    """End a share; files that a schedule made under other rights stay with those they were made for."""
    view = share.view
    audit.record(actor, Verb.SAVED_VIEW_UNSHARED, "saved_view", view.public_id, detail={"role": share.role})
    view.shares.remove(share)
    db.session.flush()


def remove(actor: Actor, view: SavedView) -> None:
    """Remove a view. Refused while a schedule sends it."""
    lock(view)
    used = db.session.scalar(select(ReportSchedule.id).where(ReportSchedule.view_id == view.id).limit(1))
    require(used is None, _("A schedule sends this view. Remove the schedule first."))
    audit.record(actor, Verb.SAVED_VIEW_REMOVED, "saved_view", view.public_id)
    db.session.delete(view)
    db.session.flush()


def _check_name(owner_id: int, name: str) -> None:
    taken = select(SavedView.id).where(SavedView.owner_id == owner_id, SavedView.name == name)
    if db.session.scalar(taken) is not None:
        raise NameTaken(_("You have a view of this name already."))


def _share(actor: Actor, view: SavedView, person: User | None, role: str) -> bool:
    """Whether it was not shared so before."""
    lock(view)
    user_id = person.id if person else None
    if any((one.user_id, one.role) == (user_id, role) for one in view.shares):
        return False
    require(len(view.shares) < MAX_SHARES, _("The view is shared with as many as there can be."))
    view.shares.append(SavedViewShare(user_id=user_id, role=role))
    db.session.flush()
    audit.record(
        actor,
        Verb.SAVED_VIEW_SHARED,
        "saved_view",
        view.public_id,
        detail={"role": role},
        personal={"with": person.public_id} if person else None,
        person_id=user_id,
    )
    return True
