"""Rooms that training can be limited to: the listed ones, and those one is in; and what they ask of such training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.accounts.audiences import Audience
from app.accounts.group_rules import GroupRules
from app.accounts.models import Group
from app.core.access import Actor
from app.core.database import db
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.irooms.seats import present


def of_rooms(actor: Actor) -> Iterator[Audience]:
    """Yield the groups of open rooms that the actor may know of; those of pseudonym rooms cannot be chosen."""
    mine = select(RoomMembership.room_id).where(RoomMembership.user_id == actor.user_id, present())
    rows = db.session.execute(
        select(Room, Group.public_id)
        .join(Group, Group.id == Room.group_id)
        .where(Room.closed_at.is_(None), or_(Room.listed, Room.id.in_(mine)))
        .order_by(Room.title, Room.id)
    )
    for room, public_id in rows:
        name = _("Members of the room “%(title)s”", title=room.title)
        yield Audience(room.group_id, public_id, name, _why_not(room))


def rules_of_rooms(group_ids: frozenset[int]) -> Mapping[int, GroupRules]:
    """Return what rooms ask of everything that is for their members, by their groups."""
    rows = db.session.execute(
        select(Room.group_id, Room.download, Room.identity, Room.mail_names, Room.activity_key).where(
            Room.group_id.in_(group_ids)
        )
    )
    return {
        group_id: GroupRules(download, identity != IdentityMode.PSEUDONYM, mail_names, activity)
        for group_id, download, identity, mail_names, activity in rows
    }


def _why_not(room: Room) -> str:
    masked = _(
        "Members of this room have pseudonyms: a list of the course’s participants would name who is in it."
    )
    return str(masked) if room.identity == IdentityMode.PSEUDONYM else ""
