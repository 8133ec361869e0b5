"""Tables of files made of reports, of views that people keep, and of files that are sent by schedule."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import JSON, Base
from app.core.ids import public_id

_new_id = public_id  # inside a class the name is its column


class Form(StrEnum):
    """Forms that a report is taken away in."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    JSONL = "jsonl"


class FileState(StrEnum):
    """Where a file stands. ``expired``: its octets are gone, what was in it is still known."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Rhythm(StrEnum):
    """When a schedule is due: by the calendar, after an activity ends, when a number crosses a bound."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    AFTER_ACTIVITY = "after_activity"
    THRESHOLD = "threshold"


class ScheduleState(StrEnum):
    """Whether a schedule runs. ``paused`` by its owner, ``stopped`` because its owner may not have the report."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class DeliveryState(StrEnum):
    """What became of one recipient's file. ``refused``: they may not have it; nothing was made."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"


class ReportFile(Base):
    """One file of a report, made for one person under their rights; only they get it, as long as they hold those.

    ``asked`` are the values of the report's address; ``scope`` what the owner could see when it was made; ``key`` the
    name under which the octets lie. ``rows_done`` moves while it is made; ``statement`` is what the file says of
    itself.
    """

    __tablename__ = "report_file"
    __table_args__ = (
        CheckConstraint("form IN ('csv', 'xlsx', 'pdf', 'jsonl')", name="form"),
        CheckConstraint("state IN ('waiting', 'ready', 'failed', 'expired')", name="state"),
        CheckConstraint("state <> 'ready' OR (made_at IS NOT NULL AND sha256 <> '')", name="ready"),
        Index("ix_report_file_owner", "owner_id", "id"),
        Index("ix_report_file_expiry", "expires_at", postgresql_where="state <> 'expired'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    key: Mapped[str] = mapped_column(unique=True, default=_new_id)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    report: Mapped[str]
    form: Mapped[str]
    asked: Mapped[JSON]
    anonymised: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    zone: Mapped[str]
    scope: Mapped[JSON]
    state: Mapped[str] = mapped_column(default=FileState.WAITING)
    rows_expected: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    statement: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    scheduled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class SavedView(Base):
    """A report with its filters, grouping and sorting under a name. It holds a question, no rows and no rights."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str]
    report: Mapped[str]
    asked: Mapped[JSON]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    shares: Mapped[list[SavedViewShare]] = relationship(
        back_populates="view",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="SavedViewShare.id",
    )


class SavedViewShare(Base):
    """Somebody, or everybody with a role, who may open a view, under their own rights."""

    __tablename__ = "saved_view_share"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (role = '')", name="whom"),
        UniqueConstraint("view_id", "user_id", "role", postgresql_nulls_not_distinct=True),
        Index("ix_saved_view_share_user", "user_id"),
        Index("ix_saved_view_share_role", "role"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    view: Mapped[SavedView] = relationship(back_populates="shares")


class ReportSchedule(Base):
    """A saved view that is sent as a file.

    By the calendar: at ``hour`` of ``zone``, on ``weekday`` (0 is Monday), ``day`` of the month (or its last one),
    ``month`` of the quarter (1 to 3) or year; ``span`` ``previous`` narrows to the day, week, month, quarter or year
    before. After an activity: ``hours_after`` the end of the one with ``activity_slug``, or of any (empty), if it ends
    after ``watched_since``. On a threshold: when what ``measure`` names (``rows``, ``number:<key>`` of the report,
    ``indicator:<id>``) comes to be ``above`` or below ``bound``; ``was_beyond`` is how it was when last looked at.
    ``next_due_at`` is None where nothing can be said beforehand.
    """

    __tablename__ = "report_schedule"
    __table_args__ = (
        CheckConstraint(
            "rhythm IN ('daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'after_activity', 'threshold')",
            name="rhythm",
        ),
        CheckConstraint("form IN ('csv', 'xlsx', 'pdf', 'jsonl')", name="form"),
        CheckConstraint("state IN ('active', 'paused', 'stopped')", name="state"),
        CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6 AND day BETWEEN 1 AND 31 AND month BETWEEN 1 AND 12",
            name="time",
        ),
        CheckConstraint("span IN ('', 'previous')", name="span"),
        Index("ix_report_schedule_due", "next_due_at", postgresql_where="state = 'active'"),
        Index("ix_report_schedule_owner", "owner_id"),
        Index("ix_report_schedule_view", "view_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    form: Mapped[str]
    anonymised: Mapped[bool] = mapped_column(default=False)
    rhythm: Mapped[str]
    zone: Mapped[str]
    hour: Mapped[int] = mapped_column(default=7)
    weekday: Mapped[int] = mapped_column(default=0)
    day: Mapped[int] = mapped_column(default=1)
    month: Mapped[int] = mapped_column(default=1)
    span: Mapped[str] = mapped_column(default="")
    activity_slug: Mapped[str] = mapped_column(default="")
    hours_after: Mapped[int] = mapped_column(default=24)
    watched_since: Mapped[datetime | None]
    measure: Mapped[str] = mapped_column(default="")
    above: Mapped[bool] = mapped_column(default=True)
    bound: Mapped[int] = mapped_column(BigInteger, default=0)
    was_beyond: Mapped[bool | None]
    state: Mapped[str] = mapped_column(default=ScheduleState.ACTIVE)
    next_due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    view: Mapped[SavedView] = relationship()
    recipients: Mapped[list[ScheduleRecipient]] = relationship(
        back_populates="schedule", cascade="all, delete-orphan", passive_deletes=True,
        order_by="ScheduleRecipient.id",
    )  # fmt: skip


class ScheduleRecipient(Base):
    """Who gets a schedule's file: somebody of the platform, or an address outside it, which gets totals only.

    Nothing is sent to an address outside before the owner has looked at it again and confirmed it.
    """

    __tablename__ = "schedule_recipient"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (address = '')", name="whom"),
        CheckConstraint("user_id IS NULL OR confirmed_at IS NOT NULL", name="confirmed"),
        UniqueConstraint("schedule_id", "user_id", "address", postgresql_nulls_not_distinct=True),
        Index("ix_schedule_recipient_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedule.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    schedule: Mapped[ReportSchedule] = relationship(back_populates="recipients")


class ScheduleRun(Base):
    """One time that a schedule was due; there is at most one for a time and what it is about (an activity's key)."""

    __tablename__ = "schedule_run"
    __table_args__ = (
        UniqueConstraint("schedule_id", "due_at", "about"),
        Index("ix_schedule_run_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedule.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    about: Mapped[str] = mapped_column(default="")
    cause: Mapped[str]
    value: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    schedule: Mapped[ReportSchedule] = relationship()
    deliveries: Mapped[list[ScheduleDelivery]] = relationship(
        back_populates="run",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ScheduleDelivery.id",
    )


class ScheduleDelivery(Base):
    """One recipient's file of one run: what was made under their rights, and whether it was sent.

    ``whom`` is the recipient's name or the domain of an address outside, as it was. What the owner sends to themselves
    at once has no recipient, only ``user_id``.
    """

    __tablename__ = "schedule_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'refused', 'failed')", name="state"),
        UniqueConstraint("run_id", "recipient_id"),
        Index("ix_schedule_delivery_waiting", "id", postgresql_where="state = 'waiting'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("schedule_run.id", ondelete="CASCADE"))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_recipient.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("report_file.id", ondelete="SET NULL"))
    whom: Mapped[str]
    outside: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=DeliveryState.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="")
    rows: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]

    run: Mapped[ScheduleRun] = relationship(back_populates="deliveries")
