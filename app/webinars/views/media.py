"""Sound and picture of the live room: grants, what one sends, signals between browsers, broadcasts."""

from __future__ import annotations

import json

from flask import Response, jsonify, request, send_file

from app.core.access import access, anyone, approved
from app.core.database import JSON
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.input import unreadable
from app.webinars import loaders, media_loaders
from app.webinars.actions import media as actions
from app.webinars.actions import media_streams
from app.webinars.actions.media import Sending
from app.webinars.media import streams
from app.webinars.media.streams import Put
from app.webinars.models.media import WebinarMediaStream
from app.webinars.places import Place
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, refusing, short

MOST_SIGNAL = 60_000  # characters; a description of four cameras has 15,000
SIGNALS = ("hello", "step", "description", "candidates", "streams")
ENDED = 409
_ANSWERS = {Put.KEPT: 200, Put.LATER: 503, Put.OVER: 410}


@bp.post("/<webinar_id>/room/media/grant")
@access(approved, place=loaders.entered)
@refusing
def media_grant(place: Place) -> Response:
    """Take the seat for sound and picture, or with ``seat`` get a new grant for it; ``again``: the last one failed."""
    given = asked()
    again = given.get("again") is True
    if given.get("seat"):
        return jsonify(actions.regrant(place, short(given, "seat"), again=again))
    return jsonify(actions.come(place, again=again))


@bp.post("/<webinar_id>/room/media/renew")
@access(approved, place=loaders.entered)
@refusing
def media_renew(place: Place) -> Response:
    """Say that the browser with ``seat`` is there."""
    actions.renew(place, short(asked(), "seat"))
    return jsonify(done=True)


@bp.post("/<webinar_id>/room/media/leave")
@access(approved, place=loaders.entered)
@refusing
def media_leave(place: Place) -> Response:
    """Give ``seat`` back."""
    actions.go(place, short(asked(), "seat"))
    return jsonify(done=True)


@bp.post("/<webinar_id>/room/media/state")
@access(approved, place=loaders.entered)
@refusing
def media_state(place: Place) -> Response:
    """Switch ``microphone``, ``camera``, ``screen`` of ``seat``; ``tracks`` names what is sent."""
    given = asked()
    tracks = given.get("tracks", [])
    if not isinstance(tracks, list) or not all(isinstance(one, dict) for one in tracks):
        raise unreadable()
    on = {kind: given.get(kind, False) is True for kind in ("microphone", "camera", "screen")}
    return jsonify(actions.show(place, short(given, "seat"), Sending(**on, tracks=tracks)))


@bp.post("/<webinar_id>/room/media/signal")
@access(approved, place=loaders.entered)
@refusing
def media_signal(place: Place) -> Response:
    """Hand a signal of ``seat`` on to the participant ``to``: one or more of ``SIGNALS``."""
    given = asked()
    body: JSON = {key: given[key] for key in SIGNALS if key in given}
    if not body or len(json.dumps(body)) > MOST_SIGNAL:
        raise unreadable()
    return jsonify(number=actions.signal(place, short(given, "seat"), short(given, "to"), body))


# --------------------------------------------------------------------------------------------------- broadcasts


@bp.post("/<webinar_id>/room/media/streams")
@access(approved, place=loaders.entered)
@idempotent
@refusing
def media_stream_begin(place: Place) -> Response:
    """Begin a stream; ``picture``: it has one."""
    stream, number = media_streams.begin(place, picture=asked().get("picture") is True)
    return jsonify(number=number, stream=stream.public_id, sound=stream.sound)


@bp.post("/<webinar_id>/room/media/streams/<stream_id>/<int:index>")
@access(approved, found=media_loaders.stream, plain=["index"])
@refusing
def media_stream_piece(found: tuple[Place, WebinarMediaStream], index: int) -> tuple[Response, int]:
    """Take a piece. 409: the room has ended the stream; 410: begin another; 503: come again, the encoder is behind."""
    place, stream = found
    piece = request.get_data(cache=False)
    if stream.ended_at is not None or stream.participant_id != place.me.id:
        return jsonify(put=Put.OVER), ENDED
    put = media_streams.put(stream, index, piece)
    return jsonify(put=put), _ANSWERS[put]


@bp.post("/<webinar_id>/room/media/streams/<stream_id>/end")
@access(approved, found=media_loaders.stream)
@refusing
def media_stream_end(found: tuple[Place, WebinarMediaStream]) -> Response:
    """End a stream."""
    media_streams.end(*found)
    return jsonify(done=True)


@bp.get("/streams/<token>/<stream_id>/<variant>/<name>")
@access(anyone, plain=["variant", "name"], stream_id=media_loaders.listened)
def media_segment(stream_id: str, variant: str, name: str) -> Response:
    """Give out a playlist or a segment, to the person whom the address was signed for, while they may be there."""
    path = streams.segment(stream_id, variant, name)
    if path is None:
        raise NotFound
    playlist = name.endswith(".m3u8")
    kind = "application/vnd.apple.mpegurl" if playlist else "video/mp4"
    answer = send_file(path, mimetype=kind, conditional=not playlist, etag=False, max_age=None)
    answer.headers["Cache-Control"] = "no-store" if playlist else "private, max-age=60"
    return answer
