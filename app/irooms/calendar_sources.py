"""What stands in the calendars of rooms: each part says what it has for the rooms somebody is in.

The room's own page shows the entries of one room; the person's calendar and its feed those of all of them. The feed is
read outside the sign-in: where a room's mails may not name it, its entries say no more than that there is something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.access import Actor
from app.irooms.models import Room
from app.irooms.scopes import room_scope
from app.irooms.seats import Seat, seats_of
from app.notifications.calendar import CalendarEntry

KEPT = timedelta(days=366)
"""How long past entries stay in people's calendars."""
Source = Callable[[Sequence[Seat], datetime], Iterable[CalendarEntry]]
_sources: dict[str, Source] = {}


def provide(part: str, source: Source) -> None:
    """Let ``part`` put entries into rooms' calendars; asking again replaces the source.

    ``source(seats, since)`` gets seats whose rooms are open to the person now, and yields what ends at or after
    ``since``, each entry with the scope of its room (``room:7``) or of a part of it, in at most one query for all.
    """
    _sources[part] = source


def entries(seats: Sequence[Seat], since: datetime) -> list[CalendarEntry]:
    """Return the entries of rooms that end at or after ``since``, by time."""
    inside = [seat for seat in seats if seat.inside]
    if not inside:
        return []
    found = (entry for source in _sources.values() for entry in source(inside, since))
    return sorted(found, key=lambda entry: (entry.start, entry.uid))


def of_actor(actor: Actor) -> Iterator[CalendarEntry]:
    """Yield the entries of all rooms of a person as their calendar and its feed show them: with the room's name."""
    seats = seats_of(actor)
    rooms = {room_scope(seat.room.id): seat.room for seat in seats}
    for entry in entries(seats, clock.now() - KEPT):
        yield _outside(entry, rooms)


def _outside(entry: CalendarEntry, rooms: Mapping[str, Room]) -> CalendarEntry:
    room = rooms.get(":".join(entry.scope.split(":")[:2]))
    named = f"{entry.summary} · {room.title}" if room else entry.summary
    open_outside = room is not None and room.mail_names
    return replace(
        entry, summary=named, discreet=entry.discreet if open_outside else _("An event in one of your rooms")
    )


def membership_ends(seats: Sequence[Seat], since: datetime) -> Iterator[CalendarEntry]:
    """The end of one's own membership."""
    for seat in seats:
        if seat.member is None or seat.member.ends_at is None or seat.member.ends_at < since:
            continue
        yield CalendarEntry(
            uid=f"membership-{seat.member.public_id}",
            start=seat.member.ends_at,
            end=None,
            zone=seat.actor.zone,
            summary=_("Your membership ends"),
            url=url_for("irooms.room", slug=seat.room.public_id),
            scope=room_scope(seat.room.id),
        )


provide("membership", membership_ends)
