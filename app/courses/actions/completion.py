"""Complete a course: once per person, never dated anew, whatever is added to the course later.

A test opens only when every required item is done, and its attempt stays on the version it began with. So passing it
completes the course.
"""

from __future__ import annotations

from app.core.database import db
from app.core.events import publish
from app.courses.actions.facts import once, tell
from app.courses.events import CourseCompleted
from app.courses.models import Attempt, Course, Enrolment
from app.records.models import Verb


def complete(course: Course, enrolment: Enrolment, attempt: Attempt) -> None:
    """Date the completion at the passed ``attempt``, tell the register and the rest. The caller holds the locks."""
    if enrolment.completed_at is not None:
        return
    assert attempt.sent_at is not None
    assert attempt.score is not None
    enrolment.completed_at = attempt.sent_at
    db.session.flush()
    tell(
        course,
        enrolment,
        Verb.COMPLETED,
        {"score": attempt.score},
        at=attempt.sent_at,
        uuid=once(enrolment, "completed"),
        language=attempt.language,
    )
    publish(
        CourseCompleted(
            user_id=enrolment.user_id,
            activity_key=course.activity_key,
            slug=course.slug,
            completed_at=attempt.sent_at,
            score=attempt.score,
            language=attempt.language,
        )
    )
