"""A stocktaking opens for answers until its deadline, closes, is opened again; those who are missing are reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.stocktaking.building import KIND, in_force, publish_version
from app.irooms.models import Room
from app.irooms.models.stocktaking import Stocktaking, StocktakingState
from app.irooms.queries.stocktaking.coverage import missing_members
from app.irooms.seats import Seat
from app.irooms.stocktaking_notices import tell_managers, tell_members, tell_participants
from app.irooms.stocktaking_policy import may_build, takes_answers
from app.irooms.stocktaking_search import index_stocktaking
from app.irooms.trail import keep, note

BETWEEN_REMINDERS = timedelta(hours=20)
BATCH = 200


def open_for_answers(seat: Seat, row: Stocktaking, deadline: datetime, zone: str) -> None:
    """Take answers until ``deadline`` (aware), which was set in the IANA ``zone``; what was closed opens again.

    The first version is published with it. Of an open one the deadline is changed. Refused for a deadline that has
    passed.
    """
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(deadline > clock.now(), _("Choose a deadline that is still to come."))
    if not row.version:
        publish_version(seat, row)
    before = row.state
    if before == StocktakingState.OPEN and (row.deadline, row.zone) == (deadline, zone):
        return
    row.state, row.deadline, row.zone, row.closed_at = StocktakingState.OPEN, deadline, zone, None
    row.opened_at, row.sequence = row.opened_at or clock.now(), row.sequence + 1
    db.session.flush()
    index_stocktaking(seat.room, row, in_force(row))
    first = before == StocktakingState.DRAFT
    tell_participants(seat.room, row, "opened" if first else "deadline")
    detail = {"until": f"{deadline:%Y-%m-%d %H:%M} UTC"}
    note(seat, Verb.ROOM_STOCKTAKING_OPENED, KIND, row.public_id, detail=detail, logged=True)


def close(seat: Seat, row: Stocktaking) -> None:
    """Take no more answers, before the deadline."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(row.state == StocktakingState.OPEN, _("This is not open."))
    row.state, row.closed_at, row.sequence = StocktakingState.CLOSED, clock.now(), row.sequence + 1
    db.session.flush()
    note(seat, Verb.ROOM_STOCKTAKING_CLOSED, KIND, row.public_id, logged=True)


def close_due() -> int:
    """Close what has reached its deadline, and tell the managers; returns how many. No answer was taken since then."""
    rows = db.session.execute(
        select(Stocktaking, Room)
        .join(Room, Room.id == Stocktaking.room_id)
        .where(Stocktaking.state == StocktakingState.OPEN, Stocktaking.deadline <= clock.now())
        .order_by(Stocktaking.id)
        .limit(BATCH)
        .with_for_update(of=Stocktaking, skip_locked=True)
    ).all()
    for row, room in rows:
        row.state, row.closed_at = StocktakingState.CLOSED, row.deadline
        db.session.flush()
        tell_managers(room, row, "closed")
        keep(room, None, Verb.ROOM_STOCKTAKING_CLOSED, KIND, row.public_id)
    return len(rows)


def remind(seat: Seat, row: Stocktaking) -> int:
    """Remind those whose answers are missing; returns how many were told. Refused more than once a day."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(takes_answers(row), _("No answers are taken now."))
    soon = row.reminded_at is not None and clock.now() - row.reminded_at < BETWEEN_REMINDERS
    require(not soon, _("They were reminded within the last day already."))
    row.reminded_at = clock.now()
    db.session.flush()
    told = tell_members(seat.room, row, "reminder", missing_members(seat.room, row))
    note(seat, Verb.ROOM_STOCKTAKING_REMINDED, KIND, row.public_id, detail={"people": told})
    return told
