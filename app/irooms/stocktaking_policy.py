"""Who may do what with stocktakings. Who only observes reads published summaries and nothing else."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, true

from app.core import clock
from app.irooms.models import IdentityMode, Room
from app.irooms.models.stocktaking import Stocktaking, StocktakingResponse, StocktakingState, Unit
from app.irooms.seats import Seat


def may_see(seat: Seat, row: Stocktaking) -> bool:
    """Whether the actor may see a questionnaire and its deadline; a draft is the managers'."""
    return seat.manages or (seat.takes_part and row.state != StocktakingState.DRAFT)


def visible_to(seat: Seat) -> ColumnElement[bool]:
    """The stocktakings of the seat's room that :func:`may_see` allows, as a filter."""
    if not seat.takes_part:
        return false()
    shown = true() if seat.manages else Stocktaking.state != StocktakingState.DRAFT
    return and_(Stocktaking.room_id == seat.room.id, shown)


def may_build(seat: Seat, row: Stocktaking) -> bool:
    """Whether the actor may change the questionnaire."""
    return seat.manages and seat.writes and row.room_id == seat.room.id


def takes_answers(row: Stocktaking) -> bool:
    """Whether answers are taken now: open, and the deadline not reached."""
    return row.state == StocktakingState.OPEN and row.deadline is not None and clock.now() < row.deadline


def may_answer(seat: Seat, row: Stocktaking) -> bool:
    """Whether the actor may answer now, by themselves or for their country."""
    return seat.writes and has_response(seat, row) and takes_answers(row)


def has_response(seat: Seat, row: Stocktaking) -> bool:
    """Whether there is a response that is the actor's: their own, or their country's."""
    takes_part = seat.member is not None and seat.takes_part and row.state != StocktakingState.DRAFT
    return takes_part and (row.unit == Unit.PERSON or bool(seat.actor.country))


def may_read_answers(seat: Seat, row: Stocktaking) -> bool:
    """Whether the actor may read the answers that others sent."""
    shared = row.answers_visible and seat.takes_part and row.state != StocktakingState.DRAFT
    return seat.manages or shared


def by_country_possible(room: Room) -> bool:
    """Whether countries may answer together: where nobody's country is hidden."""
    return room.identity != IdentityMode.PSEUDONYM


def whose(seat: Seat, row: Stocktaking) -> ColumnElement[bool]:
    """The response that is the actor's, as a filter; only where :func:`has_response` holds."""
    of_this = StocktakingResponse.stocktaking_id == row.id
    if row.unit == Unit.COUNTRY:
        return and_(of_this, StocktakingResponse.country == seat.actor.country)
    return and_(of_this, StocktakingResponse.membership_id == seat.member_id)
