"""Deadlines of stocktakings in the calendars of those who take part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import db
from app.irooms.calendar_sources import provide
from app.irooms.models.stocktaking import Stocktaking, StocktakingState
from app.irooms.scopes import participants_scope
from app.irooms.seats import Seat
from app.notifications.calendar import CalendarEntry


def deadlines(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """Yield the deadline of every stocktaking that was opened; one that was closed before is cancelled. One query."""
    rooms = {seat.room.id: seat.room for seat in seats if seat.takes_part}
    rows = db.session.scalars(
        select(Stocktaking)
        .where(Stocktaking.room_id.in_(rooms), Stocktaking.deadline >= since)
        .where(Stocktaking.state != StocktakingState.DRAFT)
    )
    for row in rows:
        assert row.deadline is not None
        closed_before = row.closed_at is not None and row.closed_at < row.deadline
        yield CalendarEntry(
            uid=f"stocktaking-{row.public_id}",
            start=row.deadline,
            end=None,
            zone=row.zone,
            summary=_("Answers due: %(title)s", title=row.title),
            url=url_for(
                "irooms.stocktaking_one",
                slug=rooms[row.room_id].public_id,
                stocktaking_id=row.public_id,
            ),
            scope=participants_scope(row.room_id),
            sequence=row.sequence,
            cancelled=closed_before,
            discreet=_("Answers due in one of your rooms"),
            changed=row.closed_at or row.opened_at,
        )


provide("stocktaking", deadlines)
