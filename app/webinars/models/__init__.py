"""Tables of webinars, one file a part; other packages import the classes from the part's file."""

from __future__ import annotations

from app.webinars.models import planning, recording, room, talk

__all__ = ["planning", "recording", "room", "talk"]
