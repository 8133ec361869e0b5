"""Which hour it is in the countries that are invited, while a time is chosen and on the session's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytz
from babel.dates import format_datetime

from app.core.i18n import country, page_language

EARLIEST, LATEST = 7, 21
_DAY_AND_TIME, _TIME = "EEE HH:mm", "HH:mm"


@dataclass(frozen=True, slots=True)
class Hour:
    """What the clocks of a country say at an instant: ``first`` and, where it has several, ``last``.

    ``inconvenient`` says that somewhere there it is before seven or after nine in the evening.
    """

    country: str
    name: str
    first: str
    last: str
    inconvenient: bool
    order: datetime


def hours(at: datetime, countries: Iterable[str], zone: str) -> list[Hour]:
    """Return the hours of countries at an instant, from west to east; another day than in ``zone`` is named."""
    here = at.astimezone(ZoneInfo(zone)).date()
    found = [_hour(at, code, here) for code in dict.fromkeys(countries)]
    return sorted(found, key=lambda hour: (hour.order, hour.name))


def _hour(at: datetime, code: str, here: date) -> Hour:
    zones = pytz.country_timezones.get(code) or ["UTC"]
    clocks = sorted({at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in zones})
    return Hour(
        country=code,
        name=country(code),
        first=_said(clocks[0], here),
        last=_said(clocks[-1], here) if len(clocks) > 1 else "",
        inconvenient=any(not EARLIEST <= clock.hour <= LATEST for clock in clocks),
        order=clocks[0],
    )


def _said(clock: datetime, here: date) -> str:
    form = _TIME if clock.date() == here else _DAY_AND_TIME
    return str(format_datetime(clock, form, locale=page_language()))
