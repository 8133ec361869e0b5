"""Sound and picture of live rooms: what carries them, who has a seat there, streams that a browser sends in pieces."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id


class WebinarMediaRoom(Base):
    """A session's room at the media server. ``key`` is its name there and ``pin`` what opens it, both told with a grant
    only; the pin is another one after every removal, so that what somebody was told before opens nothing any more.

    ``recording`` is whether the server is to write what it carries; a job brings it to that as often as it takes.

    Its row is locked by whoever takes one of a few places: a seat of a small room, a place on the stage, the stream.
    """

    __tablename__ = "webinar_media_room"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    key: Mapped[str] = mapped_column(default=public_id)
    pin: Mapped[str] = mapped_column(default=lambda: secrets.token_urlsafe(16))
    opened_at: Mapped[datetime | None]
    recording: Mapped[bool] = mapped_column(default=False)


class WebinarMediaSeat(Base):
    """Somebody's present connection to sound and picture: one a person, the newest browser has it.

    ``public_id`` names it to everybody once it sends (at Janus it is the feed). ``token`` is what lets it send, None
    for who only receives. ``tracks`` is what it sends: ``[{"mid", "kind": "audio"|"video", "source": "microphone"|
    "camera"|"screen"}]``. ``renewed_at`` is when its browser last said that it is there.
    """

    __tablename__ = "webinar_media_seat"
    __table_args__ = (
        Index(
            "uq_webinar_media_seat_living", "participant_id", unique=True, postgresql_where="ended_at IS NULL"
        ),
        Index("ix_webinar_media_seat_living", "webinar_id", postgresql_where="ended_at IS NULL"),
        Index("ix_webinar_media_seat_participant_id", "participant_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    token: Mapped[str | None]
    tracks: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    renewed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class WebinarMediaStream(Base):
    """A stream that one browser sends in numbered pieces and that the encoder turns into small segments.

    Its files lie in a folder named by ``public_id``. ``sound`` False: the person is muted, the encoder leaves their
    sound out whatever arrives.
    """

    __tablename__ = "webinar_media_stream"
    __table_args__ = (
        Index(
            "uq_webinar_media_stream_running", "webinar_id", unique=True, postgresql_where="ended_at IS NULL"
        ),
        Index("ix_webinar_media_stream_participant_id", "participant_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    sound: Mapped[bool] = mapped_column(default=True)
    picture: Mapped[bool] = mapped_column(default=True)
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    heard_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
