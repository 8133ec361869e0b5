"""What feedback does when something happened elsewhere. Wired in ``app/wiring.py``."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.feedback.jobs import tell
from app.feedback.queries import asked_of
from app.records.actions import learner_of


class Completion(Protocol):
    """What an event of somebody's completion carries."""

    @property
    def user_id(self) -> int: ...
    @property
    def activity_key(self) -> UUID: ...


def ask_on_completion(event: Completion) -> None:
    """Ask somebody who completed an activity what it was like, once, where it is asked about."""
    asked = asked_of(event.user_id, event.activity_key)
    if asked is not None and asked.answer is None:
        tell(event.activity_key, [(learner_of(event.user_id), event.user_id)])
