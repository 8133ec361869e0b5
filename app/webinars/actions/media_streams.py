"""Streams of broadcasts: one at a time in a room, sent in numbered pieces by who is on the stage."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.core.database import after_commit, db
from app.core.refusal import require
from app.webinars import journal
from app.webinars.actions.people_stage import room_of
from app.webinars.media import adapter_of, streams
from app.webinars.media.rights import held_mute, may_send
from app.webinars.models.media import WebinarMediaStream
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.queries.media import told_stream

MOST_PIECES = 1_000_000


def begin(place: Place, *, picture: bool) -> tuple[WebinarMediaStream, int]:
    """Begin a stream in the place of the one that ran, and return it with the entry's number.

    Who is muted sends no sound, whatever arrives.

    Refused to who is not on the stage, and where somebody else sends, unless one runs the room.
    """
    webinar, me = place.webinar, place.me
    require(webinar.media == MediaKind.BROADCAST, _("This room has no broadcast."))
    require(adapter_of(webinar).available(), adapter_of(webinar).missing())
    room = room_of(webinar)
    db.session.refresh(me)
    require(may_send(me, room), _("Ask for the floor first: raise your hand."))
    before = running(webinar)
    require(
        before is None or before.participant_id == me.id or place.hosts,
        _("Somebody else is sending. Wait until they have finished."),
    )
    if before is not None:
        _end(before)
    stream = WebinarMediaStream(
        webinar_id=webinar.id, participant_id=me.id, sound=not held_mute(me, room), picture=picture,
        heard_at=clock.now(),
    )  # fmt: skip
    db.session.add(stream)
    db.session.flush()
    streams.begin(stream.public_id, sound=stream.sound, picture=picture)
    return stream, _tell(webinar, stream, me)


def put(stream: WebinarMediaStream, index: int, piece: bytes) -> streams.Put:
    """Keep a piece of one's own running stream. Refused when it cannot be one."""
    require(
        0 <= index < MOST_PIECES and 0 < len(piece) <= streams.MOST_PIECE, _("This is no piece of a stream.")
    )
    if (clock.now() - stream.heard_at).total_seconds() > 5:
        stream.heard_at = clock.now()
    return streams.put(stream.public_id, index, piece)


def end(place: Place, stream: WebinarMediaStream) -> None:
    """End a stream: one's own, or anybody's as who runs the room."""
    require(stream.participant_id == place.me.id or place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    if stream.ended_at is None:
        _end(stream)
        _tell(place.webinar, None, None)


def end_running(webinar: Webinar) -> None:
    """End the stream of a room, if one runs."""
    stream = running(webinar)
    if stream is not None:
        _end(stream)
        _tell(webinar, None, None)


def keep_to_rights(webinar: Webinar, one: WebinarParticipant, *, sends: bool, muted: bool) -> None:
    """End somebody's stream when they may not send any more, or when they are muted and it has sound.

    A browser that may go on begins another stream at once, without sound then.
    """
    if webinar.media != MediaKind.BROADCAST:
        return
    stream = running(webinar)
    if (
        stream is not None
        and stream.participant_id == one.id
        and not (sends and not (muted and stream.sound))
    ):
        end_running(webinar)


def running(webinar: Webinar) -> WebinarMediaStream | None:
    """Return the stream that a room has now."""
    return db.session.scalars(
        select(WebinarMediaStream).where(
            WebinarMediaStream.webinar_id == webinar.id, WebinarMediaStream.ended_at.is_(None)
        )
    ).one_or_none()


def _end(stream: WebinarMediaStream) -> None:
    stream.ended_at = clock.now()
    db.session.flush()
    after_commit(lambda: streams.end(stream.public_id))


def _tell(webinar: Webinar, stream: WebinarMediaStream | None, sender: WebinarParticipant | None) -> int:
    if stream is None or sender is None:
        return journal.tell(webinar, "media.stream", {"stream": None})
    return journal.tell(webinar, "media.stream", told_stream(webinar, stream, sender))
