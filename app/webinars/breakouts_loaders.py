"""The only ways a view gets a breakout."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars import loaders
from app.webinars.models.talk import WebinarBreakout
from app.webinars.places import Place
from app.webinars.queries import breakouts


@dataclass(frozen=True, slots=True)
class Found:
    """A breakout that is held now, and the place of who asks for it."""

    place: Place
    room: WebinarBreakout


def held(actor: Actor, webinar_id: str, breakout_id: str) -> Found:
    """A breakout that is held now in the room the actor is in."""
    place = loaders.entered(actor, webinar_id)
    found = breakouts.running(place.webinar.id)
    room = found.room(breakout_id) if found is not None and found.open else None
    if room is None:
        raise NotFound
    return Found(place, room)
