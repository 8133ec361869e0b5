"""Working time, by which experts are measured: Monday to Friday in UTC, whole days; no holidays."""

from __future__ import annotations

from datetime import datetime, time, timedelta

_SATURDAY = 5
_DAY = timedelta(days=1)


def after(start: datetime, span: timedelta) -> datetime:
    """Return the instant ``span`` of working time after ``start`` (UTC): Friday noon and a day is Monday noon."""
    at, left = _at_work(start), span
    while left > (today := _midnight(at) - at):
        at, left = _at_work(_midnight(at)), left - today
    return at + left


def between(start: datetime, end: datetime) -> timedelta:
    """Return the working time from ``start`` to ``end`` (aware, UTC); nothing when the end comes first."""
    at, total = _at_work(start), timedelta()
    while at < end:
        until = min(_midnight(at), end)
        total += until - at
        at = _at_work(until) if until < end else end
    return total


def _midnight(at: datetime) -> datetime:
    """The end of the day of ``at``."""
    return datetime.combine(at.date(), time(), at.tzinfo) + _DAY


def _at_work(at: datetime) -> datetime:
    """``at`` itself, or the beginning of the week after when it lies in a weekend."""
    while at.weekday() >= _SATURDAY:
        at = _midnight(at)
    return at
