"""Country sets that staff make: a set is only its versions, and a version, once written, stays as it is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id


class FreeSet(Base):
    """A set that staff made; retired ones are no longer offered, snapshots that name them still open."""

    __tablename__ = "country_set"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired_at: Mapped[datetime | None]


class FreeSetVersion(Base):
    """Names and members of a set from a day on; the database refuses UPDATE and DELETE."""

    __tablename__ = "country_set_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("jsonb_array_length(members) > 0", name="members"),
        CheckConstraint("names <> '{}'", name="names"),
    )

    set_id: Mapped[int] = mapped_column(ForeignKey("country_set.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    members: Mapped[list[str]]
    valid_from: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
