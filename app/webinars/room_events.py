"""What happens in live rooms and others act on, in the same transaction; ``app/wiring.py`` says who listens."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class RoomOpened(Event):
    """The room of a session can be entered; backstage until it begins."""

    webinar_id: int


@dataclass(frozen=True)
class SessionBegun(Event):
    """A session has begun: who waited is inside."""

    webinar_id: int


@dataclass(frozen=True)
class SessionEnded(Event):
    """A session is over: everybody is out of its room."""

    webinar_id: int


@dataclass(frozen=True)
class RightsInRoomChanged(Event):
    """What somebody may send in a room is another: their place on the stage, a mute, their role."""

    webinar_id: int
    participant_id: int


@dataclass(frozen=True)
class RemovedFromRoom(Event):
    """Somebody was taken out of a room."""

    webinar_id: int
    participant_id: int


@dataclass(frozen=True)
class EveryoneMuted(Event):
    """Every microphone but those of who runs the room was switched off."""

    webinar_id: int
