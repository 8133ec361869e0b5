"""Entries of a room's calendar, for who may have them; everything else is the room's 404."""

from __future__ import annotations

from app.core.access import Actor
from app.irooms import loaders
from app.irooms.models.discussion import RoomEvent
from app.irooms.queries import calendar as queries
from app.irooms.seats import Seat


def event(actor: Actor, slug: str, event_id: str) -> tuple[Seat, RoomEvent]:
    """An entry of a room whose content is open to the actor."""
    return _event(loaders.entered(actor, slug), event_id)


def planning(actor: Actor, slug: str) -> Seat:
    """An open room that the actor manages."""
    seat = loaders.managed(actor, slug)
    if not seat.writes:
        raise loaders.nothing(seat)
    return seat


def planned(actor: Actor, slug: str, event_id: str) -> tuple[Seat, RoomEvent]:
    """An entry of an open room that the actor manages, not cancelled."""
    seat, found = _event(planning(actor, slug), event_id)
    if found.cancelled_at is not None:
        raise loaders.nothing(seat)
    return seat, found


def _event(seat: Seat, event_id: str) -> tuple[Seat, RoomEvent]:
    found = queries.event(seat, event_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found
