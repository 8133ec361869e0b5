"""The only ways a view gets a question to experts, or one of the room's questions-and-answers: what is not for the
actor is not there."""

from __future__ import annotations

from app.core.access import Actor
from app.irooms import loaders
from app.irooms.models.questions import PublishedAnswer
from app.irooms.queries import questions as queries
from app.irooms.queries.questions import Found
from app.irooms.questions_policy import asked, may_ask
from app.irooms.seats import Seat


def asking(actor: Actor, slug: str) -> Seat:
    """A room where the actor may put questions to the experts."""
    seat = loaders.written(actor, slug)
    if not may_ask(seat):
        raise loaders.nothing(seat)
    return seat


def seen(actor: Actor, slug: str, question_id: str) -> Found:
    """A question the actor may read."""
    seat = loaders.entered(actor, slug)
    found = queries.question(seat, question_id)
    if found is None:
        raise loaders.nothing(seat)
    return found


def own(actor: Actor, slug: str, question_id: str) -> Found:
    """A question of the actor's own, in a room where they may write."""
    found = seen(actor, slug, question_id)
    if not (found.seat.writes and asked(found.seat, found.question)):
        raise loaders.nothing(found.seat)
    return found


def handled(actor: Actor, slug: str, question_id: str) -> Found:
    """Somebody else's question, for an expert or manager who may write."""
    found = seen(actor, slug, question_id)
    if not (found.seat.writes and found.seat.answers) or asked(found.seat, found.question):
        raise loaders.nothing(found.seat)
    return found


def published(actor: Actor, slug: str, item_id: str) -> tuple[Seat, PublishedAnswer]:
    """One of the questions-and-answers of a room the actor is in."""
    seat = loaders.entered(actor, slug)
    item = queries.published_item(seat, item_id)
    if item is None:
        raise loaders.nothing(seat)
    return seat, item


def published_handled(actor: Actor, slug: str, item_id: str) -> tuple[Seat, PublishedAnswer]:
    """One of the questions-and-answers that the actor may take back: a manager's, or who published it."""
    seat, item = published(actor, slug, item_id)
    if not seat.writes or not (seat.manages or item.published_by == seat.member_id):
        raise loaders.nothing(seat)
    return seat, item
