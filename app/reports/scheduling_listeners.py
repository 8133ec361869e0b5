"""What schedules do when somebody may have less than before. Wired in ``app/wiring.py``."""

from __future__ import annotations

from typing import Protocol

from app.reports import scheduling_stopping as stopping


class Lost(Protocol):
    """What an event carries that tells of somebody's rights or account."""

    @property
    def user_id(self) -> int: ...


def stop_schedules(event: Lost) -> None:
    """Stop what the person may not send any more."""
    stopping.check_owner(event.user_id)
