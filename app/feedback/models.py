"""Tables of feedback: what is asked about an activity, what people answer, who is asked again months later."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id

AT_THE_END = 0
FOLLOW_UPS = (3, 6, 12)
STAGES = (AT_THE_END, *FOLLOW_UPS)
"""When people are asked: at the end of an activity, and so many months after they completed it."""
OPEN_DAYS = 60
"""For how long a form takes answers, unless an activity says otherwise."""


class Part(StrEnum):
    """The two questionnaires of an activity; all follow-ups share one."""

    END = "end"
    FOLLOW_UP = "follow_up"


def part_of(stage: int) -> Part:
    """Return the questionnaire that is asked at a stage."""
    return Part.END if stage == AT_THE_END else Part.FOLLOW_UP


class FeedbackSetting(Base):
    """What was chosen for an activity. ``follow_ups`` None: asked where its kind counts as training."""

    __tablename__ = "feedback_setting"
    __table_args__ = (CheckConstraint("open_days BETWEEN 7 AND 365", name="open_days"),)

    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[bool] = mapped_column(default=True)
    follow_ups: Mapped[bool | None]
    open_days: Mapped[int] = mapped_column(default=OPEN_DAYS)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class FeedbackQuestion(Base):
    """A question of an activity's own, beside the prepared ones. ``texts`` maps languages to its words.

    Its words stay as they are, so that answers are to one question; another question is another row.
    """

    __tablename__ = "feedback_question"
    __table_args__ = (
        CheckConstraint("part IN ('end', 'follow_up')", name="part"),
        CheckConstraint("kind IN ('scale', 'words')", name="kind"),
        Index("ix_feedback_question_activity_key", "activity_key", "part"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    activity_key: Mapped[UUID]
    part: Mapped[str]
    kind: Mapped[str]
    texts: Mapped[JSON]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]


class FeedbackVersion(Base):
    """A questionnaire as it was answered: prepared questions by name, own ones with their words. Append-only."""

    __tablename__ = "feedback_version"
    __table_args__ = (UniqueConstraint("activity_key", "part", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    activity_key: Mapped[UUID]
    part: Mapped[str]
    number: Mapped[int]
    questions: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FeedbackAnswer(Base):
    """What one person says of an activity at one stage: points from 1 to 5 and words, by question.

    ``shown`` is what results count: the answer as it was when results last moved. They move when at least five answers
    are new or changed, so nobody learns one answer by comparing results of two days. ``pending`` says that the answer
    differs from what is shown. ``counts`` is False for test accounts. Erasing a person empties ``user_id`` and words.
    """

    __tablename__ = "feedback_answer"
    __table_args__ = (
        CheckConstraint("stage IN (0, 3, 6, 12)", name="stage"),
        Index(
            "uq_feedback_answer_person",
            "activity_key",
            "stage",
            "user_id",
            unique=True,
            postgresql_where="user_id IS NOT NULL",
        ),
        Index("ix_feedback_answer_user_id", "user_id"),
        Index("ix_feedback_answer_activity_key", "activity_key", "stage"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    activity_key: Mapped[UUID]
    stage: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("feedback_version.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    points: Mapped[JSON]
    words: Mapped[JSON]
    quotable: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="")
    counts: Mapped[bool] = mapped_column(default=True)
    pending: Mapped[bool] = mapped_column(default=True)
    shown: Mapped[JSON | None]
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FeedbackInvitation(Base):
    """That somebody was asked about an activity at a stage: once, whatever runs twice.

    One row a learner (the one that others are merged into). Erasing a person empties both keys; that somebody was asked
    stays, for the response rate.
    """

    __tablename__ = "feedback_invitation"
    __table_args__ = (
        CheckConstraint("stage IN (0, 3, 6, 12)", name="stage"),
        UniqueConstraint("activity_key", "stage", "learner_key"),
        Index("ix_feedback_invitation_user_id", "user_id"),
        Index("ix_feedback_invitation_sent_at", "sent_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    activity_key: Mapped[UUID]
    stage: Mapped[int]
    learner_key: Mapped[UUID | None] = mapped_column(ForeignKey("learner.key"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reminded_at: Mapped[datetime | None]


class FollowUpRefusal(Base):
    """Somebody wants no follow-up surveys by mail."""

    __tablename__ = "follow_up_refusal"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())
