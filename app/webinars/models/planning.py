"""Series and sessions as they are planned: what, when, for whom, by whom, and who has registered."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import JSON, Base
from app.core.ids import public_id


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that ``column`` holds one of ``words``."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class State(StrEnum):
    """Where a session stands. A draft is seen by those who run it only; an ended one is closed to entry."""

    DRAFT = "draft"
    PLANNED = "planned"
    OPEN = "open"  # the room can be entered; not begun
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Audience(StrEnum):
    """For whom a session is."""

    VETTED = "vetted"
    GROUP = "group"
    COUNTRY = "country"
    INVITATION = "invitation"


class Roster(StrEnum):
    """What participants see of each other; each hides more than the one before."""

    ALL = "all"
    HOSTS = "hosts"
    PSEUDONYM = "pseudonym"


class MediaKind(StrEnum):
    """What carries sound and picture."""

    NULL = "null"
    P2P = "p2p"
    BROADCAST = "broadcast"
    JANUS = "janus"
    LINK = "link"


class RunnerRole(StrEnum):
    """What somebody is in a session's room. Everybody but a participant is named when the session is planned, or
    promoted in it."""

    HOST = "host"
    COHOST = "cohost"
    SPEAKER = "speaker"
    NOTETAKER = "notetaker"
    PARTICIPANT = "participant"


class RegistrationState(StrEnum):
    """Where somebody stands before a session."""

    INVITED = "invited"
    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class WebinarSeries(Base):
    """Sessions that belong together; an activity of its own in the register."""

    __tablename__ = "webinar_series"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    activity_key: Mapped[UUID] = mapped_column(unique=True, default=uuid.uuid4)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class Webinar(Base):
    """One session. ``public_id`` is its address, ``activity_key`` its activity in the register.

    ``starts_at`` and ``ends_at`` are what was scheduled; ``begun_at`` and ``closed_at`` what happened. ``zone`` is the
    IANA zone it is held in. ``sequence`` grows with each change that calendars must follow, made at ``changed_at``.
    ``group_id`` is the group it is for when the audience is one; a room's own group makes it a session of the room.
    ``cancelled_why`` is what people are told. A template is a draft that is never held; a listed one is there for all
    who plan. ``agenda`` is a list of ``{"minute": int, "title": str}``; ``questions`` of ``{"key", "label", "kind",
    "options", "required"}``; ``reminders`` of minutes before the start. ``percent`` of the scheduled minutes and
    ``answers_needed`` check questions make an attendance; ``rule_version`` counts their changes.
    """

    __tablename__ = "webinar"
    __table_args__ = (
        one_of("state", State),
        one_of("audience", Audience),
        one_of("roster", Roster),
        one_of("media", MediaKind),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("percent BETWEEN 0 AND 100 AND answers_needed >= 0", name="rule"),
        CheckConstraint("audience <> 'group' OR group_id IS NOT NULL", name="group"),
        Index("ix_webinar_starts_at", "starts_at"),
        Index("ix_webinar_group_id", "group_id", postgresql_where="group_id IS NOT NULL"),
        Index("ix_webinar_running", "id", postgresql_where="state IN ('open', 'live')"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    activity_key: Mapped[UUID] = mapped_column(unique=True, default=uuid.uuid4)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_series.id"), index=True)
    kind: Mapped[str] = mapped_column(default="webinar")
    channel: Mapped[str] = mapped_column(default="platform")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    zone: Mapped[str] = mapped_column(default="UTC")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.DRAFT)
    is_template: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    audience: Mapped[str] = mapped_column(default=Audience.VETTED)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    countries: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    listed: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]
    questions: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    agenda: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    reminders: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    media: Mapped[str] = mapped_column(default=MediaKind.NULL)
    roster: Mapped[str] = mapped_column(default=Roster.ALL)
    anonymous_questions: Mapped[bool] = mapped_column(default=True)
    keep_chat: Mapped[bool] = mapped_column(default=True)
    lobby: Mapped[bool] = mapped_column(default=False)
    recorded: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=True)
    feedback: Mapped[bool] = mapped_column(default=True)
    percent: Mapped[int] = mapped_column(default=70)
    answers_needed: Mapped[int] = mapped_column(default=0)
    rule_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    series: Mapped[WebinarSeries | None] = relationship()

    @property
    def settled(self) -> bool:
        """Whether nothing will happen in it any more."""
        return self.state in {State.ENDED, State.CANCELLED}

    @property
    def running(self) -> bool:
        """Whether its room can be entered."""
        return self.state in {State.OPEN, State.LIVE}

    @property
    def minutes(self) -> int:
        """Scheduled minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


class WebinarRunner(Base):
    """Who runs or speaks at a session, as planned: shown with a short biography, and in that role in the room.

    ``user_id`` None is a guest who is shown only. ``mailed_sequence`` and ``calendar_changes`` as with registrations.
    """

    __tablename__ = "webinar_runner"
    __table_args__ = (
        one_of("role", RunnerRole),
        UniqueConstraint("webinar_id", "user_id"),
        Index("ix_webinar_runner_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default=RunnerRole.SPEAKER)
    biography: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    shown: Mapped[bool] = mapped_column(default=True)
    mailed_sequence: Mapped[int] = mapped_column(default=-1, server_default="-1")
    calendar_changes: Mapped[int] = mapped_column(default=0, server_default="0")


class WebinarMaterial(Base):
    """Something to read before or after: a file of ours, or a link. ``slides`` marks what the room can show."""

    __tablename__ = "webinar_material"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) <> (link = '')", name="one"),
        Index("ix_webinar_material_webinar_id", "webinar_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id", ondelete="CASCADE"))
    title: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id"))
    link: Mapped[str] = mapped_column(default="")
    slides: Mapped[bool] = mapped_column(default=False)
    handout: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class WebinarRegistration(Base):
    """Somebody before a session: invited, registered, waiting for a place, or no more.

    ``number`` counts those who wait in their order. ``mailed_sequence`` is the version of the session that the person's
    calendar was last sent (-1: none); ``calendar_changes`` counts what it was sent beside: the place taken back, the
    place taken again. ``digest`` is that of the link in an invitation to an address without account.
    """

    __tablename__ = "webinar_registration"
    __table_args__ = (
        one_of("state", RegistrationState),
        CheckConstraint("(user_id IS NULL) <> (email = '')", name="who"),
        Index(
            "uq_webinar_registration_user", "webinar_id", "user_id", unique=True,
            postgresql_where="user_id IS NOT NULL",
        ),
        Index(
            "uq_webinar_registration_email", "webinar_id", "email", unique=True, postgresql_where="email <> ''"
        ),
        Index("ix_webinar_registration_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    email: Mapped[str] = mapped_column(default="")
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str] = mapped_column(default=RegistrationState.REGISTERED)
    answers: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    number: Mapped[int | None]
    mailed_sequence: Mapped[int] = mapped_column(default=-1, server_default="-1")
    calendar_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarUnreminded(Base):
    """Somebody who wants no reminders of sessions by mail."""

    __tablename__ = "webinar_unreminded"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarMailing(Base):
    """A mail that went to somebody about a session, so that none goes twice (``day``, ``thanks``, …)."""

    __tablename__ = "webinar_mailing"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())
