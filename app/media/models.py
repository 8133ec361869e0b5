"""Tables of files: what was received, what is still arriving, and the pages of what can be read."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base
from app.core.ids import public_id
from app.media.vocabulary import KINDS, Family, Kind, Paging, Scan, State, TextState


def storage_key() -> str:
    """Return a random name for what is stored; it says nothing of the file and is never shown."""
    return secrets.token_hex(16)


def _one_of(column: str, words: Any) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class MediaFile(Base):
    """One file. ``scope`` is the label of where it belongs; who may get at it is decided there, each time anew.

    ``kept`` is False while no feature has taken it over; what nobody takes over is removed with its upload.
    """

    __tablename__ = "media_file"
    __table_args__ = (
        _one_of("state", State),
        _one_of("scan", Scan),
        _one_of("paging", Paging),
        _one_of("text_state", TextState),
        CheckConstraint("size >= 0", name="size"),
        Index("ix_media_file_uploaded_by", "uploaded_by", "created_at"),
        Index("ix_media_file_checking", "id", postgresql_where="state = 'checking'"),
        Index("ix_media_file_unscanned", "id", postgresql_where="state = 'ready' AND scan = 'unscanned'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    key: Mapped[str] = mapped_column(unique=True, default=storage_key)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="application/octet-stream")
    state: Mapped[str] = mapped_column(default=State.ARRIVING)
    scan: Mapped[str] = mapped_column(default=Scan.PENDING)
    scope: Mapped[str]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    strip: Mapped[bool] = mapped_column(default=False)
    kept: Mapped[bool] = mapped_column(default=False)
    pages: Mapped[int | None]
    drawn: Mapped[int] = mapped_column(default=0)
    paging: Mapped[str] = mapped_column(default=Paging.NONE)
    text_state: Mapped[str] = mapped_column(default=TextState.NONE)
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    notes: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    listing: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    examined_at: Mapped[datetime | None]

    @property
    def sort(self) -> Kind | None:
        """The kind from the closed list; None before the file was examined, or when it was not taken."""
        return KINDS.get(self.kind)

    @property
    def ready(self) -> bool:
        """Whether it may be shown and given out."""
        return self.state == State.READY

    @property
    def readable(self) -> bool:
        """Whether it can be read as pages now."""
        return self.ready and self.paging == Paging.READY

    @property
    def convertible(self) -> bool:
        """Whether it can be read as pages, now or soon; a file that cannot is a download only."""
        return self.ready and self.paging in {Paging.READY, Paging.WAITING}

    @property
    def stampable(self) -> bool:
        """Whether a marked copy can be given out: PDF, pictures, and office files that were made into pages."""
        kind = self.sort
        return self.readable and kind is not None and kind.family in {Family.PDF, Family.IMAGE, Family.OFFICE}


class MediaUpload(Base):
    """A file that arrives piece by piece; ``parts`` are the stored pieces in order, as [name, octets]."""

    __tablename__ = "media_upload"
    __table_args__ = (
        CheckConstraint('"offset" BETWEEN 0 AND length', name="offset"),
        Index("ix_media_upload_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id", ondelete="CASCADE"), unique=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    parts: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    fingerprint: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    file: Mapped[MediaFile] = relationship(lazy="joined", innerjoin=True)

    @property
    def complete(self) -> bool:
        """Whether everything has arrived."""
        return self.offset == self.length


class MediaPage(Base):
    """One page (slide, sheet, or the whole of what has no pages): its text, and its size in pixels once drawn."""

    __tablename__ = "media_page"

    file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
