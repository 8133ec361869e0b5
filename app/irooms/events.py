"""What happened in rooms; who listens stands in ``app/wiring.py``."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    """Somebody came in, for the first time or again."""

    room_id: int
    membership_id: int


@dataclass(frozen=True)
class MemberLeft(Event):
    """A membership ended, and with it the person's presence in the room's group."""

    room_id: int
    membership_id: int
    group_id: int
    user_id: int
