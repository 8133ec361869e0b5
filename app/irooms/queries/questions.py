"""Questions to experts as pages show them; every list goes through what the seat may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal, or_, select

from app.core import clock
from app.core.database import db
from app.irooms.faces import Face, faces
from app.irooms.models import Room, RoomMembership
from app.irooms.models.questions import (
    DEFAULT_ANSWER_DAYS,
    UNANSWERED,
    EntryKind,
    ExpertQuestion,
    PublishedAnswer,
    QuestionEntry,
    QuestionRouting,
    QuestionSetting,
    QuestionState,
    RoutingState,
)
from app.irooms.questions_policy import may_read, visible_to
from app.irooms.seats import Seat, present

PAGE = 25


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty is everything. ``mine``: only what waits for the person who looks."""

    topic: str = ""
    language: str = ""
    legal_system: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A question in a list. ``for_me``: the person who looks was asked, or has taken it, or asked it themselves."""

    row: ExpertQuestion
    asker: Face | None
    expert: Face | None
    for_me: bool

    @property
    def overdue(self) -> bool:
        """Whether the time for an answer is over."""
        return is_overdue(self.row)


@dataclass(frozen=True, slots=True)
class Said:
    """Something said about a question, with who said it."""

    row: QuestionEntry
    face: Face | None


@dataclass(frozen=True, slots=True)
class Routed:
    """One of those a question went to; ``reason`` is why they declined or handed it over."""

    state: str
    reason: str
    face: Face | None


@dataclass(frozen=True, slots=True)
class Found:
    """A question of a room before the person who looks, with what only those who answer see beside it.

    ``routed`` holds [membership, state, reason] of each it went to; ``published`` is the public id of its copy.
    """

    seat: Seat
    question: ExpertQuestion
    routed: Sequence[tuple[int, str, str]] = ()
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with all that its reader may read; ``routed`` is filled for those who answer."""

    question: ExpertQuestion
    asker: Face | None
    expert: Face | None
    said: Sequence[Said]
    routed: Sequence[Routed]
    published: str | None

    @property
    def overdue(self) -> bool:
        """Whether the time for an answer is over."""
        return is_overdue(self.question)


def is_overdue(question: ExpertQuestion) -> bool:
    """Whether the clock of a question runs and its time is over."""
    running = question.state in {QuestionState.WAITING, QuestionState.TAKEN}
    return running and question.due_at <= clock.now()


def waiting(seat: Seat, filters: Filters, after: str = "") -> tuple[list[Line], str | None]:
    """Return unanswered questions, the oldest first, and after which the next page begins (None: the end)."""
    wanted = _visible(seat, filters).where(ExpertQuestion.state.in_(UNANSWERED))
    if after:
        wanted = wanted.where(ExpertQuestion.id > _number(ExpertQuestion, after))
    return _lines(seat, wanted.order_by(ExpertQuestion.id).limit(PAGE + 1))


def answered(seat: Seat, filters: Filters, after: str = "") -> tuple[list[Line], str | None]:
    """Return answered questions, the newest first, one's own withdrawn ones among them, and where to go on."""
    wanted = _visible(seat, filters).where(ExpertQuestion.state.not_in(UNANSWERED))
    if after:
        wanted = wanted.where(ExpertQuestion.id < _number(ExpertQuestion, after))
    return _lines(seat, wanted.order_by(ExpertQuestion.id.desc()).limit(PAGE + 1))


def published(room: Room, filters: Filters, after: str = "") -> tuple[Sequence[PublishedAnswer], str | None]:
    """Return the room's questions-and-answers, the newest first, and where to go on."""
    wanted = select(PublishedAnswer).where(
        PublishedAnswer.room_id == room.id, PublishedAnswer.withdrawn_at.is_(None)
    )
    for name in ("topic", "language", "legal_system"):
        if value := getattr(filters, name):
            wanted = wanted.where(getattr(PublishedAnswer, name) == value)
    if after:
        wanted = wanted.where(PublishedAnswer.id < _number(PublishedAnswer, after))
    rows = db.session.scalars(wanted.order_by(PublishedAnswer.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].public_id if len(rows) > PAGE else None


def whats_new(seat: Seat) -> ScalarSelect[Any] | None:
    """Ask how many questions wait for a member's word, and how many were published since their last visit."""
    if seat.member is None:
        return None
    waiting = (
        select(func.count(ExpertQuestion.id))
        .where(visible_to(seat), ExpertQuestion.state.in_(UNANSWERED), _turn(seat))
        .scalar_subquery()
    )
    since = seat.member.visited_before or seat.member.joined_at
    published = (
        select(func.count(PublishedAnswer.id))
        .where(PublishedAnswer.room_id == seat.room.id, PublishedAnswer.withdrawn_at.is_(None))
        .where(PublishedAnswer.published_at > since)
        .scalar_subquery()
    )
    return select(func.json_build_array(waiting, published)).scalar_subquery()


def question(seat: Seat, public_id: str) -> Found | None:
    """Return a question of the seat's room that the person may see; one query."""
    routed = (
        select(
            func.jsonb_agg(
                func.jsonb_build_array(
                    QuestionRouting.membership_id, QuestionRouting.state, QuestionRouting.reason
                )
            )
        )
        .where(QuestionRouting.question_id == ExpertQuestion.id)
        .scalar_subquery()
    )
    published = select(PublishedAnswer.public_id).where(_stands()).scalar_subquery()
    beside = (routed, published) if seat.answers else (literal(None), literal(None))
    row = db.session.execute(
        select(ExpertQuestion, *beside).where(ExpertQuestion.public_id == public_id, visible_to(seat))
    ).one_or_none()
    return Found(seat, row[0], row[1] or (), row[2]) if row else None


def published_item(seat: Seat, public_id: str) -> PublishedAnswer | None:
    """Return one of the questions-and-answers of the seat's room."""
    return db.session.scalars(
        select(PublishedAnswer).where(
            PublishedAnswer.public_id == public_id,
            PublishedAnswer.room_id == seat.room.id,
            PublishedAnswer.withdrawn_at.is_(None),
        )
    ).one_or_none()


def thread(found: Found) -> Thread:
    """Return a question with what was said about it, as far as the person may read it; two queries."""
    question, seat = found.question, found.seat
    entries = db.session.scalars(
        select(QuestionEntry).where(QuestionEntry.question_id == question.id).order_by(QuestionEntry.id)
    ).all()
    readable = [entry for entry in entries if may_read(seat, question, entry)]
    known = faces(
        seat.room,
        [
            question.membership_id,
            question.expert_id,
            *(membership_id for membership_id, _state, _reason in found.routed),
            *(entry.membership_id for entry in readable),
        ],
    )
    return Thread(
        question,
        known.get(question.membership_id),
        known.get(question.expert_id or 0),
        [Said(entry, known.get(entry.membership_id)) for entry in readable],
        [Routed(state, reason, known.get(id)) for id, state, reason in sorted(found.routed)],
        found.published,
    )


def answer_days(room: Room) -> int:
    """Return how many working days the experts of a room have."""
    found = db.session.get(QuestionSetting, room.id)
    return found.answer_days if found else DEFAULT_ANSWER_DAYS


def all_for_export(
    room: Room,
) -> tuple[Sequence[ExpertQuestion], Mapping[int, Sequence[str]], Mapping[int, Face]]:
    """Return every question of a room that was not withdrawn, the answers by question, and the faces in them."""
    rows = db.session.scalars(
        select(ExpertQuestion)
        .where(ExpertQuestion.room_id == room.id, ExpertQuestion.state != QuestionState.WITHDRAWN)
        .order_by(ExpertQuestion.id)
    ).all()
    answers: dict[int, list[str]] = {}
    found = db.session.execute(
        select(QuestionEntry.question_id, QuestionEntry.text)
        .join(ExpertQuestion, ExpertQuestion.id == QuestionEntry.question_id)
        .where(ExpertQuestion.room_id == room.id, QuestionEntry.kind == EntryKind.ANSWER)
        .order_by(QuestionEntry.id)
    )
    for question_id, text in found:
        answers.setdefault(question_id, []).append(text)
    known = faces(room, [id for row in rows for id in (row.membership_id, row.expert_id)])
    return rows, answers, known


def _visible(seat: Seat, filters: Filters) -> Select[ExpertQuestion, bool]:
    wanted = select(ExpertQuestion, _turn(seat)).where(visible_to(seat))
    for name in ("topic", "language", "legal_system"):
        if value := getattr(filters, name):
            wanted = wanted.where(getattr(ExpertQuestion, name) == value)
    if not filters.mine:
        return wanted
    answered = ExpertQuestion.state.not_in(UNANSWERED)
    own = or_(
        ExpertQuestion.membership_id == _me(seat), and_(answered, ExpertQuestion.expert_id == _me(seat))
    )
    return wanted.where(or_(_turn(seat), own))


def _turn(seat: Seat) -> ColumnElement[bool]:
    """Whether the next word is with the person who looks."""
    asked = exists().where(
        QuestionRouting.question_id == ExpertQuestion.id,
        QuestionRouting.membership_id == _me(seat),
        QuestionRouting.state == RoutingState.ASKED,
    )
    state = ExpertQuestion.state
    as_expert = or_(
        and_(state == QuestionState.WAITING, asked),
        and_(state == QuestionState.TAKEN, ExpertQuestion.expert_id == _me(seat)),
    )
    as_asker = and_(state == QuestionState.CLARIFYING, ExpertQuestion.membership_id == _me(seat))
    return or_(as_expert, as_asker) if seat.answers else as_asker


def _me(seat: Seat) -> int:
    return seat.member.id if seat.member else 0


def _lines(seat: Seat, wanted: Select[ExpertQuestion, bool]) -> tuple[list[Line], str | None]:
    rows = db.session.execute(wanted).all()
    page = rows[:PAGE]
    known = faces(seat.room, [id for row, _turn in page for id in (row.membership_id, row.expert_id)])
    lines = [
        Line(row, known.get(row.membership_id), known.get(row.expert_id or 0), bool(turn))
        for row, turn in page
    ]
    return lines, page[-1][0].public_id if len(rows) > PAGE else None


def _number(table: type[ExpertQuestion] | type[PublishedAnswer], public_id: str) -> ScalarSelect[int]:
    """The place of a row in its list; none for an unknown id, and then nothing follows."""
    return select(table.id).where(table.public_id == public_id).scalar_subquery()


def _stands() -> ColumnElement[bool]:
    return and_(PublishedAnswer.question_id == ExpertQuestion.id, PublishedAnswer.withdrawn_at.is_(None))


def experts_to_choose(seat: Seat, question: ExpertQuestion) -> list[tuple[str, str]]:
    """Return (public id, label) of who a question may be handed over to."""
    able = db.session.scalars(select(RoomMembership.id).where(*_able(seat, question))).all()
    return sorted(((face.id, face.label) for face in faces(seat.room, able).values()), key=lambda one: one[1])


def _able(seat: Seat, question: ExpertQuestion) -> tuple[ColumnElement[bool], ...]:
    from_here = (RoomMembership.room_id == seat.room.id, RoomMembership.role.in_(("expert", "manager")))
    taken = (question.membership_id, question.expert_id or 0)
    return (*from_here, present(), RoomMembership.id.not_in(taken))
