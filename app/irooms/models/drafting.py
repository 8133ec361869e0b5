"""Documents that a room writes together: sections with versions, comments on passages, suggestions, milestones.

Authors are memberships, never accounts. Everything that changes a document gives it its next *revision*, under the lock
of its row: a version of a section knows the revision it came with, a change that moves sections keeps their order. So
the document as it was at any revision can be put together, and any two can be compared.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id


class DraftState(StrEnum):
    """What may be done with a document: everything; comments and suggestions only; nothing; not even reading."""

    OPEN = "open"
    LOCKED = "locked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ChangeKind(StrEnum):
    """What a revision of a document was."""

    BEGUN = "begun"
    DESCRIBED = "described"
    SECTION_ADDED = "section_added"
    SECTION_SAVED = "section_saved"
    SECTION_MOVED = "section_moved"
    SECTION_REMOVED = "section_removed"
    SECTION_BROUGHT_BACK = "section_brought_back"
    LOCKED = "locked"
    REOPENED = "reopened"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class VersionHow(StrEnum):
    """How a version of a section came about."""

    FIRST = "first"
    EDIT = "edit"
    MERGE = "merge"
    SUGGESTION = "suggestion"
    RESTORED = "restored"


class SuggestionState(StrEnum):
    """What became of a suggestion."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class UnsavedKind(StrEnum):
    """What somebody was typing: a section's next version, or a suggestion for it."""

    EDIT = "edit"
    SUGGESTION = "suggestion"


class ExportFormat(StrEnum):
    """What a document can be taken away as."""

    DOCX = "docx"
    PDF = "pdf"


class RoomDraft(Base):
    """A document. ``outline`` holds the numbers of its sections in order; ``revision`` counts its changes.

    ``last_section``, ``last_comment`` and ``last_suggestion`` are the last numbers given; ``state_reason`` says why it
    was withdrawn; ``published``, that it was once at least. ``news``, here as at sections and comments, is the number
    of the announcement of the last change.
    """

    __tablename__ = "room_draft"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'locked', 'published', 'withdrawn')", name="state"),
        Index("ix_room_draft_room", "room_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default=DraftState.OPEN)
    state_reason: Mapped[str] = mapped_column(default="", server_default="")
    outline: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    revision: Mapped[int] = mapped_column(default=0)
    last_section: Mapped[int] = mapped_column(default=0)
    last_comment: Mapped[int] = mapped_column(default=0)
    last_suggestion: Mapped[int] = mapped_column(default=0)
    news: Mapped[int] = mapped_column(default=0, server_default="0")
    published: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftEditor(Base):
    """A member whom a manager chose to write a document."""

    __tablename__ = "room_draft_editor"

    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftSection(Base):
    """A section as it is now: its text is that of its version number ``version``, which came with ``revision``.

    ``held_by`` edits it until ``held_until``, which is put off while they type; others are told, and not hindered.
    """

    __tablename__ = "room_draft_section"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        CheckConstraint("num_nonnulls(held_by, held_since, held_until) IN (0, 3)", name="held"),
        CheckConstraint("num_nonnulls(removed_at, removed_by) IN (0, 2)", name="removed"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"))
    number: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    news: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    held_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    held_since: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))


class RoomDraftVersion(Base):
    """A text that a section had. ``author_id`` wrote it; ``accepted_by`` took it over from a suggestion.

    ``base_number`` is the version that its author began from; it is older than the one before where two texts were
    merged, or where an older text was brought back.
    """

    __tablename__ = "room_draft_version"
    __table_args__ = (
        UniqueConstraint("section_id", "number"),
        CheckConstraint("how IN ('first', 'edit', 'merge', 'suggestion', 'restored')", name="how"),
        CheckConstraint("(how = 'suggestion') = (accepted_by IS NOT NULL)", name="accepted"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("room_draft_section.id"))
    number: Mapped[int]
    revision: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    base_number: Mapped[int] = mapped_column(default=0)
    how: Mapped[str] = mapped_column(default=VersionHow.EDIT)
    note: Mapped[str] = mapped_column(default="", server_default="")
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftChange(Base):
    """One revision of a document: what was done, by whom. ``outline`` is the order after it, where it changed that."""

    __tablename__ = "room_draft_change"
    __table_args__ = (
        Index("ix_room_draft_change_outline", "draft_id", "revision", postgresql_where="outline IS NOT NULL"),
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("room_draft_section.id"))
    version: Mapped[int | None]
    outline: Mapped[list[int] | None] = mapped_column(JSONB(none_as_null=True))
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftMilestone(Base):
    """A name for a revision of the whole document."""

    __tablename__ = "room_draft_milestone"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"))
    revision: Mapped[int]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftPublication(Base):
    """A revision that became resources of the room: a PDF and a DOCX."""

    __tablename__ = "room_draft_publication"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"), index=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("room_draft_milestone.id"), unique=True)
    pdf_id: Mapped[int] = mapped_column(ForeignKey("room_resource.id"))
    docx_id: Mapped[int] = mapped_column(ForeignKey("room_resource.id"))
    published_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftUnsaved(Base):
    """What somebody has typed and not saved or sent yet, with the version they began from."""

    __tablename__ = "room_draft_unsaved"
    __table_args__ = (CheckConstraint("kind IN ('edit', 'suggestion')", name="kind"),)

    section_id: Mapped[int] = mapped_column(ForeignKey("room_draft_section.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    base_number: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftComment(Base):
    """A comment on a passage (``quote``, with what stood around it in ``version``), or on the section (no quote).

    ``start_at`` and ``end_at`` are where the passage stands in the plain text of the section as it is now, both None
    when it cannot be found any more; ``drifted`` when other words stand there than were marked.
    """

    __tablename__ = "room_draft_comment"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        CheckConstraint("num_nonnulls(start_at, end_at) IN (0, 2)", name="place"),
        CheckConstraint("num_nonnulls(resolved_at, resolved_by) IN (0, 2)", name="resolved"),
        Index("ix_room_draft_comment_section", "section_id", "number"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("room_draft_section.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    text: Mapped[str]
    quote: Mapped[str] = mapped_column(default="")
    quote_before: Mapped[str] = mapped_column(default="")
    quote_after: Mapped[str] = mapped_column(default="")
    version: Mapped[int]
    start_at: Mapped[int | None]
    end_at: Mapped[int | None]
    drifted: Mapped[bool] = mapped_column(default=False)
    news: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))


class RoomDraftReply(Base):
    """A reply to a comment."""

    __tablename__ = "room_draft_reply"
    __table_args__ = (Index("ix_room_draft_reply_comment", "comment_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    comment_id: Mapped[int] = mapped_column(ForeignKey("room_draft_comment.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftSuggestion(Base):
    """Another text for a section, made from its version ``base_number``. ``version`` is the one it became."""

    __tablename__ = "room_draft_suggestion"
    __table_args__ = (
        UniqueConstraint("draft_id", "number"),
        CheckConstraint("state IN ('waiting', 'accepted', 'rejected', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        Index("ix_room_draft_suggestion_section", "section_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("room_draft_section.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    base_number: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=SuggestionState.WAITING)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int | None]


class RoomDraftExport(Base):
    """Somebody took a document away; ``code`` is printed in the mark of every page, where there is one."""

    __tablename__ = "room_draft_export"
    __table_args__ = (
        CheckConstraint("format IN ('docx', 'pdf')", name="format"),
        Index("ix_room_draft_export_draft", "draft_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    format: Mapped[str]
    revision: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    exported_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomDraftReader(Base):
    """How far a member has read a document: the revision they saw last, and the one they saw on the visit before."""

    __tablename__ = "room_draft_reader"

    draft_id: Mapped[int] = mapped_column(ForeignKey("room_draft.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    revision: Mapped[int]
    before: Mapped[int] = mapped_column(default=0, server_default="0")
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
