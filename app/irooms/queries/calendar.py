"""Entries of rooms' calendars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from app.core.database import db
from app.core.i18n import best_language, page_language
from app.irooms import calendar_sources
from app.irooms.models.discussion import RoomEvent
from app.irooms.scopes import room_scope
from app.irooms.seats import Seat
from app.notifications.calendar import CalendarEntry, entries_for_groups
from app.records.models import Activity

MOST = 2_000
_SESSIONS = "/webinars/"


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


def training(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """Yield deliveries and the like that are for a room's members only and have a time. One query.

    Sessions tell of themselves (:func:`for_members`): they know when they were moved or cancelled.
    """
    rooms = {seat.room.group_id: seat.room for seat in seats}
    begins, ends = Activity.starts_at, func.coalesce(Activity.ends_at, Activity.starts_at)
    rows = db.session.scalars(
        select(Activity)
        .where(
            Activity.group_id.in_(rooms),
            begins.is_not(None),
            ends >= since,
            ~Activity.address.startswith(_SESSIONS),
        )
        .order_by(begins, Activity.key)
        .limit(MOST)
    )
    for row in rows:
        assert row.group_id is not None
        assert row.starts_at is not None
        spoken = best_language(page_language(), list(row.titles), next(iter(row.titles), ""))
        yield CalendarEntry(
            uid=f"activity-{row.key}",
            start=row.starts_at,
            end=row.ends_at,
            zone=row.zone,
            summary=row.titles.get(spoken, ""),
            url=row.address or url_for("irooms.room", slug=rooms[row.group_id].public_id),
            scope=room_scope(rooms[row.group_id].id),
            changed=row.described_at,
        )


def for_members(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """Yield what other features have for the members of rooms, under the scope of the room."""
    rooms = {seat.room.group_id: seat.room for seat in seats}
    for group_id, entry in entries_for_groups(rooms, since):
        yield replace(entry, scope=room_scope(rooms[group_id].id))


calendar_sources.provide("events", events)
calendar_sources.provide("training", training)
calendar_sources.provide("sessions", for_members)
