"""Entries of rooms' calendars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from app.core.database import db
from app.irooms import calendar_sources
from app.irooms.models.discussion import RoomEvent
from app.irooms.scopes import room_scope
from app.irooms.seats import Seat
from app.notifications.calendar import CalendarEntry

MOST = 2_000


def event(seat: Seat, public_id: str) -> RoomEvent | None:
    """Return an entry of the seat's room."""
    return db.session.scalars(
        select(RoomEvent).where(RoomEvent.room_id == seat.room.id, RoomEvent.public_id == public_id)
    ).one_or_none()


def events(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """Yield the entries that managers made in rooms, as calendars show them. One query."""
    slugs = {seat.room.id: seat.room.public_id for seat in seats}
    rows = db.session.scalars(
        select(RoomEvent)
        .where(RoomEvent.room_id.in_(slugs), RoomEvent.ends_at >= since)
        .order_by(RoomEvent.starts_at)
        .limit(MOST)
    )
    for row in rows:
        yield as_entry(row, slugs[row.room_id])


def as_entry(row: RoomEvent, slug: str) -> CalendarEntry:
    """Return an entry as calendars show it."""
    return CalendarEntry(
        uid=f"room-event-{row.public_id}",
        start=row.starts_at,
        end=row.ends_at,
        zone=row.zone,
        summary=row.title,
        url=url_for("irooms.calendar_event", slug=slug, event_id=row.public_id),
        scope=room_scope(row.room_id),
        sequence=row.sequence,
        cancelled=row.cancelled_at is not None,
        changed=row.changed_at or row.created_at,
    )


calendar_sources.provide("events", events)
