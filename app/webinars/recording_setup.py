"""Recordings put in their places: scopes, links to files, index, jobs, the live room."""

from __future__ import annotations

from app.core import scopes
from app.media import links
from app.webinars import (
    recording_files,
    recording_janus,
    recording_jobs,
    recording_room,
    recording_search,
    snapshot,
    words,
)
from app.webinars.queries.recording import held_by

__all__ = ["provide", "recording_janus", "recording_jobs"]


def provide() -> None:
    """Register all of it."""
    scopes.provide("recordings", held_by, kinds=("recording",))
    links.provide(recording_files.PREFIX, recording_files.may_get)
    recording_search.provide()
    snapshot.provide_read("recording", recording_room.asked, recording_room.part)
    snapshot.provide_setting("recording", recording_room.setting)
    words.provide("recording", recording_room.recording_words)
