"""A manager publishes a summary: text with figures in it, which stay as they were then."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.stocktaking.building import in_force
from app.irooms.models.stocktaking import Stocktaking, StocktakingState, StocktakingSummary
from app.irooms.queries.stocktaking.comparing import answered
from app.irooms.seats import Seat
from app.irooms.stocktaking.figures import Figure, figures, numbers_in
from app.irooms.stocktaking_notices import tell_of_summary
from app.irooms.stocktaking_policy import may_build
from app.irooms.stocktaking_search import index_summary
from app.irooms.trail import note

KIND = "room_summary"


def drawn(seat: Seat, row: Stocktaking, text: str) -> tuple[dict[int, Figure], int]:
    """Return the figures that a text shows, by their numbers, as they are now, and the number of responses counted.

    Refused for a number that no question has.
    """
    responses = answered(seat.room, row)
    counted = {one.number: one for one in figures(in_force(row), [one.values for one in responses])}
    wanted = numbers_in(text)
    unknown = next((number for number in wanted if number not in counted), None)
    require(unknown is None, _("There is no question %(number)s to show a figure of.", number=unknown))
    return {number: counted[number] for number in wanted}, len(responses)


def publish(seat: Seat, row: Stocktaking, title: str, text: str) -> StocktakingSummary:
    """Publish a summary to everybody in the room. Its figures are frozen."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(row.state != StocktakingState.DRAFT, _("Open the stocktaking first."))
    shown, responses = drawn(seat, row, text)
    summary = StocktakingSummary(
        stocktaking_id=row.id,
        title=title,
        text=text,
        language=row.language,
        figures={str(number): figure.to_json() for number, figure in shown.items()},
        responses=responses,
        published_by=seat.member_id,
        published_at=clock.now(),
    )
    db.session.add(summary)
    db.session.flush()
    index_summary(seat.room, summary)
    tell_of_summary(seat.room, row, summary)
    note(seat, Verb.ROOM_STOCKTAKING_SUMMARY, KIND, summary.public_id, logged=True)
    return summary


def take_back(seat: Seat, summary: StocktakingSummary) -> None:
    """Take a summary back; nobody reads it any more."""
    require(seat.manages and seat.writes, _("Only a manager may do this."))
    lock(summary)
    if summary.withdrawn_at is None:
        summary.withdrawn_at = clock.now()
        db.session.flush()
        index_summary(seat.room, summary)
        note(seat, Verb.ROOM_STOCKTAKING_SUMMARY_TAKEN_BACK, KIND, summary.public_id, logged=True)
