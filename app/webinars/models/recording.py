"""Recordings of sessions: what arrived of them, what was made of it, who may watch it, and who has.

A recording is a line of *takes*: one run of a recorder in one browser, one room of the media server, or one file. What
a take brought lies in pieces under generated names and is kept, so that a new *edition* can be cut from it. Times in a
recording are seconds of this uncut line; an edition shows the part between ``cut_from`` and ``cut_to``.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base
from app.core.ids import public_id
from app.webinars.models.planning import one_of


class RecordingState(StrEnum):
    """Where a recording stands. ``stopped`` waits for its last pieces, or for its file to be checked."""

    RECORDING = "recording"
    PAUSED = "paused"
    STOPPED = "stopped"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class Source(StrEnum):
    """Where a recording's octets come from."""

    BROWSER = "browser"
    JANUS = "janus"
    FILE = "file"


class Viewers(StrEnum):
    """To whom a recording is published."""

    SESSION = "session"
    REGISTERED = "registered"
    GROUP = "group"


class Part(StrEnum):
    """What is made of a recording: the film, the same for weak lines, the sound alone."""

    FILM = "film"
    SMALL = "small"
    SOUND = "sound"


def storage_key() -> str:
    """Return a random name for what is stored; it says nothing of the recording and is never shown."""
    return secrets.token_hex(16)


class WebinarRecording(Base):
    """One recording of a session. ``edition`` counts what was asked for, ``made`` is the one that is there (0: none).

    ``done`` of ``pieces`` pieces of work on the edition in making are done; ``work`` is what they found out.
    ``problem`` is a word of ``recording_words``. ``chapters`` is a list of ``{"at": seconds, "title": str}``,
    ``chaptered`` says that a person has written them. ``gaps`` is a list of ``[from, to]`` that did not arrive.
    ``seconds`` is the length of the uncut line, None before it was measured.
    """

    __tablename__ = "webinar_recording"
    __table_args__ = (
        one_of("state", RecordingState),
        one_of("source", Source),
        one_of("viewers", Viewers),
        UniqueConstraint("webinar_id", "number"),
        CheckConstraint("cut_from >= 0 AND (cut_to IS NULL OR cut_to > cut_from)", name="cut"),
        CheckConstraint("made <= edition", name="edition"),
        CheckConstraint("viewers <> 'group' OR group_id IS NOT NULL", name="group"),
        Index(
            "uq_webinar_recording_running", "webinar_id", unique=True,
            postgresql_where="state IN ('recording', 'paused')",
        ),
        Index("ix_webinar_recording_unmade", "id", postgresql_where="state IN ('stopped', 'making')"),
        Index("ix_webinar_recording_expires_at", "expires_at", postgresql_where="published_at IS NOT NULL"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    key: Mapped[str] = mapped_column(unique=True, default=storage_key)
    activity_key: Mapped[UUID] = mapped_column(unique=True, default=uuid.uuid4)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    state: Mapped[str]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    original_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id"))
    edition: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[int] = mapped_column(default=0)
    work: Mapped[JSON] = mapped_column(server_default="{}", default=dict)
    problem: Mapped[str] = mapped_column(default="")
    seconds: Mapped[float | None] = mapped_column(Float)
    gaps: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    cut_from: Mapped[float] = mapped_column(Float, default=0.0)
    cut_to: Mapped[float | None] = mapped_column(Float)
    pictures: Mapped[int] = mapped_column(default=0)
    chapters: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    chaptered: Mapped[bool] = mapped_column(default=False)
    viewers: Mapped[str] = mapped_column(default=Viewers.SESSION)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    downloads: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def running(self) -> bool:
        """Whether it is being recorded, or paused."""
        return self.state in {RecordingState.RECORDING, RecordingState.PAUSED}

    @property
    def watchable(self) -> bool:
        """Whether an edition is there."""
        return self.made > 0

    @property
    def length(self) -> float:
        """Seconds of the edition that is there."""
        whole = self.seconds or 0.0
        return max(0.0, min(self.cut_to or whole, whole) - self.cut_from)

    def published(self, now: datetime) -> bool:
        """Whether it is published at an instant."""
        within = self.expires_at is None or self.expires_at > now
        return self.watchable and self.published_at is not None and within


class WebinarRecordingTake(Base):
    """One run of a recorder. ``spans`` are the times it really recorded, as [begin, end or null] in ISO 8601.

    ``pieces`` is how many there are in all, None until the recorder has said so. ``seconds`` is its length as measured.
    ``participant_id`` is whose browser records.
    """

    __tablename__ = "webinar_recording_take"

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_recording.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(default="")
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    begun_at: Mapped[datetime]
    spans: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    pieces: Mapped[int | None]
    seconds: Mapped[float | None] = mapped_column(Float)


class WebinarRecordingChunk(Base):
    """A piece of a take, by its index; ``at_ms`` and ``for_ms`` are the recorder's own word on its time in the take."""

    __tablename__ = "webinar_recording_chunk"
    __table_args__ = (
        CheckConstraint("size > 0 AND index >= 0 AND at_ms >= 0 AND for_ms >= 0", name="numbers"),
    )

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_recording.id", ondelete="CASCADE"), primary_key=True
    )
    take: Mapped[int] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    for_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    arrived_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarRecordingFile(Base):
    """A part of an edition: the file that is played and given out. Its scope is ``recording:<id>``."""

    __tablename__ = "webinar_recording_file"
    __table_args__ = (one_of("part", Part),)

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_recording.id", ondelete="CASCADE"), primary_key=True
    )
    edition: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id"), unique=True)
    width: Mapped[int | None]
    height: Mapped[int | None]


class WebinarRecordingCaptions(Base):
    """Captions of a recording in one language: a list of ``[from, to, text]``. ``typed``: taken from the room."""

    __tablename__ = "webinar_recording_captions"

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_recording.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    cues: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    typed: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarConsent(Base):
    """What somebody answered when asked whether they may be recorded; a change of mind is a further row."""

    __tablename__ = "webinar_consent"
    __table_args__ = (Index("ix_webinar_consent_person", "webinar_id", "user_id", "version", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    version: Mapped[int]
    agreed: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarRecordingPlay(Base):
    """What one person played of a recording on one UTC day: ``seconds`` that the server believes, ``place`` where they
    were last (of the uncut line). ``fetched_at`` is when their player got the file, ``counted_at`` when it became a
    use.
    """

    __tablename__ = "webinar_recording_play"
    __table_args__ = (
        CheckConstraint("seconds >= 0 AND place >= 0", name="seconds"),
        Index("ix_webinar_recording_play_user_id", "user_id"),
    )

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_recording.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    place: Mapped[float] = mapped_column(Float, default=0.0)
    reported_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
