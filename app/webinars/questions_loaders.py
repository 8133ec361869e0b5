"""The only ways a view gets a question of a live room."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.core.errors import NotFound
from app.webinars import loaders
from app.webinars.actions.questions import answers
from app.webinars.places import Place
from app.webinars.queries import questions
from app.webinars.queries.questions import Asked


@dataclass(frozen=True, slots=True)
class Found:
    """A question, and the place of who asks for it."""

    place: Place
    asked: Asked


def seen(actor: Actor, webinar_id: str, question_id: str) -> Found:
    """A question that the actor may see in the room they are in."""
    return _found(loaders.entered(actor, webinar_id), question_id)


def answered(actor: Actor, webinar_id: str, question_id: str) -> Found:
    """A question that the actor may answer."""
    found = seen(actor, webinar_id, question_id)
    if not answers(found.place):
        raise NotFound
    return found


def hosted(actor: Actor, webinar_id: str, question_id: str) -> Found:
    """A question of the room that the actor runs."""
    return _found(loaders.hosted(actor, webinar_id), question_id)


def _found(place: Place, question_id: str) -> Found:
    asked = questions.question(place, question_id)
    if asked is None:
        raise NotFound
    return Found(place, asked)
