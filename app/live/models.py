"""How far each topic is: the number of its last announcement; and when gateways were there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class LiveTopic(Base):
    """A topic and how many announcements it has had. The row's lock, held until the commit, gives them their order."""

    __tablename__ = "live_topic"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class GatewayLife(Base):
    """From when to when a gateway process was there, by its own record, renewed every few seconds."""

    __tablename__ = "gateway_life"

    key: Mapped[UUID] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
