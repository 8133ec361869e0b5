"""How many people take a course and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import User
from app.core.database import db
from app.courses.models import Course, Enrolment, ItemProgress


@dataclass(frozen=True, slots=True)
class Participants:
    """Counts of people who ever enrolled, test accounts left out; each is in one of the four states.

    ``languages`` counts the editions chosen, ``steps`` how many people have each item done.
    """

    enrolled: int
    not_started: int
    in_progress: int
    completed: int
    withdrawn: int
    languages: Mapping[str, int]
    steps: Mapping[str, int]


def participants_of(course: Course) -> Participants:
    """Return the counts of a course. Two queries."""
    completed = Enrolment.completed_at.is_not(None)
    withdrawn = ~completed & (Enrolment.state == "withdrawn")
    not_started = ~completed & ~withdrawn & Enrolment.last_item.is_(None)
    rows = db.session.execute(
        select(
            Enrolment.language,
            func.count(),
            func.count().filter(not_started),
            func.count().filter(completed),
            func.count().filter(withdrawn),
        )
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course.id, User.is_test.is_(False))
        .group_by(Enrolment.language)
        .order_by(func.count().desc(), Enrolment.language)
    ).all()
    everybody, waiting, done, gone = (sum(int(row[number]) for row in rows) for number in range(1, 5))
    return Participants(
        enrolled=everybody,
        not_started=waiting,
        in_progress=everybody - waiting - done - gone,
        completed=done,
        withdrawn=gone,
        languages={row[0]: row[1] for row in rows},
        steps=_steps(course),
    )


def _steps(course: Course) -> dict[str, int]:
    rows = db.session.execute(
        select(ItemProgress.item_id, func.count())
        .join(Enrolment, Enrolment.id == ItemProgress.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course.id, User.is_test.is_(False), ItemProgress.done_at.is_not(None))
        .group_by(ItemProgress.item_id)
    )
    return dict(rows.all())
