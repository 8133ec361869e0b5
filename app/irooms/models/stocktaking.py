"""Stocktakings: questionnaires in versions, responses of people or countries, published summaries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id


class Unit(StrEnum):
    """Who shares one response."""

    PERSON = "person"
    COUNTRY = "country"


class StocktakingState(StrEnum):
    """Where a stocktaking stands; an open one takes answers until its deadline."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class RevisionKind(StrEnum):
    """Why an earlier or other text of an answer is kept."""

    SENT = "sent"  # what was sent
    REPLACED = "replaced"  # what somebody else wrote over
    ASIDE = "aside"  # written at the same time as another text, which stands


class Stocktaking(Base):
    """A stocktaking of a room. ``version`` is the published version of its questionnaire in force, 0 before the first.

    ``answers_visible``: everybody who takes part reads the answers sent, not only managers. ``deadline`` was set in
    the IANA zone ``zone``; ``sequence`` grows whenever it changes (for calendars).
    """

    __tablename__ = "room_stocktaking"
    __table_args__ = (
        CheckConstraint("unit IN ('person', 'country')", name="unit"),
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("state = 'draft' OR (deadline IS NOT NULL AND version > 0)", name="opened"),
        Index("ix_room_stocktaking_room", "room_id", "id"),
        Index("ix_room_stocktaking_deadline", "deadline", postgresql_where="state = 'open'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str]
    unit: Mapped[str]
    answers_visible: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=StocktakingState.DRAFT)
    version: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class StocktakingVersion(Base):
    """A version of a questionnaire. The one without ``published_at`` is the draft; a published one never changes."""

    __tablename__ = "room_stocktaking_version"
    __table_args__ = (
        Index(
            "uq_room_stocktaking_version_draft",
            "stocktaking_id",
            unique=True,
            postgresql_where="published_at IS NULL",
        ),
    )

    stocktaking_id: Mapped[int] = mapped_column(
        ForeignKey("room_stocktaking.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[JSON] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="", server_default="")
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))


class StocktakingResponse(Base):
    """What one member, or the members of one country together, answer; ``sent_version`` is what it was sent under.

    ``saves`` counts, so that a page knows whether it was made from what stands now.
    """

    __tablename__ = "room_stocktaking_response"
    __table_args__ = (
        UniqueConstraint("stocktaking_id", "membership_id"),
        CheckConstraint("(membership_id IS NULL) <> (country = '')", name="unit"),
        CheckConstraint("(sent_at IS NULL) = (sent_version IS NULL)", name="sent"),
        Index(
            "uq_room_stocktaking_response_country",
            "stocktaking_id",
            "country",
            unique=True,
            postgresql_where="country <> ''",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    stocktaking_id: Mapped[int] = mapped_column(ForeignKey("room_stocktaking.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    country: Mapped[str] = mapped_column(default="", server_default="")
    saves: Mapped[int] = mapped_column(default=0, server_default="0")
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    saved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_version: Mapped[int | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))


class StocktakingAnswer(Base):
    """The answer to one question: ``value`` as it stands for who answers, ``sent_value`` as it was sent (None: never).

    ``version`` counts its changes; ``page`` is the token of the page that wrote it last, so that a page that saves
    again and again is not in its own way.
    """

    __tablename__ = "room_stocktaking_answer"

    response_id: Mapped[int] = mapped_column(
        ForeignKey("room_stocktaking_response.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[JSON]
    version: Mapped[int]
    page: Mapped[str]
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_value: Mapped[JSON | None] = mapped_column(JSONB(none_as_null=True))


class StocktakingRevision(Base):
    """Another text of an answer, kept so that no words are lost. ``settled_at``: an aside that was dealt with."""

    __tablename__ = "room_stocktaking_revision"
    __table_args__ = (
        CheckConstraint("kind IN ('sent', 'replaced', 'aside')", name="kind"),
        Index("ix_room_stocktaking_revision_response", "response_id", "id"),
        Index(
            "uq_room_stocktaking_revision_aside",
            "response_id",
            "question_id",
            "page",
            unique=True,
            postgresql_where="kind = 'aside' AND settled_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    response_id: Mapped[int] = mapped_column(ForeignKey("room_stocktaking_response.id", ondelete="CASCADE"))
    question_id: Mapped[str]
    kind: Mapped[str]
    value: Mapped[JSON]
    page: Mapped[str] = mapped_column(default="", server_default="")
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]


class StocktakingSummary(Base):
    """A published summary: its text and figures as they were then. ``figures`` maps numbers to what was counted."""

    __tablename__ = "room_stocktaking_summary"
    __table_args__ = (Index("ix_room_stocktaking_summary_stocktaking", "stocktaking_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    stocktaking_id: Mapped[int] = mapped_column(ForeignKey("room_stocktaking.id"))
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    figures: Mapped[JSON] = mapped_column(default=dict)
    responses: Mapped[int]
    published_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
