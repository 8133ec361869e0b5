"""How views of sound and picture get their objects."""

from __future__ import annotations

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.webinars.loaders import entered
from app.webinars.media.broadcast import signed_for
from app.webinars.models.media import WebinarMediaStream
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place


def stream(actor: Actor, webinar_id: str, stream_id: str) -> tuple[Place, WebinarMediaStream]:
    """A stream of a running room that the actor is in."""
    place = entered(actor, webinar_id)
    found = db.session.scalars(
        select(WebinarMediaStream).where(
            WebinarMediaStream.webinar_id == place.webinar.id, WebinarMediaStream.public_id == stream_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return place, found


def listened(_actor: Actor, token: str, stream_id: str) -> str:
    """A stream's id, for who an address was signed for and is in its room at this moment. One query."""
    participant_id = signed_for(token)
    found = participant_id and db.session.scalar(
        select(WebinarMediaStream.public_id)
        .join(WebinarParticipant, WebinarParticipant.webinar_id == WebinarMediaStream.webinar_id)
        .join(Webinar, Webinar.id == WebinarMediaStream.webinar_id)
        .where(
            WebinarMediaStream.public_id == stream_id,
            WebinarParticipant.public_id == participant_id,
            WebinarParticipant.admitted_at.is_not(None),
            WebinarParticipant.removed_at.is_(None),
            WebinarParticipant.banned_at.is_(None),
            Webinar.state.in_([State.OPEN, State.LIVE]),
        )
    )
    if not found:
        raise NotFound
    return found
