"""The register by hand: activities held elsewhere, who was there, duplicates, corrections, what counts as training."""

from __future__ import annotations

from app.admin.register import jobs
from app.admin.register.views import activities, duplicates, facts, kinds, participants
from app.admin.register.views.blueprint import bp

__all__ = ["activities", "bp", "duplicates", "facts", "jobs", "kinds", "participants"]
