"""Connects slides, notes and captions to the live room."""

from __future__ import annotations

from app.core.database import JSON
from app.webinars import snapshot, touching, words
from app.webinars.actions.notes import may_write
from app.webinars.places import Place
from app.webinars.queries import captions, slides
from app.webinars.slides_words import captions_words, notes_words, slides_words


def provide() -> None:
    """Register what they add to snapshots, words and touches."""
    snapshot.provide("slides", slides.part)
    snapshot.provide("notes", _notes)
    snapshot.provide("captions", _captions)
    words.provide("slides", slides_words)
    words.provide("notes", notes_words)
    words.provide("captions", captions_words)
    touching.provide("slides", slides.pointer)


def _notes(place: Place) -> JSON:
    return {"writes": may_write(place)} | captions.notes_of(place.webinar.id)


def _captions(place: Place) -> JSON:
    return {"writes": may_write(place), "said": captions.latest(place.webinar.id)}
