"""The scopes of rooms (see ``app/core/scopes.py``): who is inside holds ``room:<id>``, managers ``room:<id>:managers``.

A live topic, a notice, a search hit of a room carries one of them, or one of a part of the room that has rights of its
own (``collection:<id>``).
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from app.core.access import Actor
from app.irooms import seats
from app.irooms.queries.resources import collections
from app.records.keepers import Kept
from app.records.models import ActivityKind


def room_scope(room_id: int) -> str:
    """Return the scope of a room's content."""
    return f"room:{room_id}"


def managers_scope(room_id: int) -> str:
    """Return the scope of what only a room's managers see."""
    return f"room:{room_id}:managers"


def experts_scope(room_id: int) -> str:
    """Return the scope of what only those who answer questions see."""
    return f"room:{room_id}:experts"


def participants_scope(room_id: int) -> str:
    """Return the scope of what those who take part see: everybody inside but observers."""
    return f"room:{room_id}:participants"


def member_scope(membership_id: int) -> str:
    """Return the scope of what one member sees of their own, for as long as they are inside the room."""
    return f"member:{membership_id}"


def held_by(actor: Actor) -> Iterator[str]:
    """Yield the room scopes that ``actor`` holds now, those of collections included. Two queries."""
    inside = [seat for seat in seats.seats_of(actor) if seat.inside]
    for seat in inside:
        yield room_scope(seat.room.id)
        if seat.takes_part:
            yield participants_scope(seat.room.id)
        if seat.member is not None:
            yield member_scope(seat.member.id)
        if seat.manages:
            yield managers_scope(seat.room.id)
        if seat.answers:
            yield experts_scope(seat.room.id)
    yield from collections.scopes_of(inside)


def looked_after_by(actor: Actor) -> dict[UUID, Kept]:
    """Return the activities of the rooms that the actor manages. One query."""
    managed = (seat.room for seat in seats.seats_of(actor) if seat.manages)
    return {room.activity_key: Kept(ActivityKind.ROOM, room.title) for room in managed}
