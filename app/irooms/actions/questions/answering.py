"""What experts do: take a question, hand it over, decline it, ask back, answer, open it again."""

from __future__ import annotations

from uuid import uuid5

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.questions import due, routing
from app.irooms.actions.questions.asking import KIND, add_entry, can_answer, reopen_clock
from app.irooms.models import RoomMembership
from app.irooms.models.questions import (
    EntryKind,
    ExpertQuestion,
    QuestionEntry,
    QuestionState,
    RoutingState,
)
from app.irooms.questions_notices import tell_asker, tell_experts, tell_managers
from app.irooms.questions_policy import (
    may_answer,
    may_ask_back,
    may_decline,
    may_hand_over,
    may_reopen,
    may_take,
)
from app.irooms.register import tell
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.records.models import Verb as Fact


def take(seat: Seat, question: ExpertQuestion) -> None:
    """Take a question upon oneself. Refused when somebody else was faster."""
    lock(question)
    require(may_take(seat, question), _("Somebody has taken this question already."))
    _take(seat, question)
    note(seat, Verb.ROOM_QUESTION_TAKEN, KIND, question.public_id)


def hand_over(seat: Seat, question: ExpertQuestion, to: RoomMembership, reason: str = "") -> None:
    """Give a question to another expert or manager of the room; the clock goes on as it was."""
    lock(question)
    require(may_hand_over(seat, question), _("You have not taken this question."))
    fit = to.room_id == seat.room.id and can_answer(to) and to.id != question.membership_id
    require(fit and to.id != question.expert_id, _("Choose another expert of this room."))
    if question.expert_id is not None:
        routing.mark(question, question.expert_id, RoutingState.HANDED_OVER, reason)
    routing.send_to(question, [to])
    question.expert_id = to.id
    if question.state == QuestionState.WAITING:
        question.state = QuestionState.TAKEN
    question.changed_at = clock.now()
    db.session.flush()
    tell_experts(seat.room, question, "handed_over", [to.id])
    note(seat, Verb.ROOM_QUESTION_HANDED_OVER, KIND, question.public_id, about=to)


def decline(seat: Seat, question: ExpertQuestion, reason: str = "") -> None:
    """Say that a question is not one's own to answer. When all who were asked have, everybody else is asked."""
    lock(question)
    require(may_decline(seat, question), _("This question is not yours to decline."))
    routing.mark(question, seat.member_id, RoutingState.DECLINED, reason)
    was_mine = question.expert_id == seat.member_id
    if was_mine:
        release(question)
    db.session.flush()
    note(seat, Verb.ROOM_QUESTION_DECLINED, KIND, question.public_id)
    others = list(routing.still_asked(question))
    if not others:
        others = [one.id for one in routing.route_to_all(question)]
        tell_managers(seat.room, question, "declined")
        tell_experts(seat.room, question, "asked", others)
    elif was_mine:
        tell_experts(seat.room, question, "asked", others)


def ask_back(seat: Seat, question: ExpertQuestion, text: str) -> QuestionEntry:
    """Ask the asker what they mean; the clock stands still until they reply."""
    lock(question)
    require(may_ask_back(seat, question), _("You have not taken this question."))
    _take(seat, question)
    due.pause(question)
    question.state = QuestionState.CLARIFYING
    entry = add_entry(seat, question, EntryKind.CLARIFICATION, text, private=False)
    tell_asker(seat.room, question, "clarification")
    note(seat, Verb.ROOM_QUESTION_ASKED_BACK, KIND, question.public_id)
    return entry


def answer(seat: Seat, question: ExpertQuestion, text: str, *, private: bool) -> QuestionEntry:
    """Answer: to the room, or to the asker only (always so where the question is private).

    Refused while somebody else has the question. What was answered already may be added to.
    """
    lock(question)
    require(
        may_answer(seat, question), _("Another expert has this question. Ask them to hand it over to you.")
    )
    assert seat.member is not None
    first = question.state != QuestionState.ANSWERED
    if first:
        question.expert_id, question.paused_at = seat.member.id, None
        question.state, question.answered_at, question.helpful = QuestionState.ANSWERED, clock.now(), None
    entry = add_entry(seat, question, EntryKind.ANSWER, text, private=private)
    tell_asker(seat.room, question, "answered")
    fact = uuid5(seat.room.activity_key, f"answer {question.public_id} {seat.member.public_id}")
    tell(seat.room, seat.member, Fact.CONTRIBUTED, {"what": "answer"}, uuid=fact)
    note(seat, Verb.ROOM_QUESTION_ANSWERED, KIND, question.public_id, detail={"private": entry.private})
    return entry


def reopen(seat: Seat, question: ExpertQuestion, reason: str) -> QuestionEntry:
    """Open an answered question again, saying why; the clock starts anew."""
    lock(question)
    require(may_reopen(seat, question), _("Only an answered question can be opened again."))
    reopen_clock(question)
    entry = add_entry(seat, question, EntryKind.REOPENED, reason, private=False)
    tell_asker(seat.room, question, "reopened")
    concerned = [question.expert_id] if question.expert_id else routing.still_asked(question)
    tell_experts(seat.room, question, "follow_up", [one for one in concerned if one != seat.member_id])
    note(seat, Verb.ROOM_QUESTION_REOPENED, KIND, question.public_id)
    return entry


def release(question: ExpertQuestion) -> None:
    """Let a question wait for any of those asked; the clock goes on. The question is locked by the caller."""
    due.resume(question)
    question.expert_id, question.state = None, QuestionState.WAITING
    question.changed_at = clock.now()


def _take(seat: Seat, question: ExpertQuestion) -> None:
    question.expert_id, question.state = seat.member_id, QuestionState.TAKEN
    question.changed_at = clock.now()
    routing.send_to(question, [seat.member] if seat.member else [])
    db.session.flush()
