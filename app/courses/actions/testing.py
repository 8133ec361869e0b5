"""Take the final test: begin an attempt, save answers, send it. The server decides time and score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.courses import attempts
from app.courses.actions.completion import complete
from app.courses.actions.enrolling import locked
from app.courses.actions.facts import once, tell
from app.courses.actions.learning import items_done
from app.courses.attempts import Standing
from app.courses.models import Attempt, AttemptAnswer, Course, CourseVersion, Enrolment
from app.courses.papers import Entry, draw, entries, mark
from app.courses.plan import all_done
from app.courses.seats import Seat, bank_of
from app.courses.structure import structure_of
from app.records.models import Verb


class NotNow(Exception):
    """No attempt may begin now: steps are missing, attempts used up, time to wait, or passed already."""


class Over(Exception):
    """The attempt takes no answers any more: it was sent, or its time is over."""


class Superseded(Exception):
    """A newer answer to the same question is kept."""


def start(seat: Seat) -> Attempt:
    """Begin an attempt on the present version, or return the one that is running. Raises NotNow."""
    assert seat.enrolment is not None
    now = clock.now()
    enrolment = locked(seat.enrolment.id)
    taken = close_overdue_of(enrolment, now)
    standing = Standing(seat.structure.test, taken, all_done(seat.structure, items_done(enrolment)), now)
    if standing.running is not None:
        return standing.running
    if not standing.may_start or enrolment.completed_at is not None:
        raise NotNow
    attempt = Attempt(
        enrolment_id=enrolment.id,
        version_id=seat.version.id,
        language=seat.choice.language,
        adaptation=seat.choice.adaptation,
        number=len(taken) + 1,
        paper=draw(bank_of(seat.version.id).values(), seat.structure.test.quotas),
        started_at=now,
        deadline=now + timedelta(minutes=seat.structure.test.minutes),
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def close_overdue_of(enrolment: Enrolment, now: datetime) -> list[Attempt]:
    """Close what ran out and return the attempts in order; the caller holds the enrolment's lock."""
    taken = list(
        db.session.scalars(
            select(Attempt).where(Attempt.enrolment_id == enrolment.id).order_by(Attempt.number)
        )
    )
    for attempt in taken:
        if attempts.overdue(attempt, now):
            finish(attempt.id)
    return taken


def save(
    attempt: Attempt, entry: Entry, chosen: Sequence[str], *, written_at: datetime | None = None
) -> datetime:
    """Save the answer to a question and return when it was saved.

    ``written_at`` is when it was given (default: now); it is never taken to lie ahead. Raises Over when the attempt
    takes no answers, Superseded when a newer answer is there.
    """
    now = clock.now()
    held = db.session.execute(
        select(Attempt.sent_at, Attempt.deadline).where(Attempt.id == attempt.id).with_for_update(read=True)
    ).one()
    if held.sent_at is not None or now > held.deadline + attempts.GRACE:
        raise Over
    row = insert(AttemptAnswer).values(
        attempt_id=attempt.id,
        question_id=entry.question_id,
        chosen=list(chosen),
        written_at=min(written_at or now, now),
        saved_at=now,
    )
    new = row.excluded
    kept = row.on_conflict_do_update(
        index_elements=["attempt_id", "question_id"],
        set_={
            "chosen": new.chosen,
            "written_at": func.greatest(AttemptAnswer.written_at, new.written_at),
            "saved_at": new.saved_at,
        },
        where=(AttemptAnswer.written_at <= new.written_at) | (AttemptAnswer.chosen == new.chosen),
    ).returning(AttemptAnswer.saved_at)
    saved_at = db.session.scalar(kept)
    if saved_at is None:
        raise Superseded
    return saved_at


def finish(attempt_id: int, *, by: str = "deadline") -> Attempt:
    """Send an attempt: mark it, tell the register, complete the course if passed. Sent before: nothing changes.

    ``by`` is ``person`` or ``deadline``; once the time is over it is the deadline that sends, whoever comes.
    """
    enrolment_id = db.session.scalars(select(Attempt.enrolment_id).where(Attempt.id == attempt_id)).one()
    enrolment = locked(enrolment_id)
    attempt = db.session.execute(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if attempt.sent_at is None:
        _send(enrolment, attempt, by)
    return attempt


def _send(enrolment: Enrolment, attempt: Attempt, by: str) -> None:
    course = db.session.get_one(Course, enrolment.course_id)
    structure = structure_of(db.session.get_one(CourseVersion, attempt.version_id))
    now = clock.now()
    late = now > attempt.deadline
    result = mark(
        entries(attempt.paper), bank_of(attempt.version_id), _given(attempt.id), structure.pass_mark
    )
    attempt.sent_at = attempt.deadline if late else now
    attempt.sent_by = "deadline" if late else by
    attempt.score = result.score
    attempt.passed = result.passed
    db.session.flush()
    tell(
        course,
        enrolment,
        Verb.PASSED if result.passed else Verb.FAILED,
        {"attempt": attempt.number, "score": result.score},
        at=attempt.sent_at,
        uuid=once(enrolment, f"attempt:{attempt.number}"),
        language=attempt.language,
    )
    if result.passed:
        complete(course, enrolment, attempt)


def _given(attempt_id: int) -> dict[str, list[str]]:
    """Return the saved answers of an attempt by question id; an answer taken back is an empty list."""
    rows = db.session.execute(
        select(AttemptAnswer.question_id, AttemptAnswer.chosen).where(AttemptAnswer.attempt_id == attempt_id)
    )
    return dict(rows.all())
