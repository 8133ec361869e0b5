"""Who takes a course, for those who look after it."""

from __future__ import annotations

from flask import render_template

from app.core.access import access, has
from app.core.permissions import Permission
from app.courses import loaders
from app.courses.queries import participants_of
from app.courses.seats import Seat
from app.courses.views.blueprint import bp


@bp.get("/<slug>/participants")
@access(has(Permission.COURSES_TEACH), seat=loaders.taught)
def participants(seat: Seat) -> str:
    """How many take the course and how far they are."""
    return render_template(
        "courses/participants.html", seat=seat, words=seat.words, counts=participants_of(seat.course)
    )
