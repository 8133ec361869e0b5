"""The only ways a view gets a message of a live room."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars import loaders
from app.webinars.places import Place
from app.webinars.queries import chat
from app.webinars.queries.chat import Said


@dataclass(frozen=True, slots=True)
class Found:
    """A message, and the place of who asks for it."""

    place: Place
    said: Said


def seen(actor: Actor, webinar_id: str, message_id: str) -> Found:
    """A message that the actor may see in the room they are in."""
    return _found(loaders.entered(actor, webinar_id), message_id)


def hosted(actor: Actor, webinar_id: str, message_id: str) -> Found:
    """A message of the room that the actor runs."""
    return _found(loaders.hosted(actor, webinar_id), message_id)


def _found(place: Place, message_id: str) -> Found:
    said = chat.message(place, message_id)
    if said is None:
        raise NotFound
    return Found(place, said)
