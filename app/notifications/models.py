"""Tables of notifications: notices, how often somebody wants them by mail, addresses of calendar feeds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id


class Digest(StrEnum):
    """How often somebody gets their notices by mail."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


DEFAULT_DIGEST = Digest.DAILY
EVERYTHING = ""
"""The scope of the preference that holds where no other one does."""


class Notice(Base):
    """One thing that one person is told. Its words are made when it is shown, from ``kind`` and ``params``.

    ``scope`` is what one must hold to be told; ``within`` is the scope whose preference rules (a collection's notice
    lies within its room). A repeat of an unread notice of the same ``kind`` and ``topic`` counts up instead of standing
    there twice. ``waiting_since`` says since when a mail has to tell of it; None: no mail will.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        Index(
            "uq_notice_unread_topic",
            "user_id",
            "kind",
            "topic",
            unique=True,
            postgresql_where="read_at IS NULL AND topic <> ''",
        ),
        Index("ix_notice_unread", "user_id", "scope", postgresql_where="read_at IS NULL"),
        Index("ix_notice_waiting", "waiting_since", "user_id", postgresql_where="waiting_since IS NOT NULL"),
        Index("ix_notice_newest", "user_id", "updated_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    scope: Mapped[str]
    within: Mapped[str]
    params: Mapped[JSON]
    count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class NoticePreference(Base):
    """What somebody chose for everything (``scope`` empty) or for one scope; ``digest`` None follows everything."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        CheckConstraint("digest IN ('immediate', 'daily', 'weekly', 'off')", name="digest"),
        CheckConstraint("scope <> '' OR (digest IS NOT NULL AND NOT muted)", name="everything"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str | None]
    muted: Mapped[bool] = mapped_column(default=False)


class CalendarToken(Base):
    """The address of somebody's calendar feed, kept as a digest. One works at a time; a new one ends the one before.

    ``second_factor`` says whether the sign-in that made it carried one: the feed can do no more than that sign-in.
    """

    __tablename__ = "calendar_token"
    __table_args__ = (
        Index("uq_calendar_token_living", "user_id", unique=True, postgresql_where="revoked_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
