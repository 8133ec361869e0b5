"""Groups that something can be limited to: those that staff keep, and those that a feature keeps and offers itself.

A feature's group (a room's) has members and a name that only the feature may tell of; so the feature says which of its
groups an actor may choose, under which name, and why one cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Group
from app.core.access import Actor
from app.core.database import db
from app.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Audience:
    """A group as somebody may choose it; ``refused`` says, in words, why it cannot be chosen."""

    group_id: int
    public_id: str
    name: str
    refused: str = ""


Source = Callable[[Actor], Iterable[Audience]]
_sources: dict[str, Source] = {}


def provide(feature: str, source: Source) -> None:
    """Let ``feature`` offer groups that it keeps; asking again replaces the source."""
    _sources[feature] = source


def audiences(actor: Actor) -> list[Audience]:
    """Return the groups that the actor may limit something to: open ones, all of them or their own, then features'."""
    open_groups = (
        select(Group).where(Group.owner == "", Group.closed_at.is_(None)).order_by(func.lower(Group.name))
    )
    if not actor.may(Permission.GROUPS_MANAGE):
        open_groups = open_groups.where(Group.id.in_(actor.groups))
    found = [Audience(group.id, group.public_id, group.name) for group in db.session.scalars(open_groups)]
    for source in _sources.values():
        found.extend(source(actor))
    return found
