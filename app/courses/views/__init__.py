"""Pages of courses."""

from __future__ import annotations

from app.courses.views import catalogue, course, lesson, participants, test
from app.courses.views.blueprint import bp

__all__ = ["bp", "catalogue", "course", "lesson", "participants", "test"]
