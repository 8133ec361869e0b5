"""What a room holds: nested collections with rights, resources with versions, reading lists, and who has seen what."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id


class ResourceKind(StrEnum):
    """What a resource is made of. The last three are activities of the training register, shown in the room."""

    FILE = "file"
    LINK = "link"
    TEXT = "text"
    LEGAL = "legal"
    COURSE = "course"
    SERIES = "series"
    RECORDING = "recording"


TRAINING = (ResourceKind.COURSE, ResourceKind.SERIES, ResourceKind.RECORDING)


class ResourceType(StrEnum):
    """What a resource is for its readers."""

    MANUAL = "manual"
    RESOLUTION = "resolution"
    REPORT = "report"
    GUIDE = "guide"
    E_LEARNING = "e_learning"
    SERIES = "series"
    TEMPLATE = "template"
    OTHER = "other"


class ResourceState(StrEnum):
    """A draft waits for its file to be checked; a withdrawn resource says so and keeps its place."""

    DRAFT = "draft"
    CURRENT = "current"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What a view row tells of."""

    VIEW = "view"
    DOWNLOAD = "download"


class RoomCollection(Base):
    """A folder of a room's resources. The one without a parent holds the others; ``rights`` is read by ``collections``.

    ``rights`` is ``{"read": {role: "allow" | "deny"}, "write": {…}}``; a role that is not named inherits.
    """

    __tablename__ = "room_collection"
    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_in_itself"),
        Index("uq_room_collection_root", "room_id", unique=True, postgresql_where="parent_id IS NULL"),
        Index("ix_room_collection_room", "room_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("room_collection.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    rights: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomResource(Base):
    """Something a room holds. Its content is in its versions; ``current_id`` is the one that is shown,
    ``latest_id`` the newest: while its file is being checked they differ.

    ``activity_key`` is its activity in the register. ``work_key`` is shared by the language variants of one work.
    ``training_key`` is the activity that a course, series or recording shows. ``news_at`` is when its present content
    came, so that a member sees what is new since they were here.
    """

    __tablename__ = "room_resource"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('file', 'link', 'text', 'legal', 'course', 'series', 'recording')", name="kind"
        ),
        CheckConstraint("state IN ('draft', 'current', 'withdrawn')", name="state"),
        CheckConstraint(
            "(kind IN ('course', 'series', 'recording')) = (training_key IS NOT NULL)", name="training"
        ),
        CheckConstraint("(state = 'draft') = (current_id IS NULL)", name="draft_has_no_version"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        UniqueConstraint("work_key", "language", name="uq_room_resource_variant"),
        Index("ix_room_resource_collection", "collection_id", "position"),
        Index("ix_room_resource_news", "room_id", "news_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    collection_id: Mapped[int] = mapped_column(ForeignKey("room_collection.id"))
    activity_key: Mapped[UUID] = mapped_column(unique=True, default=uuid.uuid4)
    work_key: Mapped[UUID] = mapped_column(default=uuid.uuid4)
    training_key: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    type: Mapped[str] = mapped_column(default=ResourceType.OTHER)
    state: Mapped[str] = mapped_column(default=ResourceState.DRAFT)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    symbol: Mapped[str] = mapped_column(default="")
    issuer: Mapped[str] = mapped_column(default="")
    dated: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    legal_systems: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    current_id: Mapped[int | None] = mapped_column(ForeignKey("room_resource_version.id", use_alter=True))
    latest_id: Mapped[int | None] = mapped_column(ForeignKey("room_resource_version.id", use_alter=True))
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    news_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    withdrawn_why: Mapped[str] = mapped_column(default="", server_default="")


class RoomResourceVersion(Base):
    """The content of a resource at a time; earlier ones stay readable.

    ``details`` holds what is neither a file nor a text: ``{"url": …}`` of a link; instrument, article, resolution and
    year of a legal reference. ``settled_at`` is when it could be read: at once, or when its file had been checked.
    """

    __tablename__ = "room_resource_version"
    __table_args__ = (
        UniqueConstraint("resource_id", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("room_resource.id", ondelete="CASCADE"))
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id"), unique=True)
    text: Mapped[str] = mapped_column(default="")
    details: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]


class RoomResourceView(Base):
    """Somebody was shown a version, or took it away; ``code`` is printed in every mark that was drawn for it.

    One row a viewer, version and day; every download has a row of its own. A viewer is a member, or an administrator
    who broke the glass. ``told_at`` is when the audit was last told how much was read.
    """

    __tablename__ = "room_resource_view"
    __table_args__ = (
        CheckConstraint("act IN ('view', 'download')", name="act"),
        CheckConstraint("num_nonnulls(membership_id, glass_id) = 1", name="viewer"),
        CheckConstraint("seconds >= 0", name="seconds"),
        Index(
            "uq_room_resource_view_day",
            "version_id",
            "day",
            "membership_id",
            "glass_id",
            unique=True,
            postgresql_where="act = 'view'",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_room_resource_view_resource", "resource_id"),
        Index("ix_room_resource_view_member", "membership_id", "last_at"),
        Index(
            "ix_room_resource_view_untold",
            "last_at",
            postgresql_where="act = 'view' AND (told_at IS NULL OR told_at < last_at)",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    act: Mapped[str]
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("room_resource.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("room_resource_version.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    glass_id: Mapped[int | None] = mapped_column(ForeignKey("room_glass.id"))
    day: Mapped[date]
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    seconds: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]


class RoomResourcePage(Base):
    """A page within a view: when its picture or text left the server, when it was opened, how long it was read."""

    __tablename__ = "room_resource_page"
    __table_args__ = (
        CheckConstraint("page > 0", name="page"),
        CheckConstraint("seconds >= 0", name="seconds"),
    )

    view_id: Mapped[int] = mapped_column(ForeignKey("room_resource_view.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(default=0)


class RoomReadingList(Base):
    """An ordered list of resources to read, made by a manager or an expert."""

    __tablename__ = "room_reading_list"
    __table_args__ = (Index("ix_room_reading_list_room", "room_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomReadingItem(Base):
    """A resource in a reading list."""

    __tablename__ = "room_reading_item"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("room_reading_list.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("room_resource.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]


class RoomReadingTick(Base):
    """A member has read a resource; it is ticked in every list that holds it."""

    __tablename__ = "room_reading_tick"

    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("room_resource.id", ondelete="CASCADE"), primary_key=True
    )
    ticked_at: Mapped[datetime] = mapped_column(server_default=func.now())
