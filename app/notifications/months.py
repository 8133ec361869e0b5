"""The calendar by month: on the reader's clock, with the event's own clock beside it where that differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location

from app.core.i18n import page_language
from app.notifications.calendar import CalendarEntry

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEARS = range(1970, 2200)
_DAY_AND_TIME = "EEE d MMM, HH:mm"
_TIME = "HH:mm"


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one zone's calendar."""

    first: date
    zone: str

    @property
    def name(self) -> str:
        """How addresses call it: ``2026-11``."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> Month:
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1), self.zone)

    @property
    def after(self) -> Month:
        """The month after."""
        return Month((self.first + timedelta(days=31)).replace(day=1), self.zone)

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, time(), ZoneInfo(self.zone))

    def holds(self, entry: CalendarEntry) -> bool:
        """Whether some of an entry lies in the month."""
        begins_in = self.begins <= entry.start < self.after.begins
        return begins_in or entry.start < self.begins < entry.last

    def day_of(self, entry: CalendarEntry) -> date:
        """Return the day of the month that an entry stands under: that it begins on, or the first."""
        return max(self.first, entry.start.astimezone(ZoneInfo(self.zone)).date())


def month_of(moment: datetime, zone: str) -> Month:
    """Return the month that an instant lies in, on a zone's calendar."""
    return Month(moment.astimezone(ZoneInfo(zone)).date().replace(day=1), zone)


def month_named(name: str, zone: str) -> Month | None:
    """Return the month of a name; None for what is no month."""
    found = _MONTH.fullmatch(name)
    if found is None or int(found[1]) not in _YEARS or not 1 <= int(found[2]) <= 12:
        return None
    return Month(date(int(found[1]), int(found[2]), 1), zone)


def by_day(month: Month, entries: Iterable[CalendarEntry]) -> list[tuple[date, list[CalendarEntry]]]:
    """Return the days of a month that hold something."""
    held = sorted((entry for entry in entries if month.holds(entry)), key=lambda one: (one.start, one.uid))
    return [(day, list(group)) for day, group in groupby(held, key=month.day_of)]


def next_with_entries(month: Month, entries: Sequence[CalendarEntry]) -> Month | None:
    """Return the next month after ``month`` in which something begins; None when there is none."""
    later = [entry.start for entry in entries if entry.start >= month.after.begins]
    return month_of(min(later), month.zone) if later else None


def times(entry: CalendarEntry, zone: str, under: date) -> str:
    """Return when an entry is on a zone's clock, ``14:00–15:30``; other days than the one it stands under are named."""
    start = _said(entry.start, zone, under)
    if entry.end is None or entry.end <= entry.start:
        return start
    begins = entry.start.astimezone(ZoneInfo(zone)).date()
    dash = "–" if entry.end.astimezone(ZoneInfo(zone)).date() == begins else " – "
    return f"{start}{dash}{_said(entry.end, zone, begins)}"


def elsewhere(entry: CalendarEntry, zone: str) -> tuple[str, str] | None:
    """Return (when, where) on the clock of the entry's own zone; None when that is the reader's clock too."""
    own, here = (entry.start.astimezone(ZoneInfo(one)) for one in (entry.zone, zone))
    if own.utcoffset() == here.utcoffset():
        return None
    return times(entry, entry.zone, here.date()), place(entry.zone)


def place(zone: str) -> str:
    """Return the city that stands for a zone, in the page's language."""
    if "/" not in zone:
        return zone
    city = str(get_timezone_location(zone, locale=page_language(), return_city=True))
    return city.rpartition("/")[2]  # a city without a name of its own comes with its country


def _said(moment: datetime, zone: str, under: date) -> str:
    here = ZoneInfo(zone)
    form = _TIME if moment.astimezone(here).date() == under else _DAY_AND_TIME
    return str(format_datetime(moment, form, tzinfo=here, locale=page_language()))
