"""From a code on a page that was found elsewhere to the view it was drawn for. Whoever asks is written down."""

from __future__ import annotations

from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import JSON
from app.irooms.models import Room
from app.irooms.queries.resources.reading import Traced, trace
from app.irooms.seats import Seat
from app.irooms.trail import keep, note


def trace_in_room(seat: Seat, typed: str) -> Traced | None:
    """Return what a typed code leads to within the seat's room; its log shows that a manager asked."""
    found = trace(typed, seat.room)
    note(seat, Verb.ROOM_CODE_TRACED, "room", seat.room.public_id, detail=_detail(found), logged=True)
    return found


def trace_anywhere(actor: Actor, typed: str) -> Traced | None:
    """Return what a typed code leads to in any room, for who oversees rooms; the log of that room shows it."""
    found = trace(typed)
    if found is not None:
        _keep(found.room, actor, found)
    return found


def _keep(room: Room, actor: Actor, found: Traced) -> None:
    detail = _detail(found) | {"administrator": actor.name}
    keep(
        room, None, Verb.ROOM_CODE_TRACED_FROM_OUTSIDE, "room", room.public_id,
        actor=actor, detail=detail, logged=True,
    )  # fmt: skip


def _detail(found: Traced | None) -> JSON:
    return {"code": found.code, "traced": found.member} if found is not None else {"found": False}
