"""Time zones as calendars want them: each change of the clock within the years that are asked for.

The library can make these too, but sets the beginning of summer time an hour late, and lists every change since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Change(NamedTuple):
    """One change of a zone's clock: when, on the clock as it was before; the offset before and after; which time."""

    onset: datetime
    before: timedelta
    after: timedelta
    summer: bool
    name: str


@lru_cache(maxsize=512)
def changes(zone: str, first_year: int, last_year: int) -> tuple[Change, ...]:
    """Return how a zone's clock stands when ``first_year`` begins, and each change up to the end of ``last_year``."""
    here = ZoneInfo(zone)
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    return (_change(moment, moment, here), *_between(moment, end, here))


def component(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of a zone, good for the years asked for, both included."""
    made = Timezone()
    made.add("TZID", zone)
    for change in changes(zone, first_year, last_year):
        observance = TimezoneDaylight() if change.summer else TimezoneStandard()
        observance.add("DTSTART", change.onset)
        observance.add("TZOFFSETFROM", change.before)
        observance.add("TZOFFSETTO", change.after)
        observance.add("TZNAME", change.name)
        made.add_component(observance)
    return made


def _between(moment: datetime, end: datetime, here: ZoneInfo) -> Iterator[Change]:
    while moment < end:
        following = min(moment + _DAY, end)
        if _clock(moment, here) != _clock(following, here):
            yield _change(moment, _first_after(moment, following, here), here)
        moment = following


def _first_after(before: datetime, after: datetime, here: ZoneInfo) -> datetime:
    """Return the first minute after ``before`` at which the clock is what it is at ``after``."""
    while after - before > _MINUTE:
        middle = before + ((after - before) // _MINUTE // 2) * _MINUTE
        if _clock(middle, here) == _clock(before, here):
            before = middle
        else:
            after = middle
    return after


def _clock(moment: datetime, here: ZoneInfo) -> tuple[timedelta | None, timedelta | None]:
    local = moment.astimezone(here)
    return local.utcoffset(), local.dst()


def _change(before: datetime, at: datetime, here: ZoneInfo) -> Change:
    old, new = before.astimezone(here), at.astimezone(here)
    offset_before, offset_after = old.utcoffset() or timedelta(), new.utcoffset() or timedelta()
    onset = (at + offset_before).replace(tzinfo=None)
    return Change(onset, offset_before, offset_after, bool(new.dst()), new.tzname() or "")
