"""What recordings tell the rest, in the transaction of what happened; ``app/wiring.py`` says who listens."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class RecordingReady(Event):
    """An edition of a recording is there; it is not published by that."""

    webinar_id: int
    recording_id: int


@dataclass(frozen=True)
class RecordingPublished(Event):
    """A recording can be watched by those it is for."""

    webinar_id: int
    recording_id: int
