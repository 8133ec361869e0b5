"""Who may do what with questions to experts: pure questions about a seat and a question of its room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, and_, false, or_

from app.irooms.models.questions import (
    UNANSWERED,
    ExpertQuestion,
    QuestionEntry,
    QuestionState,
)
from app.irooms.seats import Seat


def may_ask(seat: Seat) -> bool:
    """Whether the actor may put a question to the experts."""
    return seat.writes


def asked(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the question is the actor's own."""
    return seat.member is not None and seat.member.id == question.membership_id


def may_see(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may know of a question: private ones are for asker and experts, withdrawn ones the asker."""
    if asked(seat, question):
        return True
    if question.state == QuestionState.WITHDRAWN:
        return False
    return seat.answers or (seat.takes_part and not question.private)


def visible_to(seat: Seat) -> ColumnElement[bool]:
    """The questions of the seat's room that :func:`may_see` allows, as a filter."""
    if not seat.takes_part:
        return false()
    shared = ExpertQuestion.state != QuestionState.WITHDRAWN
    if not seat.answers:
        shared = and_(shared, ~ExpertQuestion.private)
    own = ExpertQuestion.membership_id == (seat.member.id if seat.member else 0)
    return and_(ExpertQuestion.room_id == seat.room.id, or_(own, shared))


def sees_private(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor reads what is kept between the asker, the experts and the managers."""
    return seat.answers or asked(seat, question)


def may_read(seat: Seat, question: ExpertQuestion, entry: QuestionEntry) -> bool:
    """Whether the actor may read what was said about a question they may see."""
    return not entry.private or sees_private(seat, question)


def may_take(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may take the question upon themselves."""
    return _may_handle(seat, question) and question.state == QuestionState.WAITING


def may_answer(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may answer: what nobody else has taken, and more to what was answered."""
    free = question.state in {QuestionState.WAITING, QuestionState.ANSWERED}
    return _may_handle(seat, question) and (free or question.expert_id == seat.member_id)


def may_ask_back(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may ask the asker what they mean."""
    mine = question.expert_id == seat.member_id if seat.member else False
    taken = question.state == QuestionState.TAKEN and mine
    return _may_handle(seat, question) and (taken or question.state == QuestionState.WAITING)


def may_hand_over(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may give the question to another expert: who has taken it, and managers."""
    mine = seat.member is not None and question.expert_id == seat.member.id
    return _may_handle(seat, question) and question.state in UNANSWERED and (mine or seat.manages)


def may_decline(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may say that the question is not theirs to answer, unless somebody else has taken it."""
    return (
        _may_handle(seat, question)
        and question.state in UNANSWERED
        and question.expert_id in {None, seat.member_id}
    )


def may_reopen(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may open an answered question again."""
    return _may_handle(seat, question) and question.state == QuestionState.ANSWERED


def may_reply(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the asker may say more while there is no answer."""
    return seat.writes and asked(seat, question) and question.state in UNANSWERED


def may_rate(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the asker may say that the answer helped, or ask on."""
    return seat.writes and asked(seat, question) and question.state == QuestionState.ANSWERED


def may_withdraw(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the asker may take the question back."""
    return seat.writes and asked(seat, question) and question.state != QuestionState.WITHDRAWN


def may_publish(seat: Seat, question: ExpertQuestion) -> bool:
    """Whether the actor may make an answered question one of the room's questions-and-answers."""
    mine = seat.member is not None and question.expert_id == seat.member.id
    answered = question.state == QuestionState.ANSWERED
    return seat.answers and seat.writes and answered and (mine or seat.manages)


def _may_handle(seat: Seat, question: ExpertQuestion) -> bool:
    """An expert or manager who writes, before somebody else's question that was not withdrawn."""
    withdrawn = question.state == QuestionState.WITHDRAWN
    return seat.answers and seat.writes and not withdrawn and not asked(seat, question)


ACTS: Mapping[str, Callable[[Seat, ExpertQuestion], bool]] = {
    "take": may_take,
    "answer": may_answer,
    "ask_back": may_ask_back,
    "hand_over": may_hand_over,
    "decline": may_decline,
    "reopen": may_reopen,
    "reply": may_reply,
    "rate": may_rate,
    "withdraw": may_withdraw,
    "publish": may_publish,
}
"""Every act on a question, by the name templates use."""
