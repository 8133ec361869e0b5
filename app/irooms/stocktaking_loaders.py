"""The only ways a view gets a stocktaking or something in it: what is not for the actor is not there."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Actor
from app.irooms import loaders
from app.irooms.models.stocktaking import StocktakingRevision, StocktakingSummary
from app.irooms.queries.stocktaking import comparing, reading
from app.irooms.queries.stocktaking.comparing import Respondent
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.seats import Seat
from app.irooms.stocktaking.questionnaire import Question, Section
from app.irooms.stocktaking_policy import has_response, may_read_answers


@dataclass(frozen=True, slots=True)
class Piece:
    """A section of a questionnaire, or a question in it."""

    place: Place
    section: Section
    question: Question | None = None


def writing(actor: Actor, slug: str) -> Seat:
    """A room the actor manages and may write in."""
    seat = loaders.managed(actor, slug)
    if not seat.writes:
        raise loaders.nothing(seat)
    return seat


def seen(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """A stocktaking the actor may see."""
    seat = loaders.entered(actor, slug)
    found = reading.place(seat, stocktaking_id)
    if found is None:
        raise loaders.nothing(seat)
    return found


def managed(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """A stocktaking of a room the actor manages."""
    found = seen(actor, slug, stocktaking_id)
    if not found.seat.manages:
        raise loaders.nothing(found.seat)
    return found


def built(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """A stocktaking that the actor may change."""
    found = managed(actor, slug, stocktaking_id)
    if not found.seat.writes:
        raise loaders.nothing(found.seat)
    return found


def compared(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """A stocktaking whose answers the actor may read."""
    found = seen(actor, slug, stocktaking_id)
    if not may_read_answers(found.seat, found.row):
        raise loaders.nothing(found.seat)
    return found


def own(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """A stocktaking to which the actor has a response of their own, or of their country, or could have one."""
    found = seen(actor, slug, stocktaking_id)
    if not has_response(found.seat, found.row):
        raise loaders.nothing(found.seat)
    return found


def writable(actor: Actor, slug: str, stocktaking_id: str) -> Place:
    """The same, in a room where the actor may write; whether answers are taken now is for the page to say."""
    found = own(actor, slug, stocktaking_id)
    if not found.seat.writes:
        raise loaders.nothing(found.seat)
    return found


def section(actor: Actor, slug: str, stocktaking_id: str, section_id: str) -> Piece:
    """A section of the questionnaire in force, for who answers it."""
    place = writable(actor, slug, stocktaking_id)
    found = place.content.section(section_id)
    if found is None:
        raise loaders.nothing(place.seat)
    return Piece(place, found)


def aside(actor: Actor, slug: str, stocktaking_id: str, aside_id: str) -> tuple[Place, StocktakingRevision]:
    """A text that was put aside in the actor's own response."""
    place = writable(actor, slug, stocktaking_id)
    found = reading.aside(place, aside_id)
    if found is None:
        raise loaders.nothing(place.seat)
    return place, found


def draft_section(actor: Actor, slug: str, stocktaking_id: str, section_id: str) -> Piece:
    """A section of the draft."""
    place = built(actor, slug, stocktaking_id)
    found = place.drafted.section(section_id)
    if found is None:
        raise loaders.nothing(place.seat)
    return Piece(place, found)


def draft_question(actor: Actor, slug: str, stocktaking_id: str, question_id: str) -> Piece:
    """A question of the draft."""
    place = built(actor, slug, stocktaking_id)
    found, within = place.drafted.question(question_id), place.drafted.section_of(question_id)
    if found is None or within is None:
        raise loaders.nothing(place.seat)
    return Piece(place, within, found)


def draft_piece(actor: Actor, slug: str, stocktaking_id: str, piece_id: str) -> Piece:
    """A section or a question of the draft, by its id."""
    place = built(actor, slug, stocktaking_id)
    within = place.drafted.section(piece_id) or place.drafted.section_of(piece_id)
    if within is None:
        raise loaders.nothing(place.seat)
    return Piece(place, within, place.drafted.question(piece_id))


def response(actor: Actor, slug: str, stocktaking_id: str, response_id: str) -> tuple[Place, Respondent]:
    """A response that was sent, for who may read the answers."""
    place = compared(actor, slug, stocktaking_id)
    people = comparing.respondents(place.seat.room, place.row)
    found = next((one for one in people if one.id == response_id), None)
    if found is None:
        raise loaders.nothing(place.seat)
    return place, found


def summary(actor: Actor, slug: str, summary_id: str) -> tuple[Seat, StocktakingSummary]:
    """A published summary of a room the actor is in."""
    seat = loaders.entered(actor, slug)
    found = reading.summary(seat, summary_id)
    if found is None:
        raise loaders.nothing(seat)
    return seat, found


def summary_managed(actor: Actor, slug: str, summary_id: str) -> tuple[Seat, StocktakingSummary]:
    """A published summary, for a manager who may write."""
    seat, found = summary(actor, slug, summary_id)
    if not (seat.manages and seat.writes):
        raise loaders.nothing(seat)
    return seat, found
