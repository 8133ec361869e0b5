"""Rooms and who is in them: policy, members, invitations, requests, terms, break glass, reveals, the room's log."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id


class Entry(StrEnum):
    """How somebody gets into a room."""

    INVITATION = "invitation"
    REQUEST = "request"
    GROUP = "group"


class IdentityMode(StrEnum):
    """What members see of each other; each hides more than the one before."""

    NAME = "name"
    ROLE_COUNTRY = "role_country"
    PSEUDONYM = "pseudonym"


class Download(StrEnum):
    """What members may take away."""

    ALLOWED = "allowed"
    STAMPED = "stamped"
    VIEW = "view"


class RoomRole(StrEnum):
    """What somebody is in a room."""

    MANAGER = "manager"
    EXPERT = "expert"
    MEMBER = "member"
    OBSERVER = "observer"


class Room(Base):
    """A topic room with its policy. ``public_id`` is its address; ``activity_key`` its activity in the register.

    ``group_id`` is the room's own group: whoever is in the room, has accepted its terms and has not left is in it.
    ``entry_group_id`` is the group whose members may come in when entry is by group. ``membership_days`` None is no
    end. ``mail_names`` says whether mails may carry the room's name and its texts.
    """

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("entry IN ('invitation', 'request', 'group')", name="entry"),
        CheckConstraint("identity IN ('name', 'role_country', 'pseudonym')", name="identity"),
        CheckConstraint("download IN ('allowed', 'stamped', 'view')", name="download"),
        CheckConstraint("membership_days IS NULL OR membership_days > 0", name="membership_days"),
        Index("ix_room_listed", "id", postgresql_where="listed AND closed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    activity_key: Mapped[UUID] = mapped_column(unique=True, default=uuid.uuid4)
    title: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), unique=True)
    listed: Mapped[bool] = mapped_column(default=False)
    entry: Mapped[str] = mapped_column(default=Entry.INVITATION)
    entry_group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    second_factor: Mapped[bool] = mapped_column(default=False)
    terms_version: Mapped[int] = mapped_column(default=0)
    membership_days: Mapped[int | None]
    identity: Mapped[str] = mapped_column(default=IdentityMode.NAME)
    download: Mapped[str] = mapped_column(default=Download.STAMPED)
    mail_names: Mapped[bool] = mapped_column(default=False)
    last_number: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class RoomMembership(Base):
    """A person in a room. One row a person and room for ever: who comes back is the same member again.

    ``public_id`` names the member inside the room and nowhere else. ``number`` counts members of the room and keeps
    faces apart; ``alias`` is a word and a number (``cedar-47``) for rooms of pseudonyms.
    ``covers`` is what an expert answers for: ``{"topics": […], "countries": […], "languages": […]}``.
    """

    __tablename__ = "room_membership"
    __table_args__ = (
        UniqueConstraint("room_id", "user_id"),
        UniqueConstraint("room_id", "number"),
        UniqueConstraint("room_id", "alias"),
        CheckConstraint("role IN ('manager', 'expert', 'member', 'observer')", name="role"),
        CheckConstraint("(left_at IS NULL) = (left_how = '')", name="left"),
        Index("ix_room_membership_user", "user_id", postgresql_where="left_at IS NULL"),
        Index(
            "ix_room_membership_ends", "ends_at", postgresql_where="left_at IS NULL AND ends_at IS NOT NULL"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(default=RoomRole.MEMBER)
    number: Mapped[int]
    alias: Mapped[str]
    covers: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    left_how: Mapped[str] = mapped_column(default="", server_default="")
    visited_at: Mapped[datetime | None]
    visited_before: Mapped[datetime | None]
    terms_accepted: Mapped[int] = mapped_column(default=0, server_default="0")


class RoomInvitation(Base):
    """An invitation to one address: a single-use link of which only the digest is kept."""

    __tablename__ = "room_invitation"
    __table_args__ = (
        CheckConstraint("role IN ('manager', 'expert', 'member', 'observer')", name="role"),
        Index(
            "uq_room_invitation_open",
            "room_id",
            "email",
            unique=True,
            postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    email: Mapped[str]
    role: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RoomRequest(Base):
    """Somebody asks to come in, with a reason; a manager decides."""

    __tablename__ = "room_request"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'declined', 'withdrawn')", name="state"),
        Index(
            "uq_room_request_open", "room_id", "user_id", unique=True, postgresql_where="state = 'waiting'"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    answer: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_at: Mapped[datetime | None]


class RoomTerms(Base):
    """One version of what members accept; texts stay as they were accepted."""

    __tablename__ = "room_terms"

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomAcceptance(Base):
    """A member accepted a version of the terms."""

    __tablename__ = "room_acceptance"

    membership_id: Mapped[int] = mapped_column(ForeignKey("room_membership.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoomGlass(Base):
    """A platform administrator broke the glass: reads the room's content for a while, for a reason members see."""

    __tablename__ = "room_glass"
    __table_args__ = (Index("ix_room_glass_user", "user_id", "ends_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime]


class RoomLog(Base):
    """What members can see of what happened in their room; it names members, never accounts.

    ``managers_only`` entries are for managers. ``detail`` holds what the sentence needs, never a name behind a
    pseudonym. The audit keeps the same acts for good.
    """

    __tablename__ = "room_log"
    __table_args__ = (Index("ix_room_log_room", "room_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    verb: Mapped[str]
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("room_membership.id"))
    detail: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    managers_only: Mapped[bool] = mapped_column(default=False)
