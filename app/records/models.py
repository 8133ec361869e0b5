"""Tables of the register: append-only facts, and the projections that are rebuilt from them.

A fact says who (a learner key, not the account), did what (verb) in which activity, with which result, when it
occurred and when it was recorded. ``recorded_at`` is set by the database; only an audited import gives an earlier one.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Index, desc, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base


class Verb(StrEnum):
    """What a fact can say."""

    APPROVED = "approved"
    CLOSED = "closed"
    COUNTRY_CHANGED = "country_changed"
    NOMINATED = "nominated"
    ENROLLED = "enrolled"
    STARTED = "started"
    PROGRESSED = "progressed"
    PASSED = "passed"
    FAILED = "failed"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    REGISTERED = "registered"
    ATTENDED = "attended"
    PLAYED = "played"
    DOWNLOADED = "downloaded"
    JOINED = "joined"
    LEFT = "left"
    VIEWED = "viewed"
    CONTRIBUTED = "contributed"
    FEEDBACK_GIVEN = "feedback_given"
    ACTIVITY_DESCRIBED = "activity_described"
    VOIDED = "voided"


class ActivityKind(StrEnum):
    """Kinds of activity; the register's table says from when each counts as training."""

    COURSE = "course"
    DELIVERY = "delivery"
    WEBINAR = "webinar"
    WEBINAR_SERIES = "webinar_series"
    WORKSHOP = "workshop"
    TRAINING_EVENT = "training_event"
    EXPERT_GROUP_MEETING = "expert_group_meeting"
    ROUND_TABLE = "round_table"
    CONSULTATION = "consultation"
    AWARENESS_EVENT = "awareness_event"
    NETWORK_MEETING = "network_meeting"
    SIMULATION = "simulation"
    LAUNCH = "launch"
    RECORDING = "recording"
    RESOURCE = "resource"
    ROOM = "room"


class Channel(StrEnum):
    """How an activity reaches people."""

    PLATFORM = "platform"
    OTHER_ONLINE = "other_online"
    HYBRID = "hybrid"
    IN_PERSON = "in_person"


class Learner(Base):
    """A key that facts are written under: one person for counting, whoever the account belongs to."""

    __tablename__ = "learner"

    key: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LearnerAccount(Base):
    """The dated link learner → account. Erasing a person cuts it; the facts stay, de-identified."""

    __tablename__ = "learner_account"
    __table_args__ = (
        Index("uq_learner_account_user", "user_id", unique=True, postgresql_where="cut_at IS NULL"),
        Index("uq_learner_account_learner", "learner_key", unique=True, postgresql_where="cut_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    learner_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    linked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    cut_at: Mapped[datetime | None]


class LearnerMerge(Base):
    """The dated link learner → learner: two keys turned out to be one person. Undoing sets the end."""

    __tablename__ = "learner_merge"
    __table_args__ = (
        CheckConstraint("merged_key <> into_key", name="two_keys"),
        Index("uq_learner_merge_present", "merged_key", unique=True, postgresql_where="undone_at IS NULL"),
        Index("ix_learner_merge_into", "into_key"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    merged_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"))
    into_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"))
    reason: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    undone_at: Mapped[datetime | None]


class ImportBatch(Base):
    """An audited import: the only thing that may give facts an earlier ``recorded_at``."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    imported_by: Mapped[int | None] = mapped_column(BigInteger)
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Fact(Base):
    """One append-only fact; the database refuses UPDATE and DELETE."""

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_learner", "learner_key", "activity_key", "id"),
        Index("ix_fact_activity", "activity_key", "verb", "occurred_at"),
        Index("ix_fact_verb", "verb", "occurred_at"),
        Index("ix_fact_recorded_at", "recorded_at"),
        CheckConstraint("headcount IS NULL OR (headcount >= 0 AND learner_key IS NULL)", name="headcount"),
        CheckConstraint("imported_at IS NULL = (batch_id IS NULL)", name="import"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    learner_key: Mapped[UUID | None] = mapped_column(ForeignKey("learner.key"))
    activity_key: Mapped[UUID | None]
    verb: Mapped[str]
    result: Mapped[JSON] = mapped_column(server_default="{}")
    country: Mapped[str] = mapped_column(default="", server_default="")
    profession: Mapped[str] = mapped_column(default="", server_default="")
    gender: Mapped[str] = mapped_column(default="", server_default="")
    age_group: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="", server_default="")
    headcount: Mapped[int | None]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("fact.uuid"), index=True)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    imported_at: Mapped[datetime | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


class Activity(Base):
    """Projection: what people take part in, as last described. Rebuilt from ``activity_described`` facts."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_kind", "kind", "starts_at"),)

    key: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    channel: Mapped[str]
    parent_key: Mapped[UUID | None] = mapped_column(index=True)
    slug: Mapped[str] = mapped_column(index=True)
    titles: Mapped[JSON]
    address: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    partner: Mapped[str] = mapped_column(default="")
    project: Mapped[str] = mapped_column(default="")
    donor: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    countries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    tags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    place: Mapped[str] = mapped_column(default="", server_default="")
    group_id: Mapped[int | None] = mapped_column(BigInteger)
    languages: Mapped[list[str]]
    hours: Mapped[float | None] = mapped_column(Float)
    is_test: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    described_at: Mapped[datetime]


class Participation(Base):
    """Projection: one person (a learner, others merged into it included) in one activity, folded from their facts.

    What each column means stands with :class:`~app.records.folding.ParticipationState`.
    """

    __tablename__ = "participation"
    __table_args__ = (
        Index("ix_participation_activity", "activity_key", "enrolled_at"),
        Index("ix_participation_completed", "completed_at"),
        Index("ix_participation_country", "country", "activity_key"),
        Index("ix_participation_profession", "profession", "activity_key"),
        Index("ix_participation_language", "language", "activity_key"),
        Index("ix_participation_enrolled", desc("enrolled_at").nulls_last()),
    )

    learner_key: Mapped[UUID] = mapped_column(primary_key=True)
    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    score: Mapped[float | None] = mapped_column(Float)
    language: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    profession: Mapped[str] = mapped_column(default="")
    enrolled_at: Mapped[datetime | None]
    first_access_at: Mapped[datetime | None]
    last_access_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    certificate_code: Mapped[str | None] = mapped_column(index=True)
    certificate_status: Mapped[str] = mapped_column(default="")
    certificate_issued_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    language_at: Mapped[datetime | None]
    language_settled: Mapped[bool] = mapped_column(default=False)
    certificate_at: Mapped[datetime | None]


class KindRule(Base):
    """Whether a kind of activity counts as training, from a day on; printed with the numbers."""

    __tablename__ = "kind_rule"

    kind: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    counts_as_training: Mapped[bool]
    valid_from: Mapped[datetime]
