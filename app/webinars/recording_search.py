"""Recordings in the index: title, chapters and captions, each found at its second; by those who may watch them now."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.search import actions as search
from app.search import rebuild, words
from app.search.actions import Document, Part
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import WebinarRecording
from app.webinars.queries.recording import captions, cues
from app.webinars.recording_policy import scope_of
from app.webinars.recording_register import address
from app.webinars.recording_timeline import clock_text, within
from app.webinars.recording_webvtt import Cue, shifted

KIND = "recording"
A_PART = 60.0
"""Seconds of captions that are found together."""


def refresh(recording: WebinarRecording) -> None:
    """Let a recording be found as it is now; one that is not published is not there."""
    if recording.published(clock.now()):
        search.index(*documents_of(recording))
    else:
        search.remove(KIND, recording.public_id)


def documents_of(recording: WebinarRecording) -> list[Document]:
    """Return what the index holds of a recording: a document in its own language, and one in each of its captions."""
    webinar = db.session.get_one(Webinar, recording.webinar_id)
    said = {
        one.language: shifted(cues(one), recording.cut_from, recording.length) for one in captions(recording)
    }
    own = recording.language or next(iter(webinar.languages), "")
    return [
        _document(recording, webinar, language, said.get(language, []))
        for language in dict.fromkeys([own, *said])
    ]


def documents() -> Iterator[Document]:
    """Yield all that recordings have in the index."""
    ids = db.session.scalars(
        select(WebinarRecording.id).where(WebinarRecording.published_at.is_not(None))
    ).all()
    for one in ids:
        recording = db.session.get_one(WebinarRecording, one)
        if recording.published(clock.now()):
            yield from documents_of(recording)


def provide() -> None:
    """Name the kind, and let the index be made again."""
    words.register(KIND, _l("Recordings"))
    rebuild.provide("recordings", documents)


def _document(recording: WebinarRecording, webinar: Webinar, language: str, said: list[Cue]) -> Document:
    chapters = [
        Part(f"?t={int(one['at'])}", str(one["title"]), heading=clock_text(float(one["at"])))
        for one in within(recording.chapters, recording.cut_from, recording.length)
    ]
    return Document(
        kind=KIND,
        key=recording.public_id,
        scope=scope_of(recording.id),
        language=language,
        title=recording.title,
        parts=[Part("", webinar.summary), *chapters, *_spoken(said, language)],
        url=address(recording),
        facets={"within": webinar.title} if webinar.title != recording.title else {},
        updated_at=recording.published_at,
    )


def _spoken(said: list[Cue], language: str) -> Iterator[Part]:
    """Yield captions a minute at a time; each leads to its first second."""
    kept: list[Cue] = []
    for cue in said:
        if kept and cue.begins - kept[0].begins >= A_PART:
            yield _minute(kept, language)
            kept = []
        kept.append(cue)
    if kept:
        yield _minute(kept, language)


def _minute(said: list[Cue], language: str) -> Part:
    at = int(said[0].begins)
    return Part(f"?t={at}&captions={language}", " ".join(one.text for one in said), heading=clock_text(at))
