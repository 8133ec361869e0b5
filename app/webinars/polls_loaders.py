"""The only ways a view gets a poll."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars import loaders
from app.webinars.models.talk import WebinarPoll
from app.webinars.places import Place
from app.webinars.queries import polls


@dataclass(frozen=True, slots=True)
class Found:
    """A poll, and the place of who asks for it."""

    place: Place
    poll: WebinarPoll


def seen(actor: Actor, webinar_id: str, poll_id: str) -> Found:
    """A poll that was opened in the room the actor is in."""
    return _found(loaders.entered(actor, webinar_id), poll_id)


def hosted(actor: Actor, webinar_id: str, poll_id: str) -> Found:
    """A poll of the room that the actor runs."""
    return _found(loaders.hosted(actor, webinar_id), poll_id)


def planned(actor: Actor, webinar_id: str, poll_id: str) -> Found:
    """A poll of a session that the actor plans."""
    return _found(loaders.planned(actor, webinar_id), poll_id)


def _found(place: Place, poll_id: str) -> Found:
    poll = polls.poll(place, poll_id)
    if poll is None:
        raise NotFound
    return Found(place, poll)
