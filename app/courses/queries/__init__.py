"""What pages, the API and the home page read of courses."""

from __future__ import annotations

from app.courses.queries.catalogue import (
    Filters,
    Row,
    catalogue,
    state_of,
    unfinished,
)
from app.courses.queries.participants import participants_of
from app.courses.queries.progress import (
    answers_of,
    attempts_of,
    certificate_of,
    check_answers,
    plan_of,
    progress_of,
)

__all__ = [
    "Filters",
    "Row",
    "answers_of",
    "attempts_of",
    "catalogue",
    "certificate_of",
    "check_answers",
    "participants_of",
    "plan_of",
    "progress_of",
    "state_of",
    "unfinished",
]
