"""Tables beside the facts: why one was corrected, activities that staff recorded, who stood on their lists.

Facts never hold a name. Who a learner without an account is stands in ``event_participant``, and can be erased there:
the facts stay, de-identified.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id

_new_id = public_id  # inside a class the name is its column


class FactCorrection(Base):
    """Why somebody corrected a fact by hand; the fact named here is the one that corrects."""

    __tablename__ = "fact_correction"

    fact_uuid: Mapped[UUID] = mapped_column(ForeignKey("fact.uuid"), primary_key=True)
    reason: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class RecordedActivity(Base):
    """An activity that staff recorded. ``salt`` keeps the identities of its list from being guessed elsewhere."""

    __tablename__ = "recorded_activity"

    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=_new_id)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    source: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class EventParticipant(Base):
    """One person on the list of a recorded activity.

    ``identity`` is a keyed digest of address or name and country: the same list sent again finds the same people. Names
    are empty where an account has them, and once they are erased; the identity stays, so that an old list does not
    bring an erased person back.
    """

    __tablename__ = "event_participant"
    __table_args__ = (
        Index("uq_event_participant_identity", "activity_key", "identity", unique=True),
        Index("ix_event_participant_learner", "learner_key"),
        Index("ix_event_participant_email", "email", postgresql_where="email <> ''"),
        CheckConstraint(
            "erased_at IS NULL OR (family_name = '' AND given_name = '' AND email = '')", name="erased"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=_new_id)
    activity_key: Mapped[UUID] = mapped_column(ForeignKey("recorded_activity.activity_key"))
    learner_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"))
    identity: Mapped[bytes] = mapped_column(LargeBinary)
    family_name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    erased_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """Given and family name; empty where an account has them or they were erased."""
        return f"{self.given_name} {self.family_name}".strip()


class ParticipantList(Base):
    """A list that was sent and waits to be looked at: its rows as typed, until they are recorded or a week has gone."""

    __tablename__ = "participant_list"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=_new_id)
    activity_key: Mapped[UUID] = mapped_column(ForeignKey("recorded_activity.activity_key"), index=True)
    rows: Mapped[list[Any]]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class StaffAttributes(Base):
    """What staff said of an activity that a feature describes (partner, tags …): it stands over the feature's word."""

    __tablename__ = "staff_attributes"

    activity_key: Mapped[UUID] = mapped_column(primary_key=True)
    given: Mapped[JSON]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DistinctLearners(Base):
    """Two learners that look alike and are two people: staff looked. The smaller key comes first."""

    __tablename__ = "distinct_learners"
    __table_args__ = (CheckConstraint("one_key < other_key", name="order"),)

    one_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"), primary_key=True)
    other_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"), primary_key=True)
    reason: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
