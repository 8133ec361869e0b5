"""Enrol, withdraw, return, change edition. One row a person and course for ever; what was done is kept."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.ids import public_id
from app.courses.actions import facts
from app.courses.editions import EditionChoice
from app.courses.models import Attempt, Course, Enrolment
from app.records.models import Verb


class AttemptRunning(Exception):
    """The person is in the middle of the final test."""


def locked(enrolment_id: int) -> Enrolment:
    """Return an enrolment as it is now, locked until the transaction ends. Every change of progress begins here."""
    return db.session.execute(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def enrol(actor: Actor, course: Course, choice: EditionChoice) -> Enrolment:
    """Enrol the actor in an edition, or let them return; again when enrolled already changes nothing."""
    now = clock.now()
    made = db.session.scalar(
        insert(Enrolment)
        .values(
            public_id=public_id(),
            user_id=actor.user_id,
            course_id=course.id,
            language=choice.language,
            adaptation=choice.adaptation,
            state="active",
            enrolled_at=now,
        )
        .on_conflict_do_nothing(index_elements=["user_id", "course_id"])
        .returning(Enrolment.id)
    )
    enrolment = locked(made or _enrolment_id(actor, course))
    if made is None:
        if enrolment.state == "active":
            return enrolment
        enrolment.state = "active"
        enrolment.withdrawn_at = None
        enrolment.language, enrolment.adaptation = choice.language, choice.adaptation
        db.session.flush()
    facts.tell(course, enrolment, Verb.ENROLLED, {"edition": choice.language}, at=now)
    return enrolment


def _enrolment_id(actor: Actor, course: Course) -> int:
    return db.session.scalars(
        select(Enrolment.id).where(Enrolment.user_id == actor.user_id, Enrolment.course_id == course.id)
    ).one()


def withdraw(course: Course, enrolment: Enrolment) -> None:
    """Withdraw; what was done is kept. Raises AttemptRunning while a test is being taken."""
    now = clock.now()
    enrolment = locked(enrolment.id)
    if enrolment.state == "withdrawn":
        return
    running = select(Attempt.id).where(Attempt.enrolment_id == enrolment.id, Attempt.sent_at.is_(None))
    if db.session.scalar(running) is not None:
        raise AttemptRunning
    enrolment.state = "withdrawn"
    enrolment.withdrawn_at = now
    db.session.flush()
    facts.tell(course, enrolment, Verb.WITHDRAWN, at=now)


def change_edition(enrolment: Enrolment, choice: EditionChoice) -> None:
    """Read on in another edition; items keep their ids, so progress is the same."""
    enrolment.language, enrolment.adaptation = choice.language, choice.adaptation
    db.session.flush()
