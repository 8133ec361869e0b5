"""Who may do what about rooms. Inside a room everything follows from the seat (``seats.py``)."""

from __future__ import annotations

from app.core.access import Actor
from app.core.permissions import Permission
from app.irooms.models import IdentityMode, RoomMembership, RoomRole
from app.irooms.seats import Seat

_ORDER = (IdentityMode.NAME, IdentityMode.ROLE_COUNTRY, IdentityMode.PSEUDONYM)


def may_open(actor: Actor) -> bool:
    """Whether the actor may open new rooms."""
    return actor.approved and actor.may(Permission.ROOMS_MANAGE)


def may_oversee(actor: Actor) -> bool:
    """Whether the actor sees which rooms there are, and may break the glass."""
    return actor.approved and actor.may(Permission.ROOMS_OVERSEE)


def may_ask_to_enter(seat: Seat) -> bool:
    """Whether a request makes sense: the room takes requests and the actor is not in it."""
    return seat.member is None and seat.room.entry == "request" and seat.room.closed_at is None


def may_walk_in(seat: Seat) -> bool:
    """Whether the actor comes in by being in a group."""
    room = seat.room
    return (
        seat.member is None
        and room.entry == "group"
        and room.entry_group_id in seat.actor.groups
        and room.closed_at is None
    )


def may_change(seat: Seat, member: RoomMembership) -> bool:
    """Whether a manager may change another member's role or end; nobody changes their own."""
    return seat.manages and member.id != seat.member_id and member.left_at is None


def hides_more(before: str, after: str) -> bool:
    """Whether an identity mode hides at least as much as another."""
    return _ORDER.index(IdentityMode(after)) >= _ORDER.index(IdentityMode(before))


def writes_by_role(role: str) -> bool:
    """Whether a role writes at all."""
    return role != RoomRole.OBSERVER
