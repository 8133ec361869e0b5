"""How views of the live room get their objects: a session by where the actor stands at its room, a person in it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.webinars.loaders import entered, hosted, seen
from app.webinars.models.planning import State
from app.webinars.models.room import WebinarLog, WebinarParticipant
from app.webinars.places import Place
from app.webinars.policy import RUNS

LAST_WORDS = timedelta(minutes=2)  # after the end the journal can still be read to its end

MOST_DIGITS = 18  # of a row's number


def led(actor: Actor, webinar_id: str) -> Place:
    """A session whose room the actor may open: they host it, or plan it."""
    found = seen(actor, webinar_id)
    if not (found.plans or found.role in RUNS):
        raise NotFound
    return found


def met(actor: Actor, webinar_id: str) -> Place:
    """A session at whose running room the actor has come, and is inside or waits."""
    found = seen(actor, webinar_id)
    if not found.webinar.running or found.participant is None or found.barred:
        raise NotFound
    return found


def following(actor: Actor, webinar_id: str) -> Place:
    """A session whose room the actor is told about: they are inside, wait, or were there when it ended just now."""
    found = seen(actor, webinar_id)
    if not follows(found):
        raise NotFound
    return found


def follows(place: Place) -> bool:
    """Whether the person at ``place`` is told what happens in the room."""
    if place.participant is None or place.barred:
        return False
    webinar = place.webinar
    if webinar.running:
        return True
    closed_at = webinar.closed_at if webinar.state == State.ENDED else webinar.cancelled_at
    return closed_at is not None and clock.now() - closed_at < LAST_WORDS


def person(actor: Actor, webinar_id: str, participant_id: str) -> tuple[Place, WebinarParticipant]:
    """A person of a running room that the actor runs."""
    return _one_of(hosted(actor, webinar_id), participant_id)


def fellow(actor: Actor, webinar_id: str, participant_id: str) -> tuple[Place, WebinarParticipant]:
    """A person of a running room that the actor is in."""
    return _one_of(entered(actor, webinar_id), participant_id)


def logged(actor: Actor, webinar_id: str, entry_id: str) -> tuple[Place, WebinarLog]:
    """An entry of the log of a running room that the actor runs."""
    place = hosted(actor, webinar_id)
    number = (
        int(entry_id) if entry_id.isascii() and entry_id.isdecimal() and len(entry_id) <= MOST_DIGITS else 0
    )
    found = db.session.get(WebinarLog, number)
    if found is None or found.webinar_id != place.webinar.id:
        raise NotFound
    return place, found


def _one_of(place: Place, participant_id: str) -> tuple[Place, WebinarParticipant]:
    found = db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == place.webinar.id,
            WebinarParticipant.public_id == participant_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return place, found
