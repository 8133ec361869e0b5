"""Pages of courses."""

from __future__ import annotations

from app.courses.views import audience, catalogue, course, lesson, participants, test
from app.courses.views.blueprint import bp

__all__ = ["audience", "bp", "catalogue", "course", "lesson", "participants", "test"]
