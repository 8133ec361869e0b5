"""What the answer clock does by itself: it reminds at half of the time and when it is over, tells managers a working
day later, frees questions whose expert has left. Each happens once, however often this is run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.irooms import working_time
from app.irooms.actions.questions import routing
from app.irooms.actions.questions.answering import release
from app.irooms.models import Room, RoomMembership
from app.irooms.models.questions import ExpertQuestion, QuestionState
from app.irooms.questions_notices import tell_experts, tell_managers
from app.irooms.seats import present
from app.irooms.trail import keep

GRACE = timedelta(days=1)
"""Working time between the end of the time for an answer and the word to the managers."""
BATCH = 500
_RUNNING = (QuestionState.WAITING, QuestionState.TAKEN)
_HELD = (QuestionState.TAKEN, QuestionState.CLARIFYING)


def tick() -> int:
    """Do what is due now; returns how many questions something was done about."""
    return free_left() + remind_at_half() + remind_at_due() + escalate()


def remind_at_half() -> int:
    """Remind when half of the time is over, unless all of it is."""
    rows = _running(ExpertQuestion.half_told_at.is_(None), ExpertQuestion.half_at <= clock.now())
    for question, room in rows:
        question.half_told_at = clock.now()
        if question.due_at > clock.now():
            tell_experts(room, question, "half", _concerned(question))
    return len(rows)


def remind_at_due() -> int:
    """Remind when the time is over."""
    rows = _running(ExpertQuestion.due_told_at.is_(None), ExpertQuestion.due_at <= clock.now())
    for question, room in rows:
        question.due_told_at = clock.now()
        tell_experts(room, question, "due", _concerned(question))
    return len(rows)


def escalate() -> int:
    """Tell the managers of questions whose time has been over for a working day."""
    late = ExpertQuestion.due_at <= clock.now() - GRACE
    rows = [
        (question, room)
        for question, room in _running(ExpertQuestion.escalated_at.is_(None), late)
        if working_time.after(question.due_at, GRACE) <= clock.now()
    ]
    for question, room in rows:
        question.escalated_at = clock.now()
        tell_managers(room, question, "overdue")
        keep(room, None, Verb.ROOM_QUESTION_ESCALATED, "room_question", question.public_id)
    return len(rows)


def free_left() -> int:
    """Let questions wait for the others whose expert is not in the room any more, or no longer answers there."""
    gone = or_(~present(), RoomMembership.role.not_in(routing.ANSWERING))
    rows = db.session.execute(
        select(ExpertQuestion, Room)
        .join(Room, Room.id == ExpertQuestion.room_id)
        .join(RoomMembership, RoomMembership.id == ExpertQuestion.expert_id)
        .where(ExpertQuestion.state.in_(_HELD), Room.closed_at.is_(None), gone)
        .order_by(ExpertQuestion.id)
        .limit(BATCH)
        .with_for_update(of=ExpertQuestion, skip_locked=True)
    ).all()
    for question, room in rows:
        release(question)
        db.session.flush()
        waiting = routing.still_asked(question) or [one.id for one in routing.route_to_all(question)]
        tell_experts(room, question, "asked", waiting)
        keep(room, None, Verb.ROOM_QUESTION_FREED, "room_question", question.public_id)
    return len(rows)


def _running(*which: ColumnElement[bool]) -> Sequence[tuple[ExpertQuestion, Room]]:
    """Lock and return questions of open rooms whose clock runs; those that somebody else works on come next time."""
    rows = db.session.execute(
        select(ExpertQuestion, Room)
        .join(Room, Room.id == ExpertQuestion.room_id)
        .where(ExpertQuestion.state.in_(_RUNNING), Room.closed_at.is_(None), *which)
        .order_by(ExpertQuestion.due_at, ExpertQuestion.id)
        .limit(BATCH)
        .with_for_update(of=ExpertQuestion, skip_locked=True)
    )
    return [(question, room) for question, room in rows]


def _concerned(question: ExpertQuestion) -> Sequence[int]:
    return [question.expert_id] if question.expert_id else routing.still_asked(question)
