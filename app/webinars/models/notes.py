"""What is written down in a live room while it runs: the shared notes, and captions typed by a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id


class WebinarNotes(Base):
    """The shared notes of a session: one text, its version, who changed it last."""

    __tablename__ = "webinar_notes"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarCaption(Base):
    """One caption, in one language. ``begins`` and ``ends`` are seconds since the session began.

    ``client_id`` is the writer's own word for it: the same one twice is one caption.
    """

    __tablename__ = "webinar_caption"
    __table_args__ = (
        CheckConstraint("begins >= 0 AND ends > begins", name="times"),
        UniqueConstraint("written_by", "client_id"),
        Index("ix_webinar_caption_webinar_id", "webinar_id", "language", "begins"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    language: Mapped[str]
    text: Mapped[str]
    begins: Mapped[float]
    ends: Mapped[float]
    written_by: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    client_id: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
