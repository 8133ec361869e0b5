"""How views get recordings: what exists for the actor at this moment, else NotFound."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.webinars import recording_files as files
from app.webinars.loaders import hosted, seen
from app.webinars.models.recording import Part, WebinarRecording, WebinarRecordingCaptions
from app.webinars.places import Place
from app.webinars.queries.recording import Given, given, viewing
from app.webinars.recording_policy import Viewing

MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording of a session before somebody who may do something with it in the room."""

    place: Place
    recording: WebinarRecording


@dataclass(frozen=True, slots=True)
class Delivery:
    """A piece of a recording that somebody's browser brings."""

    tape: Tape
    index: int


def shown(actor: Actor, recording_id: str) -> Viewing:
    """A recording that the actor may watch, or plans."""
    found = viewing(actor, WebinarRecording.public_id == recording_id)
    if found is None or not (found.recording.watchable or found.plans):
        raise NotFound
    return found


def planned(actor: Actor, recording_id: str) -> Viewing:
    """A recording of a session that the actor plans."""
    found = shown(actor, recording_id)
    if not found.plans:
        raise NotFound
    return found


def played(actor: Actor, recording_id: str, part: str) -> tuple[Viewing, Given]:
    """A part of a recording that the actor may watch."""
    found = shown(actor, recording_id)
    offered = given(found) if part in set(Part) else {}
    if part not in offered:
        raise NotFound
    return found, offered[Part(part)]


def taken(actor: Actor, recording_id: str, part: str) -> tuple[Viewing, Given]:
    """A part of a recording that the actor may take away."""
    found, one = played(actor, recording_id, part)
    if not found.takes_away:
        raise NotFound
    return found, one


def picture(actor: Actor, recording_id: str, number: str) -> bytes:
    """A still of a recording that the actor may watch."""
    found = shown(actor, recording_id)
    octets = files.picture(found.recording, _whole(number))
    if octets is None:
        raise NotFound
    return octets


def captioned(actor: Actor, recording_id: str, language: str) -> tuple[Viewing, WebinarRecordingCaptions]:
    """Captions of a recording that the actor may watch."""
    found = shown(actor, recording_id)
    captions = db.session.get(WebinarRecordingCaptions, (found.recording.id, language))
    if captions is None:
        raise NotFound
    return found, captions


def recaptioned(actor: Actor, recording_id: str, language: str) -> tuple[Viewing, WebinarRecordingCaptions]:
    """Captions of a recording of a session that the actor plans."""
    found, captions = captioned(actor, recording_id, language)
    if not found.plans:
        raise NotFound
    return found, captions


# ------------------------------------------------------------------------------------------------ in the room


def asked(actor: Actor, webinar_id: str) -> Place:
    """A session at whose room the actor may say whether they may be recorded, before its media start."""
    found = seen(actor, webinar_id)
    if not found.webinar.running or found.participant is None or found.barred:
        raise NotFound
    return found


def taped(actor: Actor, webinar_id: str, recording_id: str) -> Tape:
    """A recording of the running room that the actor runs."""
    place = hosted(actor, webinar_id)
    return Tape(place, _of(place, recording_id))


def delivered(actor: Actor, webinar_id: str, recording_id: str) -> Tape:
    """A recording whose pieces the actor brings: they run the room or plan the session, or ran it when it was begun."""
    place = seen(actor, webinar_id)
    recording = _of(place, recording_id)
    if place.barred or not (place.hosts or place.plans or recording.started_by == actor.user_id):
        raise NotFound
    return Tape(place, recording)


def delivery(actor: Actor, webinar_id: str, recording_id: str, index: str) -> Delivery:
    """A piece by its index."""
    if not (index.isascii() and index.isdecimal() and len(index) <= MOST_DIGITS):
        raise NotFound
    return Delivery(delivered(actor, webinar_id, recording_id), int(index))


def _of(place: Place, recording_id: str) -> WebinarRecording:
    found = db.session.scalars(
        select(WebinarRecording).where(
            WebinarRecording.webinar_id == place.webinar.id, WebinarRecording.public_id == recording_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0
