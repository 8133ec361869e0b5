"""Recordings as people watch them: the list, the player with chapters and transcript, downloads, where one was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved, current_actor
from app.core.i18n import best_language, page_language
from app.core.security import CONTENT_SECURITY_POLICY
from app.core.settings import settings
from app.webinars import recording_files as files
from app.webinars import recording_loaders
from app.webinars.actions import recording_playing as playing
from app.webinars.models.recording import Part, WebinarRecordingCaptions
from app.webinars.queries import recording as queries
from app.webinars.queries.recording import Given
from app.webinars.recording_policy import Viewing
from app.webinars.recording_timeline import clock_text, within
from app.webinars.recording_webvtt import Cue, shifted, write
from app.webinars.recording_words import PART_WORDS
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked

REPORTS_EVERY = 10
_SLOW = {"slow-2g", "2g", "3g"}
_KEPT = 3600
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Told:
    """The captions that a page shows as a transcript, and the languages there are."""

    language: str
    languages: list[str]
    cues: list[Cue]


bp.add_app_template_filter(clock_text, "clock_text")


@bp.get("/recordings")
@access(approved)
def recordings() -> str:
    """What one may watch."""
    found = queries.listing(current_actor(), request.args.get("after", ""))
    return render_template("webinars/recording/list.html", listing=found)


@bp.get("/recordings/<recording_id>")
@access(approved, viewing=recording_loaders.shown)
def recording(viewing: Viewing) -> Response:
    """The player."""
    parts = queries.given(viewing)
    told = _told(viewing)
    answer = make_response(
        render_template(
            "webinars/recording/player.html",
            viewing=viewing,
            recording=viewing.recording,
            parts=parts,
            shown=_first(parts),
            words=PART_WORDS,
            chapters=within(viewing.recording.chapters, viewing.recording.cut_from, viewing.recording.length),
            gaps=_gaps(viewing),
            told=told,
            remembered=_asked_place(viewing),
            every=REPORTS_EVERY,
        )
    )
    answer.headers["Content-Security-Policy"] = (
        f"{CONTENT_SECURITY_POLICY}; media-src 'self' {settings().content_url}"
    )
    return answer


@bp.get("/recordings/<recording_id>/play/<part>")
@access(approved, found=recording_loaders.played)
def recording_play(found: tuple[Viewing, Given]) -> BaseResponse:
    """Lead a player to a part; the link is made for this person and this sign-in."""
    return redirect(files.play_url(*found))


@bp.get("/recordings/<recording_id>/download/<part>")
@access(approved, found=recording_loaders.taken)
def recording_download(found: tuple[Viewing, Given]) -> BaseResponse:
    """Lead to a part to be taken away; it can be gone on with where a line broke."""
    return redirect(files.download_url(*found))


@bp.get("/recordings/<recording_id>/pictures/<number>")
@access(approved, octets=recording_loaders.picture)
def recording_picture(octets: bytes) -> Response:
    """A still."""
    answer = make_response(octets)
    answer.content_type = "image/jpeg"
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.get("/recordings/<recording_id>/captions/<language>")
@access(approved, found=recording_loaders.captioned)
def recording_captions(found: tuple[Viewing, WebinarRecordingCaptions]) -> Response:
    """Captions as a WebVTT file, on the clock of the edition."""
    viewing, captions = found
    answer = make_response(write(_cues(viewing, captions)))
    answer.content_type = "text/vtt; charset=utf-8"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if request.args.get("file"):
        name = f"captions-{captions.language}.vtt"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/recordings/<recording_id>/progress")
@access(approved, viewing=recording_loaders.shown)
def recording_progress(viewing: Viewing) -> Response:
    """Take a player's word: ``begin``, or ``played`` seconds since its last word and ``place`` where it is."""
    body = asked()
    if body.get("begin") is True:
        return jsonify(place=playing.begin(viewing))
    counted = playing.report(viewing, _seconds(body, "played"), _seconds(body, "place"))
    return jsonify(counted=counted)


def _seconds(body: dict[str, object], key: str) -> float:
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRequest(_("A number that was sent is out of range."))
    return float(value)


def _first(parts: Mapping[Part, Given]) -> Given | None:
    """Return what is played first: what was asked for, the small film on a weak line, else the film."""
    wanted = request.args.get("part", "")
    if wanted in set(Part) and Part(wanted) in parts:
        return parts[Part(wanted)]
    order = [Part.FILM, Part.SMALL, Part.SOUND]
    if request.headers.get("Save-Data", "").lower() == "on" or request.headers.get("ECT", "") in _SLOW:
        order = [Part.SMALL, Part.FILM, Part.SOUND]
    return next((parts[one] for one in order if one in parts), None)


def _told(viewing: Viewing) -> Told | None:
    known = {one.language: one for one in queries.captions(viewing.recording)}
    if not known:
        return None
    wanted = request.args.get("captions", "")
    own = viewing.recording.language if viewing.recording.language in known else next(iter(known))
    language = wanted if wanted in known else best_language(page_language(), list(known), own)
    return Told(language, list(known), _cues(viewing, known[language]))


def _cues(viewing: Viewing, captions: WebinarRecordingCaptions) -> list[Cue]:
    return shifted(queries.cues(captions), viewing.recording.cut_from, viewing.recording.length)


def _gaps(viewing: Viewing) -> list[tuple[float, float]]:
    """Return what is missing, on the clock of the edition."""
    cut, length = viewing.recording.cut_from, viewing.recording.length
    moved = ((begins - cut, ends - cut) for begins, ends in viewing.recording.gaps)
    return [(max(0.0, begins), min(ends, length)) for begins, ends in moved if ends >= 0 and begins <= length]


def _asked_place(viewing: Viewing) -> float:
    """Return the second at which the page begins: that of its address, else where this person was."""
    typed = request.args.get("t", "")
    if typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS:
        return min(float(typed), max(0.0, viewing.recording.length - 1))
    return playing.place_of(viewing)
