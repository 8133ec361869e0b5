"""Pages of feedback."""

from __future__ import annotations

from app.feedback.views import follow_ups, giving, planning, results
from app.feedback.views.blueprint import bp

__all__ = ["bp", "follow_ups", "giving", "planning", "results"]
