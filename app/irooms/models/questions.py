"""Questions to experts: what is asked, who answers it, what is said about it, and the room's questions-and-answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id

DEFAULT_ANSWER_DAYS = 5


class QuestionState(StrEnum):
    """Where a question stands. The clock runs in WAITING and TAKEN, and stands still in CLARIFYING."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLARIFYING = "clarifying"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


UNANSWERED = (QuestionState.WAITING, QuestionState.TAKEN, QuestionState.CLARIFYING)


class EntryKind(StrEnum):
    """What is said about a question after it was asked."""

    CLARIFICATION = "clarification"  # an expert asks back
    REPLY = "reply"  # the asker says more
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"  # the asker asks on
    REOPENED = "reopened"  # an expert or manager opens it again, and says why


class RoutingState(StrEnum):
    """What became of a question with one of those it went to."""

    ASKED = "asked"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"


class QuestionSetting(Base):
    """How long experts of a room have, in working days; a room without a row has DEFAULT_ANSWER_DAYS."""

    __tablename__ = "room_question_setting"
    __table_args__ = (CheckConstraint("answer_days BETWEEN 1 AND 60", name="answer_days"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    answer_days: Mapped[int]


class ExpertQuestion(Base):
    """A question that a member puts to the experts of a room.

    ``country`` (ISO 3166) and ``legal_system`` are what the question is about, empty when about none in particular.
    ``private`` is for the asker, the experts and the managers only. ``routed_to_all``: nobody covers it, so it went to
    every expert and manager. ``expert_id`` is who has taken it or answered it. The clock: ``due_at``, with a reminder
    at ``half_at``; ``paused_at`` is since when it stands still. ``half_told_at`` and the like say what the clock has
    told already. ``helpful`` is the asker's word on the answer, None before.
    """

    __tablename__ = "room_question"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'taken', 'clarifying', 'answered', 'withdrawn')", name="state"),
        CheckConstraint("state NOT IN ('taken', 'clarifying') OR expert_id IS NOT NULL", name="expert"),
        CheckConstraint("(state = 'clarifying') = (paused_at IS NOT NULL)", name="paused"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        CheckConstraint("half_at <= due_at", name="clock"),
        Index("ix_room_question_room", "room_id", "id"),
        Index("ix_room_question_asker", "membership_id"),
        Index("ix_room_question_clock", "due_at", postgresql_where="state IN ('waiting', 'taken')"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    title: Mapped[str]
    text: Mapped[str]
    topic: Mapped[str]
    country: Mapped[str] = mapped_column(default="", server_default="")
    legal_system: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str]
    private: Mapped[bool]
    state: Mapped[str] = mapped_column(default=QuestionState.WAITING)
    routed_to_all: Mapped[bool] = mapped_column(default=False)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    half_at: Mapped[datetime]
    due_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    half_told_at: Mapped[datetime | None]
    due_told_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    helpful: Mapped[bool | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuestionRouting(Base):
    """A question went to this expert (or manager), and what they made of it. ``reason`` is for managers."""

    __tablename__ = "room_question_routing"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'declined', 'handed_over')", name="state"),
        Index("ix_room_question_routing_member", "membership_id"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("room_question.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default=RoutingState.ASKED)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuestionEntry(Base):
    """Something said about a question, in the order of ``id``. ``private`` as of a question: not for the whole room."""

    __tablename__ = "room_question_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('clarification', 'reply', 'answer', 'follow_up', 'reopened')", name="kind"),
        Index("ix_room_question_entry_question", "question_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("room_question.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    kind: Mapped[str]
    text: Mapped[str]
    private: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PublishedAnswer(Base):
    """One of the room's questions-and-answers: an edited copy without the asker, read by everybody in the room.

    ``question_id`` is for managers' lists only and never leaves to members. ``withdrawn_at``: taken back.
    """

    __tablename__ = "room_published_answer"
    __table_args__ = (
        Index("ix_room_published_answer_room", "room_id", "id", postgresql_where="withdrawn_at IS NULL"),
        Index(
            "uq_room_published_answer_question",
            "question_id",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("room_question.id"))
    title: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str]
    topic: Mapped[str]
    legal_system: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str]
    published_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
