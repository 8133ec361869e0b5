"""Connects slides, notes and captions to the live room."""

from __future__ import annotations

from app.core.database import JSON
from app.webinars import snapshot, touching, words
from app.webinars.actions.notes import may_write
from app.webinars.places import Place
from app.webinars.queries import captions, slides
from app.webinars.slides_words import captions_words, notes_words, slides_words
from app.webinars.snapshot import Rows


def provide() -> None:
    """Register what they add to snapshots, words and touches."""
    snapshot.provide("slides", slides.part)
    snapshot.provide_read("notes", lambda place: captions.notes(place.webinar.id), _notes)
    snapshot.provide_read("captions", lambda place: captions.latest(place.webinar.id), _captions)
    words.provide("slides", slides_words)
    words.provide("notes", notes_words)
    words.provide("captions", captions_words)
    touching.provide("slides", slides.pointer)


def _notes(place: Place, rows: Rows) -> JSON:
    return {"writes": may_write(place)} | captions.notes_body(rows)


def _captions(place: Place, rows: Rows) -> JSON:
    return {"writes": may_write(place), "said": [captions.body(*row) for row in reversed(rows)]}
