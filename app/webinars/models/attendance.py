"""Who was there, as it was seen and as it was stated. Both only grow: the database refuses to change them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id
from app.webinars.models.planning import one_of
from app.webinars.models.room import Step

_new_id = public_id  # inside a class the name is its column


class WebinarPresence(Base):
    """A counted beat of a connection, and the time that it counts: from when to when by the server's clock.

    ``connection`` is one page of one device, named by its client; ``number`` counts its beats. A beat that counts
    several times (of a cut, what the server was down) has a row for each ``piece``; one that counts none, such as the
    first of a connection, begins where it ends. A beat that is sent again finds its row.
    """

    __tablename__ = "webinar_presence"
    __table_args__ = (
        one_of("step", Step),
        UniqueConstraint("participant_id", "connection", "number", "piece"),
        CheckConstraint("from_at <= to_at", name="span"),
        CheckConstraint("to_at <= arrived_at", name="arrived"),
        Index("ix_webinar_presence_webinar_id", "webinar_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    connection: Mapped[str]
    number: Mapped[int]
    piece: Mapped[int] = mapped_column(default=0)
    step: Mapped[str]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    arrived_at: Mapped[datetime]


class EntryKind(StrEnum):
    """What an entry states."""

    LIST = "list"  # was there in person, by the organiser's list
    CODE = "code"  # was there, by the code shown in the room
    COMPANION = "companion"  # sits with a participant, before the same screen
    CORRECTION = "correction"  # of somebody's minutes, or of whether they attended
    WITHDRAWN = "withdrawn"  # takes back the entry that it is about


class AttendanceEntry(Base):
    """What somebody stated about a person's attendance, beside what the room saw.

    About an account (``user_id``), or a ``name`` only; a correction or withdrawal of a named person's entry is
    ``about_id`` that one. ``minutes`` None is all of the session; ``decision`` ``yes`` or ``no`` stands above the rule.
    A companion has the presence of ``participant_id``. Only ``name`` may ever be changed: to forget it.
    """

    __tablename__ = "webinar_attendance_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        CheckConstraint("decision IN ('', 'yes', 'no')", name="decision"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes"),
        CheckConstraint("kind <> 'companion' OR participant_id IS NOT NULL", name="beside"),
        CheckConstraint("kind <> 'withdrawn' OR about_id IS NOT NULL", name="about"),
        CheckConstraint("kind NOT IN ('correction', 'withdrawn') OR reason <> ''", name="reason"),
        Index("ix_webinar_attendance_entry_webinar_id", "webinar_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=_new_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    kind: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_attendance_entry.id"))
    minutes: Mapped[int | None]
    decision: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
