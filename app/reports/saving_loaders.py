"""The only way a view of the pages gets a saved view: one's own, or one that is shared and of a report one may read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.accounts.models import Standing, User
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.reports.catalogue import readable
from app.reports.models import SavedView, SavedViewShare


def shared_with(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a view is shared with the actor, by name or by a role that they hold, by somebody whose
    account can still be used."""
    shares = select(SavedViewShare.view_id).where(
        or_(SavedViewShare.user_id == (actor.user_id or 0), SavedViewShare.role.in_(sorted(actor.roles)))
    )
    present = select(User.id).where(User.standing == Standing.APPROVED.value, User.active)
    return and_(SavedView.id.in_(shares), SavedView.owner_id.in_(present))


def _of_readable(actor: Actor) -> Select[SavedView]:
    return select(SavedView).where(SavedView.report.in_([one.name for one in readable(actor)]))


def own_view(actor: Actor, view_id: str) -> SavedView:
    """Return one's own view of a report that one may still read. Raises NotFound."""
    mine = _of_readable(actor).where(
        SavedView.owner_id == (actor.user_id or 0), SavedView.public_id == view_id
    )
    return _one(mine)


def visible_view(actor: Actor, view_id: str) -> SavedView:
    """Return a view that is one's own, or shared with one by somebody who is still there. Raises NotFound."""
    owned = SavedView.owner_id == (actor.user_id or 0)
    found = _of_readable(actor).where(SavedView.public_id == view_id, or_(owned, shared_with(actor)))
    return _one(found)


def own_share(actor: Actor, view_id: str, share_id: str) -> SavedViewShare:
    """Return a share of one's own view. Raises NotFound."""
    found = next((one for one in own_view(actor, view_id).shares if one.public_id == share_id), None)
    if found is None:
        raise NotFound
    return found


def views_of(actor: Actor) -> tuple[list[SavedView], list[tuple[SavedView, str]]]:
    """Return one's own views by name, and those shared with one, each with its owner's name."""
    mine = _of_readable(actor).where(SavedView.owner_id == actor.user_id).order_by(SavedView.name)
    theirs = (
        _of_readable(actor)
        .add_columns(User)
        .join(User, User.id == SavedView.owner_id)
        .where(SavedView.owner_id != actor.user_id, shared_with(actor))
        .order_by(SavedView.name, SavedView.id)
    )
    return list(db.session.scalars(mine)), [(view, owner.name) for view, owner in db.session.execute(theirs)]


def _one(statement: Select[SavedView]) -> SavedView:
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
