"""The interface behind which sound and picture are carried, whatever carries them.

An adapter says what it can carry and whether it can be had here, makes the room where it is carried, gives people short
grants (plain values for their browser), and enforces what the room has decided: who sends, who is muted, who is out.
What it enforces it is told after the commit, and again by a job until it has worked; so every act may come twice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.core.database import JSON
from app.webinars.models.media import WebinarMediaRoom, WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar

STAGE_PLACES = 25  # what a room has; an adapter may carry fewer
GRANT = timedelta(minutes=2)  # how long what a grant says opens a door
STEPS = ("full", "low", "sound", "text")


class Unavailable(Exception):
    """What carries sound and picture does not answer now; the room goes on without."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an adapter carries: people with picture, people with sound, everybody who gets it (None: no limit).

    ``steps`` are the steps of the ladder that make a difference.
    """

    cameras: int
    voices: int
    audience: int | None
    steps: tuple[str, ...] = STEPS

    def as_json(self) -> JSON:
        """Return it for the client."""
        return {
            "cameras": self.cameras,
            "voices": self.voices,
            "audience": self.audience,
            "steps": self.steps,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """An adapter as who plans a session sees it. ``missing`` says why it cannot be had here; empty when it can."""

    kind: MediaKind
    name: str
    carries: str
    missing: str

    @property
    def available(self) -> bool:
        """Whether a session can be planned with it."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Door:
    """Before which somebody stands: the session, its room at the media server, their seat, whether they may send."""

    webinar: Webinar
    room: WebinarMediaRoom
    seat: WebinarMediaSeat
    participant_id: str
    sends: bool
    muted: bool = False


class Adapter(ABC):
    """One way to carry sound and picture."""

    kind: ClassVar[MediaKind]

    @property
    @abstractmethod
    def capacity(self) -> Capacity:
        """What it carries here."""

    @abstractmethod
    def name(self) -> str:
        """Return its name for who plans a session."""

    @abstractmethod
    def carries(self) -> str:
        """Return in words what it carries, and what it does not."""

    def missing(self) -> str:
        """Return in words why it cannot be had here; empty when it can."""
        return ""

    def offer(self) -> Offer:
        """Return what who plans a session has to know."""
        return Offer(self.kind, self.name(), self.carries(), self.missing())

    def available(self) -> bool:
        """Whether it can be had here."""
        return not self.missing()

    def mixes(self, cameras: int, people: int) -> bool:
        """Whether so many cameras can be seen by so many people, the senders included."""
        audience = self.capacity.audience
        return cameras <= self.capacity.cameras and (audience is None or people - 1 <= audience)

    def open(self, room: WebinarMediaRoom, webinar: Webinar) -> None:
        """Make the room where it is carried, or leave it as it is there. Raises Unavailable."""
        return  # nothing to do where nothing is kept

    def close(self, room: WebinarMediaRoom) -> None:
        """End the room where it is carried, with everybody in it. Raises Unavailable."""
        return  # nothing to do where nothing is kept

    @abstractmethod
    def grant(self, door: Door) -> JSON:
        """Return what the browser of who stands before the door needs, good for :data:`GRANT`. Raises Unavailable."""

    def mute(self, room: WebinarMediaRoom, seat: WebinarMediaSeat, muted: bool) -> None:
        """Let nobody hear a seat, or let it be heard again. Raises Unavailable."""
        return  # nothing to do where nothing is kept

    def quiet(self, room: WebinarMediaRoom, seat: WebinarMediaSeat) -> None:
        """Take from a seat that it sends. Raises Unavailable."""
        return  # nothing to do where nothing is kept

    def kick(self, room: WebinarMediaRoom, participant_id: str, seats: Sequence[WebinarMediaSeat]) -> None:
        """Cut somebody off, whatever seats they had; what they were granted opens nothing. Raises Unavailable."""
        return  # nothing to do where nothing is kept

    def record(self, room: WebinarMediaRoom, on: bool) -> bool:
        """Start or stop recording at the media server. False where there is none that can. Raises Unavailable."""
        return False
