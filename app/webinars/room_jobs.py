"""What becomes of live rooms by itself."""

from __future__ import annotations

from app.core import jobs
from app.webinars.actions import room


@jobs.periodic("webinars.close_left_rooms", "* * * * *")
def close_left_rooms() -> None:
    """Close rooms that everybody left some time after the scheduled end."""
    room.close_left_rooms()
