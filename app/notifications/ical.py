"""iCalendar (RFC 5545): a feed, the same octets as long as nothing in it has changed; and what a mail tells somebody's
calendar (RFC 5546): take this entry in, or take it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress

from app.core import clock
from app.core.mail import CalendarPart
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
    calendar = _calendar()
    for title in ("NAME", "X-WR-CALNAME"):
        calendar.add(title, _("CTLP"))
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    _add_zones(calendar, years)
    for entry in shown:
        calendar.add_component(_event(entry, entry.changed or entry.start))
    return bytes(calendar.to_ical())


def message(entry: CalendarEntry, name: str, email: str) -> CalendarPart:
    """Return what a mail tells the calendar of one person, who has a place: an entry, or that it is cancelled.

    Calendars follow the highest ``sequence`` of a ``uid``, so each message to one person must carry a higher one. It
    says that they accepted, for they did so on the platform, and that nobody waits for an answer: the platform is the
    organizer, and reads no mail. Nobody else's name or address is in it.
    """
    method = "CANCEL" if entry.cancelled else "REQUEST"
    calendar = _calendar()
    calendar.add("METHOD", method)
    _add_zones(calendar, _years([entry]))
    event = _event(entry, clock.now())
    sender = parseaddr(settings().mail_from)[1]
    event.add("ORGANIZER", _address(sender, CN=str(_("CTLP"))), encode=False)
    status = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add("ATTENDEE", _address(email, CN=name, CUTYPE="INDIVIDUAL", **status), encode=False)
    calendar.add_component(event)
    return CalendarPart(calendar.to_ical().decode(), method)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _add_zones(calendar: Calendar, years: dict[str, tuple[int, int]]) -> None:
    for name, (first, last) in sorted(years.items()):
        calendar.add_component(zones.component(name, first, last))


def _address(email: str, **parameters: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    made.params.update(parameters)
    return made


def _event(entry: CalendarEntry, stamp: datetime) -> Event:
    event = Event()
    event.add("UID", _unique(entry.uid))
    event.add("DTSTAMP", stamp.astimezone(UTC))
    for name, moment in zip(("DTSTART", "DTEND"), _times(entry), strict=False):
        event.add(name, moment)
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("SUMMARY", entry.discreet or entry.summary)
    for property_name, text in (("LOCATION", entry.location), ("DESCRIPTION", entry.details)):
        if text and not entry.discreet:
            event.add(property_name, text)
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
