"""A person's progress in one course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.core.database import db
from app.courses import plan
from app.courses.models import Attempt, AttemptAnswer, CheckAnswer, ItemProgress
from app.courses.plan import Plan
from app.courses.seats import Seat
from app.courses.structure import Item
from app.records import queries as records


def progress_of(seat: Seat) -> dict[str, bool]:
    """Return the items the person has opened, by id, and whether each is done."""
    if seat.enrolment is None:
        return {}
    rows = db.session.execute(
        select(ItemProgress.item_id, ItemProgress.done_at.is_not(None)).where(
            ItemProgress.enrolment_id == seat.enrolment.id
        )
    )
    return dict(rows.all())


def plan_of(seat: Seat, progress: Mapping[str, bool]) -> Plan:
    """Return the plan of the course with ``progress`` in it."""
    passed = seat.enrolment is not None and seat.enrolment.completed_at is not None
    return plan.make(seat.structure, seat.words, progress, passed)


def attempts_of(seat: Seat) -> Sequence[Attempt]:
    """Return the person's attempts at the final test, in order."""
    if seat.enrolment is None:
        return []
    return db.session.scalars(
        select(Attempt).where(Attempt.enrolment_id == seat.enrolment.id).order_by(Attempt.number)
    ).all()


def check_answers(seat: Seat, item: Item) -> dict[str, CheckAnswer]:
    """Return the person's answers to a knowledge check by question id."""
    assert seat.enrolment is not None
    rows = db.session.scalars(
        select(CheckAnswer).where(
            CheckAnswer.enrolment_id == seat.enrolment.id, CheckAnswer.item_id == item.id
        )
    )
    return {row.question_id: row for row in rows}


def answers_of(attempt_id: int) -> dict[str, AttemptAnswer]:
    """Return the saved answers of an attempt by question id; one that was taken back has nothing chosen."""
    rows = db.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id))
    return {row.question_id: row for row in rows}


def certificate_of(seat: Seat) -> str | None:
    """Return the code of the person's certificate for the course, from the register; None without a valid one."""
    if seat.enrolment is None or seat.enrolment.completed_at is None:
        return None
    found = records.participation(seat.enrolment.user_id, seat.course.activity_key)
    return found.certificate_code if found is not None and found.certificate_status == "valid" else None
