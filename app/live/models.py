"""How far each topic is: the number of its last announcement."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class LiveTopic(Base):
    """A topic and how many announcements it has had. The row's lock, held until the commit, gives them their order."""

    __tablename__ = "live_topic"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
