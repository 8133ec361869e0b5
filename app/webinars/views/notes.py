"""Shared notes and captions of the live room."""

from __future__ import annotations

from flask import Response, jsonify, make_response

from app.core.access import access, approved
from app.core.errors import NotFound
from app.core.forms import UNPROCESSABLE
from app.core.refusal import Refused
from app.webinars import loaders, slides_loaders
from app.webinars.actions import captions, notes
from app.webinars.places import Place
from app.webinars.queries import captions as queries
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import JsonAnswer, answered, client_id, refusing, sent

CHANGED = 409


@bp.get("/<webinar_id>/room/notes")
@access(approved, place=loaders.entered)
def notes_text(place: Place) -> Response:
    """The notes as they are now."""
    return jsonify(queries.notes_of(place.webinar.id))


@bp.post("/<webinar_id>/room/notes")
@access(approved, place=slides_loaders.written)
def notes_write(place: Place) -> JsonAnswer:
    """Replace the notes as they were at ``version`` by ``text``; 409 with what they are when that is past."""
    given = sent()
    version = given.get("version")
    try:
        kept = notes.write(place, given.get("text"), version if isinstance(version, int) else -1)
    except notes.Changed as changed:
        return jsonify({"detail": str(changed)} | changed.now), CHANGED
    except Refused as error:
        return jsonify(detail=str(error)), UNPROCESSABLE
    return answered(version=kept.version)


@bp.post("/<webinar_id>/room/captions")
@access(approved, place=slides_loaders.written)
@refusing
def captions_say(place: Place) -> Response:
    """Show ``text`` as a caption in ``language``."""
    given = sent()
    caption = captions.say(place, given.get("text"), given.get("language"), client_id())
    return answered(id=caption.public_id)


@bp.get("/<webinar_id>/captions/<language>.vtt")
@access(approved, plain=("language",), place=loaders.seen)
def captions_file(place: Place, language: str) -> Response:
    """The captions of a session in one language as WebVTT, for who was in its room or plans it."""
    found = queries.captions_of(place.webinar.id, language) if _may_read(place) else []
    if not found:
        raise NotFound
    answer = make_response(queries.vtt(found))
    answer.content_type = "text/vtt; charset=utf-8"
    return answer


def _may_read(place: Place) -> bool:
    return place.plans or (place.participant is not None and not place.barred)
