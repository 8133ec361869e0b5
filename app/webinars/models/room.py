"""The live room: its present state, who takes part, and the journal of what everybody in it has to be told.

The journal is the one way by which news reach people. Whoever changes something writes an entry under the room's next
number in the same transaction; the gateways read new entries once and hand them on; whoever was away reads them anew
from the number they have seen. What changes many times a second (tallies, who is there) is no entry: the gateway asks
for it when it is told that it has changed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import JSON, Base
from app.core.ids import public_id
from app.webinars.models.planning import RunnerRole, one_of


class Step(StrEnum):
    """A step of the ladder: how much of the session somebody's line carries. All of them count as being there."""

    FULL = "full"
    LOW = "low"
    SOUND = "sound"
    TEXT = "text"


class ChatMode(StrEnum):
    """Whom participants may write to."""

    ALL = "all"
    HOSTS = "hosts"
    OFF = "off"


class WebinarRoom(Base):
    """What a live room is set to now; made when it is opened. ``number`` is that of the journal's last entry.

    Its row is locked by whoever writes an entry, so entries commit in their order. ``shown`` is what the stage shows:
    ``{"deck": id, "page": n, "pointer": [x, y] | None}``, ``{"poll": id}`` or ``{}``. ``generation`` counts openings.
    ``host_id`` is who hosts at present, of those who may; ``host_away_since`` says that this person's line is silent.
    ``hard_muted``: nobody but those who run the room can switch a microphone on.
    """

    __tablename__ = "webinar_room"
    __table_args__ = (one_of("chat", ChatMode),)

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    participants: Mapped[int] = mapped_column(default=0)
    locked: Mapped[bool] = mapped_column(default=False)
    lobby: Mapped[bool] = mapped_column(default=False)
    lobby_words: Mapped[str] = mapped_column(default="")
    chat: Mapped[str] = mapped_column(default=ChatMode.ALL)
    chat_held: Mapped[bool] = mapped_column(default=False)
    questions_held: Mapped[bool] = mapped_column(default=False)
    handouts: Mapped[bool] = mapped_column(default=False)
    microphones: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    generation: Mapped[int] = mapped_column(default=1)
    hard_muted: Mapped[bool] = mapped_column(default=False)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    host_away_since: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarParticipant(Base):
    """One person in one live room, however many devices: made at the first entry, the same row at every return.

    ``public_id`` names the person inside this room and nowhere else; ``number`` counts people of the room and makes the
    label where names are hidden. ``admitted_at`` None is in the lobby. ``muted`` is a hard mute: the person cannot
    unmute. ``floor_until`` is until when somebody who was given the floor has it; ``stage`` the place on the stage.
    ``microphone``, ``camera`` and ``screen`` are what the server last allowed and heard of.
    """

    __tablename__ = "webinar_participant"
    __table_args__ = (
        one_of("role", RunnerRole),
        one_of("step", Step),
        UniqueConstraint("webinar_id", "user_id"),
        UniqueConstraint("webinar_id", "number"),
        UniqueConstraint("webinar_id", "stage"),
        CheckConstraint("stage IS NULL OR stage BETWEEN 1 AND 25", name="stage"),
        Index("ix_webinar_participant_hand", "webinar_id", "hand_at", postgresql_where="hand_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    number: Mapped[int]
    role: Mapped[str] = mapped_column(default=RunnerRole.PARTICIPANT)
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    admitted_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    left_at: Mapped[datetime | None]
    step: Mapped[str] = mapped_column(default=Step.FULL)
    stage: Mapped[int | None]
    microphone: Mapped[bool] = mapped_column(default=False)
    camera: Mapped[bool] = mapped_column(default=False)
    screen: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[bool] = mapped_column(default=False)
    silenced: Mapped[bool] = mapped_column(default=False)
    hand_at: Mapped[datetime | None]
    floor_until: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    banned_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")
    breakout_id: Mapped[int | None] = mapped_column(BigInteger)
    person: Mapped[User] = relationship()


class WebinarEvent(Base):
    """An entry of the journal. ``audience`` says who may be told: ``all``, ``hosts``, ``p:<participant public id>``,
    ``b:<breakout public id>``. ``body`` holds no more than everybody of that audience may see."""

    __tablename__ = "webinar_event"
    __table_args__ = (Index("ix_webinar_event_at", "at"),)

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    audience: Mapped[str] = mapped_column(default="all")
    body: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarLog(Base):
    """What was done by whom to whom in a room, for those who run it; kept, and undone by a further entry only, which
    names it in ``undoes_id``."""

    __tablename__ = "webinar_log"
    __table_args__ = (Index("ix_webinar_log_webinar_id", "webinar_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    verb: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    detail: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_log.id"), unique=True)
