"""How views get slides: through the room one is in; participants see no page before it was shown."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars import planning_links
from app.webinars.actions.notes import may_write
from app.webinars.actions.slides import may_turn
from app.webinars.loaders import entered
from app.webinars.places import Place
from app.webinars.queries.slides import Deck, material

AHEAD = 1
"""Pages that a participant's browser may fetch before they are shown."""
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Shelf:
    """A file of the session before somebody in the room."""

    place: Place
    deck: Deck


@dataclass(frozen=True, slots=True)
class Slide:
    """One page of slides before somebody who may see it now."""

    place: Place
    deck: Deck
    page: int


def turned(actor: Actor, webinar_id: str) -> Place:
    """A session in whose room the actor may turn pages."""
    place = entered(actor, webinar_id)
    if not may_turn(place):
        raise NotFound
    return place


def written(actor: Actor, webinar_id: str) -> Place:
    """A session in whose room the actor may write notes and captions."""
    place = entered(actor, webinar_id)
    if not may_write(place):
        raise NotFound
    return place


def slide(actor: Actor, webinar_id: str, deck_id: str, page: str) -> Slide:
    """A page: any for who may turn pages, else of what is on the stage, up to the next one."""
    place = entered(actor, webinar_id)
    found = material(place.webinar, deck_id)
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= _MOST_DIGITS else 0
    if found is None or not found.ready or not 1 <= number <= found.pages:
        raise NotFound
    if not may_turn(place) and number > _seen(place, found) + AHEAD:
        raise NotFound
    return Slide(place, found, number)


def handout(actor: Actor, webinar_id: str, material_id: str) -> Shelf:
    """A file that those in the room may take away now."""
    place = entered(actor, webinar_id)
    found = material(place.webinar, material_id)
    open_now = place.room is not None and place.room.handouts
    if found is None or not found.file.ready or not found.material.handout:
        raise NotFound
    if not planning_links.may_download(place, found.file) or not (open_now or may_turn(place)):
        raise NotFound
    return Shelf(place, found)


def _seen(place: Place, deck: Deck) -> int:
    """Return the furthest page of a deck that was shown; nothing of one that is not on the stage."""
    shown = place.room.shown if place.room is not None else {}
    return int(shown.get("furthest", 0)) if shown.get("deck") == deck.id else -AHEAD
