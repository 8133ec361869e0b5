"""The only ways a view gets a session: through what the actor may see, else NotFound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars.actions.invitations import Invitation, invitation_by, open_to
from app.webinars.actions.series import runs
from app.webinars.models.planning import (
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from app.webinars.places import Place, place
from app.webinars.queries import planning as queries
from app.webinars.queries.planning import Material


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is named in a session that the actor plans."""

    place: Place
    row: WebinarRunner


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's standing before a session that the actor plans."""

    place: Place
    row: WebinarRegistration


@dataclass(frozen=True, slots=True)
class Offered:
    """A material of a session that the actor sees."""

    place: Place
    found: Material


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a session that the actor plans."""

    place: Place
    question: dict[str, Any]


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


def named(actor: Actor, webinar_id: str, runner_id: str) -> Named:
    """Somebody named in a session the actor plans."""
    found = planned(actor, webinar_id)
    row = queries.runner(found.webinar, runner_id)
    if row is None:
        raise NotFound
    return Named(found, row)


def standing(actor: Actor, webinar_id: str, registration_id: str) -> Standing:
    """Somebody's standing before a session the actor plans."""
    found = planned(actor, webinar_id)
    row = queries.registration(found.webinar, registration_id)
    if row is None:
        raise NotFound
    return Standing(found, row)


def offered(actor: Actor, webinar_id: str, material_id: str) -> Offered:
    """A material of a session that exists for the actor; slides that are no handout only for who runs it."""
    return _material(seen(actor, webinar_id), material_id)


def planned_material(actor: Actor, webinar_id: str, material_id: str) -> Offered:
    """A material of a session the actor plans."""
    return _material(planned(actor, webinar_id), material_id)


def asked(actor: Actor, webinar_id: str, question_key: str) -> Asked:
    """A question put on registering for a session the actor plans."""
    found = planned(actor, webinar_id)
    for question in found.webinar.questions:
        if question["key"] == question_key:
            return Asked(found, question)
    raise NotFound


def series(actor: Actor, series_id: str) -> WebinarSeries:
    """A series that exists for the actor."""
    found = queries.series(actor, series_id)
    if found is None:
        raise NotFound
    return found


def run_series(actor: Actor, series_id: str) -> WebinarSeries:
    """A series the actor looks after."""
    found = series(actor, series_id)
    if not runs(actor, found):
        raise NotFound
    return found


def invited(actor: Actor, token: str) -> Invitation | None:
    """The invitation of a link; None for one that cannot be used (any more): the page says so."""
    found = invitation_by(token)
    if found is None:
        raise NotFound
    return found if open_to(actor, found) else None


def _material(found: Place, material_id: str) -> Offered:
    one = queries.material(found.webinar, material_id)
    if one is None or not (one.row.handout or found.runner is not None or found.plans):
        raise NotFound
    return Offered(found, one)


def still_seen(before: Place) -> bool:
    """Whether a session exists for somebody still, after what they did."""
    return place(before.actor, before.webinar.public_id) is not None
