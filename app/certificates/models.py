"""Tables of certificates."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.records.models import ActivityKind

_COMPLETED = (ActivityKind.COURSE, ActivityKind.DELIVERY)


class Certificate(Base):
    """A certificate of one learner for one activity; a re-issue keeps code and date and raises ``edition``.

    ``statement`` is the canonical content that was signed; ``signature`` is Ed25519 over its canonical JSON.
    """

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("learner_key", "activity_key"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    learner_key: Mapped[UUID] = mapped_column(ForeignKey("learner.key"))
    activity_key: Mapped[UUID] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    edition: Mapped[int] = mapped_column(default=1)
    statement: Mapped[JSON]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    issued_at: Mapped[datetime]
    reissued_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")

    @property
    def is_for_attendance(self) -> bool:
        """Whether it was earned by being there (a session), not by completing something (a course)."""
        return is_for_attendance(self.statement)


def is_for_attendance(statement: JSON) -> bool:
    """Whether a statement says that somebody attended; without a kind it is of a course."""
    return statement.get("kind", ActivityKind.COURSE) not in _COMPLETED
