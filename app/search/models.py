"""Tables of search: what can be found, and the parts of its text.

A thing (kind, key) is one document in each of its languages; a hit shows one of them. A part repeats what the index is
narrowed by, so that finding reads one small table: text and lexemes lie out of line until they are ranked or shown.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base


def _by_lexeme(name: str) -> Index:
    """An index of lexemes. What is new waits in a short list of 1 MB: writing costs a third, finding hardly more."""
    return Index(name, "tsv", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": "1024"})


class SearchDocument(Base):
    """Something that can be found, in one language (BCP 47, empty when unknown); who may find it says ``scope``."""

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "key", "language"),
        _by_lexeme("ix_search_document_tsv"),
        Index("ix_search_document_scope", "scope", postgresql_include=["parts"]),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    thing: Mapped[int] = mapped_column(BigInteger, index=True)  # made of kind and key
    kind: Mapped[str]
    key: Mapped[str]
    language: Mapped[str]
    scope: Mapped[str]
    title: Mapped[str]
    url: Mapped[str]
    facets: Mapped[JSON]
    digest: Mapped[str]  # of everything but the scope
    analyser: Mapped[int]  # the version that made the lexemes
    parts: Mapped[int]
    tsv: Mapped[str] = mapped_column(TSVECTOR)  # of the title
    updated_at: Mapped[datetime]


class SearchPart(Base):
    """A piece of a document's text: some 200 words, with where it stands. Number 0 is there even without text."""

    __tablename__ = "search_part"
    __table_args__ = (_by_lexeme("ix_search_part_tsv"),)

    document_id: Mapped[int] = mapped_column(
        ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]  # without country
    anchor: Mapped[str]
    heading: Mapped[str]
    page: Mapped[int | None]
    text: Mapped[str]
    tsv: Mapped[str] = mapped_column(TSVECTOR)  # of title (A), heading (B) and text (D)
