"""Tables of webinars, one file a part; other packages import the classes from the part's file."""

from __future__ import annotations

from app.webinars.models import after, attendance, media, notes, planning, recording, room, talk

__all__ = ["after", "attendance", "media", "notes", "planning", "recording", "room", "talk"]
