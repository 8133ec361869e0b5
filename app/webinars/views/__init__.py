"""Pages of webinars; importing this module connects them all to the blueprint."""

from __future__ import annotations

from app.webinars.views import chat, media, notes, questions, slides
from app.webinars.views.blueprint import bp

__all__ = ["bp", "chat", "media", "notes", "questions", "slides"]
