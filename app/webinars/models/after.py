"""What is kept when a session is over: how its attendance was reckoned, with what result, and what people say."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base


class WebinarClosing(Base):
    """One reckoning of a session's attendance: the first when it closes, each further one for a reason.

    ``rule`` is what it was reckoned by: ``{"percent", "scheduled" (minutes), "answers", "asked", "version"}``;
    ``begins_at`` to ``ends_at`` the time that counts; ``curve`` the people there in each minute of it.
    """

    __tablename__ = "webinar_closing"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(default="")
    rule: Mapped[JSON]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    curve: Mapped[list[Any]]


class WebinarVerdict(Base):
    """What a reckoning found for one person; the latest row holds. Append-only.

    About an account or the entry of a named person. ``present`` and ``needed`` are seconds, ``steps`` the seconds on
    each step of the ladder, ``how`` the ways by which the attendance is known. ``counts`` is False for who ran the
    session. The facts are those that the register was told, carried on from row to row until they are taken back.
    """

    __tablename__ = "webinar_verdict"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (entry_id IS NULL)", name="who"),
        CheckConstraint("present >= 0 AND needed >= 0", name="seconds"),
        Index("ix_webinar_verdict_webinar_id", "webinar_id", "run"),
        Index("ix_webinar_verdict_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    run: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_attendance_entry.id"))
    role: Mapped[str]
    country: Mapped[str] = mapped_column(default="")
    present: Mapped[int]
    needed: Mapped[int]
    answered: Mapped[int] = mapped_column(default=0)
    steps: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    how: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    counts: Mapped[bool] = mapped_column(default=True)
    fulfilled: Mapped[bool]
    attended_fact: Mapped[UUID | None]
    completed_fact: Mapped[UUID | None]
    computed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarFeedback(Base):
    """What one person says of a session: points from 1 to 5 for each plain question, and words. Shown without names."""

    __tablename__ = "webinar_feedback"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    points: Mapped[JSON]
    words: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())
