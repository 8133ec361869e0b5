"""Recording in the live room: consent, the four buttons, and the pieces that a host's browser brings."""

from __future__ import annotations

import hashlib
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import IO

from flask import Response, jsonify, request
from werkzeug.exceptions import BadRequest, ClientDisconnected, LengthRequired, RequestEntityTooLarge

from app.core.access import access, approved
from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import unreadable
from app.core.refusal import Refused
from app.media.storage import scratch
from app.webinars import loaders, recording_loaders, snapshot
from app.webinars.actions import recording as actions
from app.webinars.places import Place
from app.webinars.recording_loaders import Delivery, Tape
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, done, refusing, short, whole

_PIECE = 1 << 16
_MOST_DIGITS = 10
Answer = Response | tuple[Response, int]


@bp.post("/<webinar_id>/room/recording/consent")
@access(approved, place=recording_loaders.asked)
def recording_consent(place: Place) -> Response:
    """Say whether one may be recorded."""
    agreed = asked().get("agreed")
    if not isinstance(agreed, bool):
        raise unreadable()
    actions.consent(place, agreed)
    return jsonify(agreed=agreed)


@bp.get("/<webinar_id>/room/recording")
@access(approved, place=loaders.entered)
def recording_now(place: Place) -> Response:
    """Whether the session is being recorded."""
    return jsonify(snapshot.part(place, "recording"))


@bp.post("/<webinar_id>/room/recording")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def recording_start(place: Place) -> Response:
    """Begin to record."""
    recording = actions.start(place)
    return jsonify(now=actions.told(recording))


@bp.post("/<webinar_id>/room/recording/<recording_id>/pause")
@access(approved, tape=recording_loaders.taped)
@refusing
def recording_pause(tape: Tape) -> Response:
    """Pause."""
    return done(actions.pause(tape.place, tape.recording), now=actions.told(tape.recording))


@bp.post("/<webinar_id>/room/recording/<recording_id>/resume")
@access(approved, tape=recording_loaders.taped)
@refusing
def recording_resume(tape: Tape) -> Response:
    """Go on."""
    return done(actions.resume(tape.place, tape.recording), now=actions.told(tape.recording))


@bp.post("/<webinar_id>/room/recording/<recording_id>/stop")
@access(approved, tape=recording_loaders.taped)
@refusing
def recording_stop(tape: Tape) -> Response:
    """Stop."""
    return done(actions.stop(tape.place, tape.recording), now=actions.told(tape.recording))


@bp.post("/<webinar_id>/room/recording/<recording_id>/takes")
@access(approved, tape=recording_loaders.taped)
@refusing
def recording_take(tape: Tape) -> Response:
    """Let this browser record from now on; ``id`` is its own word for it, so that a repeat is the same take."""
    take = actions.take_over(tape.place, tape.recording, short(asked(), "id"))
    return jsonify(take=take.number)


@bp.post("/<webinar_id>/room/recording/<recording_id>/end")
@access(approved, tape=recording_loaders.delivered)
@refusing
def recording_end(tape: Tape) -> Response:
    """Say how many pieces a take has in all."""
    body = asked()
    actions.complete(tape.recording, whole(body, "take", -1), whole(body, "pieces", -1))
    return jsonify(done=True)


@bp.post("/<webinar_id>/room/recording/<recording_id>/chunks/<index>")
@access(approved, delivery=recording_loaders.delivery)
def recording_chunk(delivery: Delivery) -> Answer:
    """Take a piece: its octets are the body, ``take``, ``at`` and ``for`` (milliseconds) are in the address.

    201 for a new one, 200 for one that is there already, 409 for another one there.
    """
    take, at_ms, for_ms = _number("take"), _number("at"), _number("for")
    if request.content_length is None:
        raise LengthRequired
    if request.content_length > actions.MAX_CHUNK:
        raise RequestEntityTooLarge
    recording = delivery.tape.recording
    rollback()  # nothing was written; a slow line must not hold a connection to the database
    with tempfile.NamedTemporaryFile(dir=scratch(), prefix="piece-") as piece:
        digest = _received(piece)
        try:
            if actions.known_already(recording, take, delivery.index, digest):
                return jsonify(index=delivery.index, new=False)
            new = actions.receive(recording, take, delivery.index, Path(piece.name), digest, at_ms, for_ms)
        except actions.AnotherPiece as no:
            return jsonify(detail=str(no)), HTTPStatus.CONFLICT
        except Refused as no:
            rollback()
            return jsonify(detail=str(no)), UNPROCESSABLE
    return jsonify(index=delivery.index, new=new), HTTPStatus.CREATED if new else HTTPStatus.OK


def _received(target: IO[bytes]) -> str:
    """Write the body to a file and return its digest. Raises BadRequest when it did not arrive in full."""
    digest, size = hashlib.sha256(), 0
    try:
        while octets := request.stream.read(_PIECE):
            size += target.write(octets)
            digest.update(octets)
    except (ClientDisconnected, ConnectionError, TimeoutError):
        raise BadRequest from None
    target.flush()
    if size != request.content_length:
        raise BadRequest
    return digest.hexdigest()


def _number(name: str) -> int:
    said = request.args.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) <= _MOST_DIGITS):
        raise BadRequest
    return int(said)
