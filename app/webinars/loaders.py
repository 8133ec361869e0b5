"""The only ways a view gets a session: through what the actor may see, else NotFound."""

from __future__ import annotations

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars.places import Place, place


def seen(actor: Actor, webinar_id: str) -> Place:
    """A session that exists for the actor."""
    found = place(actor, webinar_id)
    if found is None:
        raise NotFound
    return found


def planned(actor: Actor, webinar_id: str) -> Place:
    """A session the actor plans."""
    found = seen(actor, webinar_id)
    if not found.plans:
        raise NotFound
    return found


def entered(actor: Actor, webinar_id: str) -> Place:
    """A session whose running room the actor is in."""
    found = seen(actor, webinar_id)
    if not found.inside:
        raise NotFound
    return found


def hosted(actor: Actor, webinar_id: str) -> Place:
    """A session whose running room the actor runs, from within."""
    found = entered(actor, webinar_id)
    if not found.hosts:
        raise NotFound
    return found
