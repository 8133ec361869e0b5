"""A calendar feed in iCalendar (RFC 5545), the same octets as long as nothing in it has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event

from app.core import clock
from app.core.settings import settings
from app.notifications import zones
from app.notifications.calendar import CalendarEntry
from app.notifications.links import address

PRODUCT = "-//CTLP//Calendar//EN"
REFRESH = timedelta(hours=1)


def feed(entries: Iterable[CalendarEntry], zone: str) -> bytes:
    """Return the feed of ``entries``, in the present language; ``zone`` is the reader's.

    A calendar must hold something: one without entries holds the reader's zone.
    """
    shown = list(entries)
    years = _years(shown) if shown else {zone: (clock.now().year, clock.now().year)}
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    for title in ("NAME", "X-WR-CALNAME"):
        calendar.add(title, _("CTLP"))
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for name, (first, last) in sorted(years.items()):
        calendar.add_component(zones.component(name, first, last))
    for entry in shown:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("UID", _unique(entry.uid))
    event.add("DTSTAMP", (entry.changed or entry.start).astimezone(UTC))
    for name, moment in zip(("DTSTART", "DTEND"), _times(entry), strict=False):
        event.add(name, moment)
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("SUMMARY", entry.discreet or entry.summary)
    event.add("URL", address(entry.url))
    if entry.end is None:
        event.add("TRANSP", "TRANSPARENT")  # a deadline takes no time of the day
    return event


def _times(entry: CalendarEntry) -> list[datetime]:
    """Return start and, if there is one, end on the clock of the entry's zone.

    Both are in UTC where one lies in the second pass of an hour that comes twice: that hour has no other name.
    """
    moments = [entry.start] if entry.last <= entry.start else [entry.start, entry.last]
    local = [moment.astimezone(ZoneInfo(entry.zone)) for moment in moments]
    if _is_utc(entry.zone) or any(moment.fold for moment in local):
        return [moment.astimezone(UTC) for moment in moments]
    return local


def _years(entries: Iterable[CalendarEntry]) -> dict[str, tuple[int, int]]:
    """Return the first and last year that each zone is needed for."""
    years: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if not _is_utc(entry.zone):
            years[entry.zone] |= {entry.start.astimezone(UTC).year, entry.last.astimezone(UTC).year}
    return {zone: (min(found), max(found)) for zone, found in years.items()}


def _is_utc(zone: str) -> bool:
    return zone in {"UTC", "Etc/UTC"}


def _unique(uid: str) -> str:
    """Return a uid that no other platform's entry has."""
    return f"{uid}@{urlsplit(settings().public_url).hostname}"
