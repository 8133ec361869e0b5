"""When a mail about notices is due: a minute later, at seven in the morning, on Monday at seven, in each one's zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.notifications.models import Digest

BURST = timedelta(minutes=1)
"""How long an immediate mail waits, so that what happens at once is told at once."""

HOUR = time(7)
MONDAY = 0
LATE = timedelta(hours=5)
"""After a standstill a digest still leaves within this time of its hour; later it waits for the next one."""


def due_before(digest: Digest, zone: str, now: datetime) -> datetime | None:
    """Return the instant that notices due now were written before; None when no mail of this rhythm is due now."""
    if digest == Digest.OFF:
        return None
    if digest == Digest.IMMEDIATE:
        return now - BURST
    turn = _latest_turn(now, zone, weekly=digest == Digest.WEEKLY)
    return turn if now - turn <= LATE else None


def _latest_turn(now: datetime, zone: str, *, weekly: bool) -> datetime:
    """Return the latest seven o'clock (of a Monday) in a zone that is not after ``now``, in UTC.

    The day is counted on the zone's own calendar, so the hour stays seven on both sides of a clock change.
    """
    here = ZoneInfo(zone)
    day = now.astimezone(here).date()
    if weekly:
        day -= timedelta(days=(day.weekday() - MONDAY) % 7)
    turn = datetime.combine(day, HOUR, here)
    if turn.astimezone(UTC) > now:
        turn = datetime.combine(day - timedelta(days=7 if weekly else 1), HOUR, here)
    return turn.astimezone(UTC)
