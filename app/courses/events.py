"""What courses tell the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True)
class CourseCompleted(Event):
    """A person has done every required step and passed the final test; told once per person and course.

    ``score`` is in percent, ``language`` that of the edition (BCP 47).
    """

    user_id: int
    activity_key: UUID
    slug: str
    completed_at: datetime
    score: float
    language: str
