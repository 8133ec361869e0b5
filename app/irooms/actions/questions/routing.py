"""To whom a question goes: the experts of the room who cover its topic, country and language.

An empty list of what an expert covers is no limit. Where nobody fits, it goes to every expert and manager.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import JSON, db
from app.irooms.models import RoomMembership, RoomRole
from app.irooms.models.questions import ExpertQuestion, QuestionRouting, RoutingState
from app.irooms.seats import present

ANSWERING = (RoomRole.EXPERT, RoomRole.MANAGER)


def route(question: ExpertQuestion) -> Sequence[RoomMembership]:
    """Choose who is asked, keep it, and return them; ``routed_to_all`` says that nobody covers the question."""
    able = [one for one in answering(question.room_id) if one.id != question.membership_id]
    fitting = [one for one in able if one.role == RoomRole.EXPERT and covers(one.covers, question)]
    question.routed_to_all = not fitting
    chosen = fitting or able
    send_to(question, chosen)
    return chosen


def route_to_all(question: ExpertQuestion) -> Sequence[RoomMembership]:
    """Ask everybody else who may answer, after all who were asked have declined; returns those newly asked."""
    known = set(
        db.session.scalars(
            select(QuestionRouting.membership_id).where(QuestionRouting.question_id == question.id)
        )
    )
    others = [
        one for one in answering(question.room_id) if one.id not in known and one.id != question.membership_id
    ]
    question.routed_to_all = True
    send_to(question, others)
    return others


def covers(covered: JSON, question: ExpertQuestion) -> bool:
    """Whether what an expert covers (``topics``, ``countries``, ``languages``) fits a question."""
    asked = {"topics": question.topic, "countries": question.country, "languages": question.language}
    return all(not covered.get(name) or not value or value in covered[name] for name, value in asked.items())


def answering(room_id: int) -> Sequence[RoomMembership]:
    """Return the experts and managers who are in a room now, by their number in it."""
    return db.session.scalars(
        select(RoomMembership)
        .where(RoomMembership.room_id == room_id, RoomMembership.role.in_(ANSWERING), present())
        .order_by(RoomMembership.number)
    ).all()


def still_asked(question: ExpertQuestion) -> Sequence[int]:
    """Return the memberships a question waits for: asked, still able to answer, and not declined."""
    return db.session.scalars(
        select(QuestionRouting.membership_id)
        .join(RoomMembership, RoomMembership.id == QuestionRouting.membership_id)
        .where(QuestionRouting.question_id == question.id, QuestionRouting.state == RoutingState.ASKED)
        .where(RoomMembership.role.in_(ANSWERING), present())
    ).all()


def send_to(question: ExpertQuestion, members: Iterable[RoomMembership]) -> None:
    """Keep that a question was put to ``members``; who had declined is asked again."""
    rows = [{"question_id": question.id, "membership_id": one.id, "at": clock.now()} for one in members]
    if rows:
        asked = {"state": RoutingState.ASKED, "reason": "", "at": clock.now()}
        db.session.execute(
            insert(QuestionRouting)
            .values(rows)
            .on_conflict_do_update(index_elements=["question_id", "membership_id"], set_=asked)
        )


def mark(question: ExpertQuestion, membership_id: int, state: RoutingState, reason: str) -> None:
    """Keep what became of the question with one expert."""
    row = {"question_id": question.id, "membership_id": membership_id}
    said = {"state": state, "reason": reason, "at": clock.now()}
    db.session.execute(
        insert(QuestionRouting)
        .values(row | said)
        .on_conflict_do_update(index_elements=["question_id", "membership_id"], set_=said)
    )
