"""Tables of yearly reports, their numbers, and what came of activities."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base
from app.records.figures.models import Qualifier, Snapshot

PERIOD = "period"
"""The epoch of a number that is about the report's own period."""


class State(StrEnum):
    """How far a report has come."""

    DRAFT = "draft"
    REVIEW = "review"
    CLEARED = "cleared"


class YearlyReport(Base):
    """A report: its period (both days included), as of when it counts (None: the latest), its language, its steps.

    ``bridges`` are those from the totals of ``previous`` to this report's, as last counted at ``counted_at``. With a
    ``snapshot`` its numbers are frozen.
    """

    __tablename__ = "yearly_report"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'review', 'cleared')", name="state"),
        CheckConstraint("starts_on <= ends_on", name="period"),
        CheckConstraint(
            "cleared_by IS NULL OR (cleared_by <> author_id AND cleared_by <> submitted_by)", name="four_eyes"
        ),
        CheckConstraint("state <> 'cleared' OR snapshot_id IS NOT NULL", name="frozen"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    language: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    as_of: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=State.DRAFT)
    note: Mapped[str] = mapped_column(default="")
    bridges: Mapped[list[Any]] = mapped_column(default=list)
    counted_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    submitted_at: Mapped[datetime | None]
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    cleared_at: Mapped[datetime | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))

    snapshot: Mapped[Snapshot | None] = relationship(foreign_keys=[snapshot_id])
    lines: Mapped[list[YearlyLine]] = relationship(
        order_by="YearlyLine.position, YearlyLine.id", cascade="all, delete-orphan", back_populates="report"
    )


class YearlyLine(Base):
    """A number of a report: a figure, its own time and cut-off, how it is said, and the exact value beside.

    ``cut_off`` is the last day; ``as_of`` None means the report's. ``said`` is None until it was counted.
    """

    __tablename__ = "yearly_line"
    __table_args__ = (
        CheckConstraint("qualifier IN ('exact', 'more_than', 'nearly', 'about')", name="qualifier"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("yearly_report.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    figure: Mapped[str]
    epoch: Mapped[str] = mapped_column(default=PERIOD)
    cut_off: Mapped[date]
    as_of: Mapped[datetime | None]
    qualifier: Mapped[str] = mapped_column(default=Qualifier.EXACT)
    value: Mapped[float | None] = mapped_column(Float)
    said: Mapped[float | None] = mapped_column(Float)
    counted_as_of: Mapped[datetime | None]

    report: Mapped[YearlyReport] = relationship(back_populates="lines")


class ResultKind(StrEnum):
    """What came of an activity."""

    LAW = "law"
    RATIFICATION = "ratification"
    SEIZURE = "seizure"
    USE = "use"
    OTHER = "other"


class ActivityResult(Base):
    """What came of an activity: a law, a ratification, a seizure, a use that somebody reported; with its evidence."""

    __tablename__ = "activity_result"
    __table_args__ = (
        CheckConstraint("kind IN ('law', 'ratification', 'seizure', 'use', 'other')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    activity_key: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    occurred_on: Mapped[date] = mapped_column(index=True)
    country: Mapped[str] = mapped_column(default="")
    summary: Mapped[str]
    evidence: Mapped[str]
    source: Mapped[str]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
