"""The scopes of courses (see ``app/core/scopes.py``): ``course:<id>`` is held by who sees it, that of its lessons by
who takes it.

They are found out from what is true now: a course that is retired, limited to a group or left is no longer met.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.courses.models import Course, Enrolment
from app.courses.policy import visible_to


def page_scope(course_id: int) -> str:
    """Return the scope of what a course's page says."""
    return f"course:{course_id}"


def lessons_scope(course_id: int) -> str:
    """Return the scope of what those read who take the course."""
    return f"course:{course_id}:lessons"


def held_by(actor: Actor) -> Iterator[str]:
    """Yield the scopes of courses that ``actor`` holds now. One query."""
    mine = (Enrolment.course_id == Course.id) & (Enrolment.user_id == (actor.user_id or 0))
    rows = db.session.execute(
        select(Course.id, Enrolment.state).outerjoin(Enrolment, mine).where(visible_to(actor))
    )
    for course_id, state in rows:
        yield page_scope(course_id)
        if state == "active" and actor.approved:
            yield lessons_scope(course_id)
