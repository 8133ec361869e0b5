"""The answer clock of a question: started, stopped while its asker is asked back, gone on."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms import working_time
from app.irooms.models.questions import DEFAULT_ANSWER_DAYS, ExpertQuestion, QuestionSetting
from app.irooms.seats import Seat
from app.irooms.trail import note

SHORTEST, LONGEST = 1, 60


def answer_days(room_id: int) -> int:
    """Return how many working days the experts of a room have."""
    found = db.session.get(QuestionSetting, room_id)
    return found.answer_days if found else DEFAULT_ANSWER_DAYS


def set_answer_days(seat: Seat, days: int) -> None:
    """Give the experts of a room so many working days from now on; running clocks stay. Refused beyond 1..60."""
    require(seat.manages and seat.writes, _("Only a manager may do this."))
    require(SHORTEST <= days <= LONGEST, _("From 1 to 60 working days."))
    lock(seat.room)
    if days == answer_days(seat.room.id):
        return
    db.session.merge(QuestionSetting(room_id=seat.room.id, answer_days=days))
    note(seat, Verb.ROOM_QUESTION_DAYS_SET, "room", seat.room.public_id, detail={"days": days}, logged=True)


def start(question: ExpertQuestion) -> None:
    """Start the clock anew, now, with the room's present number of days."""
    span = timedelta(days=answer_days(question.room_id))
    now = clock.now()
    question.half_at = working_time.after(now, span / 2)
    question.due_at = working_time.after(now, span)
    question.paused_at = None
    question.half_told_at = question.due_told_at = question.escalated_at = None


def pause(question: ExpertQuestion) -> None:
    """Stop the clock: the asker's word is waited for."""
    question.paused_at = clock.now()


def resume(question: ExpertQuestion) -> None:
    """Go on; what was left of the working time when the clock stopped is left still. Overdue stays overdue."""
    stopped = question.paused_at
    if stopped is None:
        return
    now = clock.now()
    if question.half_at > stopped:
        question.half_at = working_time.after(now, working_time.between(stopped, question.half_at))
    if question.due_at > stopped:
        question.due_at = working_time.after(now, working_time.between(stopped, question.due_at))
    question.paused_at = None
