"""Tables of the audit: entries, sealed into a chain by a job; personal payloads apart; the head of the chain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base


class AuditEntry(Base):
    """One thing done. Written unchained in its transaction; ``seq`` and ``hash`` are given by the sealing job.

    ``detail`` holds no personal data; ``personal_digest`` is a salted digest of the payload kept apart, so erasing
    the payload does not break the chain.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_unsealed", "id", postgresql_where="seq IS NULL"),
        Index("ix_audit_entry_object", "object_kind", "object_id"),
        Index("ix_audit_entry_actor", "actor_id", "id"),
        Index("ix_audit_entry_verb", "verb", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    verb: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[JSON] = mapped_column(server_default="{}")
    personal_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditPayload(Base):
    """The personal part of an entry. Erasing it takes the salt too, so that the digest in the entry tells nothing."""

    __tablename__ = "audit_payload"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[JSON | None]
    erased_at: Mapped[datetime | None]


class AuditHead(Base):
    """The end of the chain, one row; locked only by the sealing job."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    mailed_at: Mapped[datetime | None]  # when the head was last mailed away (AUDIT_COPY=mailto:…)
