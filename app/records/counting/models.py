"""Tables that figures are counted from: what the facts said at any instant, and sums of it for the present.

``counted_fact`` and ``activity_version`` are the register's facts with the spans in which they were believed, so that a
question about any past date reads rows instead of following corrections. ``tally`` is one person's part in one activity
as believed now, ``standing_change`` when somebody became or ceased to be a registered user; ``rollup_month`` and
``rollup_cell`` are sums over these. All can be made again from facts.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Float, Identity, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class CountedFact(Base):
    """A fact of a verb that figures count, for as long as it was believed: ``known_from`` <= as-of < ``known_until``.

    ``amount`` is in the verb's own unit: minutes attended, seconds played; 1 otherwise. ``headcount`` is the number of
    nameless people (then there is no learner). A fact whose correction was taken back has a row for each span.
    ``first_known`` is when the first fact of its chain of corrections was recorded.
    """

    __tablename__ = "counted_fact"
    __table_args__ = (
        Index("ix_counted_fact_verb", "verb", "occurred_at"),
        Index("ix_counted_fact_learner", "learner_key", "activity_key"),
        Index("ix_counted_fact_activity", "activity_key", "verb"),
    )

    fact_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    known_from: Mapped[datetime] = mapped_column(primary_key=True)
    known_until: Mapped[datetime] = mapped_column(server_default="infinity")
    first_known: Mapped[datetime]
    verb: Mapped[str]
    learner_key: Mapped[UUID | None]
    activity_key: Mapped[UUID | None]
    country: Mapped[str]
    profession: Mapped[str]
    gender: Mapped[str]
    age_group: Mapped[str]
    language: Mapped[str]
    amount: Mapped[float] = mapped_column(Float)
    headcount: Mapped[int | None]
    occurred_at: Mapped[datetime]


class ActivityVersion(Base):
    """An activity as it was described, for as long as that was the latest description known."""

    __tablename__ = "activity_version"
    __table_args__ = (Index("ix_activity_version_kind", "kind", "starts_at"),)

    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    known_from: Mapped[datetime] = mapped_column(primary_key=True)
    known_until: Mapped[datetime] = mapped_column(server_default="infinity")
    kind: Mapped[str]
    channel: Mapped[str]
    parent_key: Mapped[UUID | None] = mapped_column(index=True)
    slug: Mapped[str]
    topic: Mapped[str]
    partner: Mapped[str]
    project: Mapped[str]
    donor: Mapped[str]
    audience: Mapped[str]
    languages: Mapped[list[str]]
    countries: Mapped[list[str]]
    tags: Mapped[list[str]]
    group_id: Mapped[int | None] = mapped_column(BigInteger)
    hours: Mapped[float | None] = mapped_column(Float)
    is_test: Mapped[bool]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    described_at: Mapped[datetime]


class RollupDue(Base):
    """A learner whose part in an activity must be tallied again; written with the facts, so it is there exactly when
    they are. Without an activity: all their parts, and when they were a registered user.
    """

    __tablename__ = "rollup_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    learner_key: Mapped[UUID]
    activity_key: Mapped[UUID | None]


class Tally(Base):
    """One person's part in one activity as believed now: the first instant of ``measure`` there, and what it was then.

    ``person`` is the learner that others are merged into, ``month`` counts as in :class:`RollupCell`, ``region`` is the
    regional group of the country. Kind, channel and topic are the activity's; ``training`` says whether its kind
    counted as training then.
    """

    __tablename__ = "tally"

    person: Mapped[UUID] = mapped_column(primary_key=True)
    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger)
    country: Mapped[str]
    region: Mapped[str]
    profession: Mapped[str]
    gender: Mapped[str]
    age_group: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    topic: Mapped[str]
    training: Mapped[bool]


class StandingChange(Base):
    """By how much a person's being a registered user for a country changed in a month: 1 or -1."""

    __tablename__ = "standing_change"

    person: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(SmallInteger)


class RollupMonth(Base):
    """What happened in a month: different ``people``, those among them who were ``newcomers``, ``participations``.

    ``scope`` is the class of activities, ``dimension`` with ``value`` the slice of people; "" is all of them. Newcomers
    had nothing of the slice before, so the different people up to the end of a month are the newcomers of all months
    until then. The newcomers of registered users are by how many their number changed.
    """

    __tablename__ = "rollup_month"

    scope: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    newcomers: Mapped[int]
    participations: Mapped[int]


class RollupCell(Base):
    """How many people of a slice there were in ``month``, by the month of their time before it (0: none).

    Months count from year 0 (year × 12 + month - 1). The different people of months a to b are the sum of the cells
    with a <= month <= b and previous < a: each person is in exactly one of them.
    """

    __tablename__ = "rollup_cell"

    scope: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    previous: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]


class RollupState(Base):
    """The one row that says as of when the cells hold."""

    __tablename__ = "rollup_state"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    refreshed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    rules_version: Mapped[int] = mapped_column(default=0)
