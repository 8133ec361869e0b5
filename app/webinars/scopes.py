"""The scopes of webinars: ``webinar:<id>`` is held by whom the session exists for, ``webinar:<id>:hosts`` by who plans
it, ``webinar:<id>:registered`` by who is registered for it or runs it."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.access import Actor
from app.webinars.places import places


def webinar_scope(webinar_id: int) -> str:
    """Return the scope of what a session's page says."""
    return f"webinar:{webinar_id}"


def registered_scope(webinar_id: int) -> str:
    """Return the scope of what those who are registered get."""
    return f"webinar:{webinar_id}:registered"


def hosts_scope(webinar_id: int) -> str:
    """Return the scope of what those who plan a session see."""
    return f"webinar:{webinar_id}:hosts"


def held_by(actor: Actor) -> Iterator[str]:
    """Yield the scopes of webinars that ``actor`` holds now. One query."""
    for place in places(actor):
        yield webinar_scope(place.webinar.id)
        if place.registered or place.runner is not None or place.plans:
            yield registered_scope(place.webinar.id)
        if place.plans:
            yield hosts_scope(place.webinar.id)
