"""When a schedule is due by the calendar of its zone, and which days lie before it. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.reports.models import Rhythm

BY_CALENDAR = (Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY, Rhythm.QUARTERLY, Rhythm.YEARLY)
_QUARTER = 3
_MONTHS = 12


class Timed(Protocol):
    """What says when something is due by the calendar."""

    @property
    def rhythm(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def hour(self) -> int: ...
    @property
    def weekday(self) -> int: ...
    @property
    def day(self) -> int: ...
    @property
    def month(self) -> int: ...


def next_due(timed: Timed, after: datetime) -> datetime | None:
    """Return the first instant after ``after`` (aware) that it is due, in UTC; None when no calendar says so.

    The hour is that of the zone's own clocks, on both sides of a change; an hour that a change leaves out comes as the
    hour before it. A day beyond the end of a month is its last one.
    """
    if timed.rhythm not in BY_CALENDAR:
        return None
    here = ZoneInfo(timed.zone)
    for day in _days(timed, after.astimezone(here).date()):
        due = datetime.combine(day, time(timed.hour), here).astimezone(UTC)
        if due > after:
            return due
    raise AssertionError("a calendar goes on")


def days_before(timed: Timed, due: datetime) -> tuple[date, date] | None:
    """Return the first and the last day of the day, week, month, quarter or year before ``due``; None without one."""
    here = due.astimezone(ZoneInfo(timed.zone)).date()
    if timed.rhythm == Rhythm.DAILY:
        return here - timedelta(days=1), here - timedelta(days=1)
    if timed.rhythm == Rhythm.WEEKLY:
        monday = here - timedelta(days=here.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    months = {Rhythm.MONTHLY.value: 1, Rhythm.QUARTERLY.value: _QUARTER, Rhythm.YEARLY.value: _MONTHS}.get(
        timed.rhythm
    )
    if months is None:
        return None
    present = (here.month - 1) // months * months + 1
    begins = date(here.year, present, 1)
    last = begins - timedelta(days=1)
    return date(last.year, (last.month - 1) // months * months + 1, 1), last


def _days(timed: Timed, first: date) -> Iterator[date]:
    """Yield the days that it is due on, from ``first`` on."""
    if timed.rhythm in {Rhythm.DAILY, Rhythm.WEEKLY}:
        step = 7 if timed.rhythm == Rhythm.WEEKLY else 1
        ahead = (timed.weekday - first.weekday()) % 7 if timed.rhythm == Rhythm.WEEKLY else 0
        day = first + timedelta(days=ahead)
        while True:
            yield day
            day += timedelta(days=step)
    year, month = first.year, first.month
    while True:
        if _is_month(timed, month):
            day = date(year, month, min(timed.day, monthrange(year, month)[1]))
            if day >= first:
                yield day
        year, month = (year + 1, 1) if month == _MONTHS else (year, month + 1)


def _is_month(timed: Timed, month: int) -> bool:
    if timed.rhythm == Rhythm.YEARLY:
        return month == timed.month
    return timed.rhythm == Rhythm.MONTHLY or (month - timed.month) % _QUARTER == 0
