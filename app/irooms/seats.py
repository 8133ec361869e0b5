"""A seat: one person before one room, with all that decides what they may do there. Found in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.irooms.models import Room, RoomGlass, RoomMembership, RoomRole


class Step(StrEnum):
    """What a member has still to do before the room opens."""

    NONE = ""
    FACTOR = "factor"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Seat:
    """An actor before a room. ``member`` is their present membership, ``glass`` an opening by break glass."""

    actor: Actor
    room: Room
    member: RoomMembership | None = None
    glass: RoomGlass | None = None

    @property
    def step(self) -> Step:
        """What keeps a member out at the door."""
        if self.member is None:
            return Step.NONE
        if self.room.second_factor and not self.actor.second_factor:
            return Step.FACTOR
        return Step.TERMS if self.member.terms_accepted < self.room.terms_version else Step.NONE

    @property
    def inside(self) -> bool:
        """Whether the room's content is open to the actor now."""
        return (self.member is not None and self.step == Step.NONE) or self.glass is not None

    @property
    def role(self) -> RoomRole:
        """The actor's role; who is inside by break glass only reads."""
        return RoomRole(self.member.role) if self._as_member else RoomRole.OBSERVER  # type: ignore[union-attr]

    @property
    def _as_member(self) -> bool:
        return self.member is not None and self.step == Step.NONE

    @property
    def manages(self) -> bool:
        """Whether the actor manages the room."""
        return self._as_member and self.role == RoomRole.MANAGER

    @property
    def answers(self) -> bool:
        """Whether questions to experts are the actor's to answer."""
        return self._as_member and self.role in {RoomRole.MANAGER, RoomRole.EXPERT}

    @property
    def takes_part(self) -> bool:
        """Whether the actor reads what those who take part share: who does more than observe, or broke the glass."""
        return self.glass is not None or (self._as_member and self.role != RoomRole.OBSERVER)

    @property
    def writes(self) -> bool:
        """Whether the actor may write here: inside as a member who does more than observe, and the room is open."""
        return self._as_member and self.role != RoomRole.OBSERVER and self.room.closed_at is None

    @property
    def member_id(self) -> int:
        """The membership's number; LookupError for who is not a member (break glass)."""
        if self.member is None:
            raise LookupError("not a member")
        return self.member.id


def present() -> ColumnElement[bool]:
    """Memberships that hold now."""
    return and_(
        RoomMembership.left_at.is_(None),
        or_(RoomMembership.ends_at.is_(None), RoomMembership.ends_at > clock.now()),
    )


def _before_rooms(actor: Actor) -> Select[Room, RoomMembership, RoomGlass]:
    mine = and_(RoomMembership.room_id == Room.id, RoomMembership.user_id == (actor.user_id or 0), present())
    opened = and_(
        RoomGlass.room_id == Room.id,
        RoomGlass.user_id == (actor.user_id or 0),
        RoomGlass.ends_at > clock.now(),
    )
    return (
        select(Room, RoomMembership, RoomGlass).outerjoin(RoomMembership, mine).outerjoin(RoomGlass, opened)
    )


def offered(actor: Actor) -> ColumnElement[bool]:
    """Open rooms whose front page somebody outside may see: listed ones, and those that a group of theirs may enter."""
    return and_(
        Room.closed_at.is_(None),
        or_(Room.listed, and_(Room.entry == "group", Room.entry_group_id.in_(actor.groups))),
    )


def seat(actor: Actor, public_id: str) -> Seat | None:
    """Return the actor's seat before a room whose existence they may know of; None for every other address."""
    row = db.session.execute(
        _before_rooms(actor).where(Room.public_id == public_id).order_by(RoomGlass.ends_at.desc()).limit(1)
    ).one_or_none()
    if row is None or not actor.approved:
        return None
    found = Seat(actor, *row)
    return found if found.member is not None or found.glass is not None or _offered(found) else None


def _offered(found: Seat) -> bool:
    room = found.room
    by_group = room.entry == "group" and room.entry_group_id in found.actor.groups
    return room.closed_at is None and (room.listed or by_group)


def seats_of(actor: Actor) -> Sequence[Seat]:
    """Return the actor's seats in every room they are a member of (or look into by break glass), one query."""
    if not actor.approved:
        return []
    within = or_(RoomMembership.id.is_not(None), RoomGlass.id.is_not(None))
    rows = db.session.execute(_before_rooms(actor).where(within).order_by(Room.title, Room.id))
    seats = {room.id: Seat(actor, room, member, glass) for room, member, glass in rows}
    return list(seats.values())


def overseen(public_id: str, actor: Actor) -> Seat | None:
    """Return a seat before any room, for those who oversee rooms."""
    row = db.session.execute(
        _before_rooms(actor).where(Room.public_id == public_id).order_by(RoomGlass.ends_at.desc()).limit(1)
    ).one_or_none()
    return Seat(actor, *row) if row is not None else None
