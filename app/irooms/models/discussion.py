"""Discussion, announcements and the calendar of a room: topics, posts, their versions, drafts, who read how far.

Authors are memberships, never accounts. Numbers are given under the lock of the topic's row, so they follow the order
of the commits: ``number`` counts the posts of a topic, ``change`` counts everything that happened to them (a post, an
edit, a deletion, a move), so a page that has seen change N asks for what came after N and misses nothing.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, desc, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id


class TopicKind(StrEnum):
    """What a topic is: members' talk, or what the managers tell everybody."""

    DISCUSSION = "discussion"
    ANNOUNCEMENT = "announcement"


class Follow(StrEnum):
    """What a member wants to hear of a room's discussion: every topic, those they take part in, mentions only."""

    ALL = "all"
    MINE = "mine"
    NONE = "none"


class RoomTopic(Base):
    """A topic of discussion, or an announcement.

    ``last_number`` and ``last_change`` are the last ones given; ``standing`` is how many posts are neither deleted nor
    moved away. A topic whose posts were all moved leads on by ``moved_to_id``; one whose posts were all deleted has no
    title any more.
    """

    __tablename__ = "room_topic"
    __table_args__ = (
        CheckConstraint("kind IN ('discussion', 'announcement')", name="kind"),
        Index("ix_room_topic_room", "room_id", desc("last_post_at"), "id"),
        Index(
            "ix_room_topic_announcement",
            "room_id",
            desc("created_at"),
            postgresql_where="kind = 'announcement'",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[str] = mapped_column(default=TopicKind.DISCUSSION)
    title: Mapped[str]
    language: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_number: Mapped[int] = mapped_column(default=0)
    last_change: Mapped[int] = mapped_column(default=0)
    standing: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(server_default=func.now())
    pinned_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("room_post.id", use_alter=True))
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("room_topic.id"))


class RoomPost(Base):
    """A post, or the trace of one: deleted (``deleted_at``, no text) or moved away (``moved_to_id``, the post itself).

    ``text`` is Markdown in which a mention is ``@{public id of the member}``; ``mentions`` are membership numbers,
    ``attachments`` numbers of the room's resources. ``client_id`` is made by who posts: the same one is the same post.
    """

    __tablename__ = "room_post"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "client_id"),
        CheckConstraint("deleted_at IS NULL OR (text = '' AND quote_text = '')", name="deleted"),
        CheckConstraint("moved_to_id IS NULL OR (text = '' AND client_id IS NULL)", name="moved"),
        Index("ix_room_post_change", "topic_id", "change"),
        Index("ix_room_post_quote", "quote_of_id", postgresql_where="quote_of_id IS NOT NULL"),
        Index("ix_room_post_moved", "moved_to_id", postgresql_where="moved_to_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    topic_id: Mapped[int] = mapped_column(ForeignKey("room_topic.id"))
    number: Mapped[int]
    change: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    client_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    quote_of_id: Mapped[int | None] = mapped_column(ForeignKey("room_post.id"))
    quote_text: Mapped[str] = mapped_column(default="", server_default="")
    mentions: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    attachments: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    posted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    edits: Mapped[int] = mapped_column(default=0, server_default="0")
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    deletion_reason: Mapped[str] = mapped_column(default="", server_default="")
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("room_post.id"))

    @property
    def stands(self) -> bool:
        """Whether this is a post to be read, not the trace of one."""
        return self.deleted_at is None and self.moved_to_id is None


class RoomPostVersion(Base):
    """An earlier text of an edited post. ``version`` counts from 0; it goes when the post is deleted."""

    __tablename__ = "room_post_version"

    post_id: Mapped[int] = mapped_column(ForeignKey("room_post.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    language: Mapped[str]
    mentions: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    written_at: Mapped[datetime]


class RoomTopicReader(Base):
    """How far a member has read a topic (the last number), and whether they follow it: None is as the room's choice."""

    __tablename__ = "room_topic_reader"
    __table_args__ = (Index("ix_room_topic_reader_member", "membership_id"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("room_topic.id"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    read_to: Mapped[int] = mapped_column(default=0, server_default="0")
    follows: Mapped[bool | None]


class RoomFollowing(Base):
    """A member's choice for all topics of a room; without a row it is ``mine``."""

    __tablename__ = "room_following"
    __table_args__ = (CheckConstraint("level IN ('all', 'mine', 'none')", name="level"),)

    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    level: Mapped[str]


class RoomPostDraft(Base):
    """What a member has typed and not posted yet, one a place: a topic's public id, or ``new``."""

    __tablename__ = "room_post_draft"

    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(default=uuid.uuid4)
    title: Mapped[str] = mapped_column(default="", server_default="")
    text: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="", server_default="")
    quote_of_id: Mapped[int | None] = mapped_column(ForeignKey("room_post.id"), index=True)
    quote_text: Mapped[str] = mapped_column(default="", server_default="")
    mentions: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    attachments: Mapped[list[int]] = mapped_column(JSONB, server_default="[]", default=list)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomEvent(Base):
    """An entry of a room's calendar. ``zone`` is where it takes place; ``sequence`` grows with every change."""

    __tablename__ = "room_event"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends"),
        Index("ix_room_event_room", "room_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]
    place: Mapped[str] = mapped_column(default="", server_default="")
    link: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime | None]
