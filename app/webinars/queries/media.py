"""What is sent in a live room now, and how its client gets it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.core.database import JSON, db
from app.webinars import faces
from app.webinars.media import adapter_of
from app.webinars.models.media import WebinarMediaSeat, WebinarMediaStream
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.snapshot import Rows


def setting(place: Place) -> JSON:
    """Return what the client has to know from the beginning. No query."""
    webinar = place.webinar
    adapter = adapter_of(webinar)
    return {
        "kind": webinar.media,
        "steps": list(adapter.capacity.steps),
        "capacity": adapter.capacity.as_json(),
        "carries": adapter.carries(),
    }


def asked(place: Place) -> Select[Any] | None:
    """Return what the snapshot asks together with others: (person's id, seat, its tracks) of who sends something."""
    webinar = place.webinar
    if webinar.media == MediaKind.BROADCAST:
        return None
    return (
        select(
            WebinarParticipant.public_id, WebinarMediaSeat.public_id.label("seat"), WebinarMediaSeat.tracks
        )
        .join(WebinarMediaSeat, WebinarMediaSeat.participant_id == WebinarParticipant.id)
        .where(
            WebinarMediaSeat.webinar_id == webinar.id,
            WebinarMediaSeat.ended_at.is_(None),
            WebinarMediaSeat.tracks != [],
        )
    )


def part(place: Place, sending: Rows) -> JSON:
    """Return who sends under which names, the stream that runs, where the meeting is. One query at most."""
    webinar = place.webinar
    return {
        "tracks": [{"id": one, "seat": seat, "tracks": tracks} for one, seat, tracks in sending],
        "stream": _stream(webinar) if webinar.media == MediaKind.BROADCAST else None,
        "link": webinar.link if webinar.media == MediaKind.LINK else "",
    }


def _stream(webinar: Webinar) -> JSON | None:
    row = db.session.execute(
        select(WebinarMediaStream, WebinarParticipant)
        .join(WebinarParticipant, WebinarParticipant.id == WebinarMediaStream.participant_id)
        .where(WebinarMediaStream.webinar_id == webinar.id, WebinarMediaStream.ended_at.is_(None))
        .options(faces.with_names())
    ).one_or_none()
    if row is None:
        return None
    stream, sender = row
    return told_stream(webinar, stream, sender)


def told_stream(webinar: Webinar, stream: WebinarMediaStream, sender: WebinarParticipant) -> JSON:
    """Return what everybody is told of a stream. One query at most."""
    return {
        "stream": stream.public_id,
        "sound": stream.sound,
        "picture": stream.picture,
        "person": faces.face(webinar, sender),
    }
