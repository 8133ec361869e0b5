"""What a report is narrowed to: plain values that can be kept, sent on and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from app.core.database import JSON

ANY, NONE = "any", "-"
"""Values of a filter beside those that occur: whichever, and not known (of a certificate: none)."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years of the days that can be asked for."""
HELD = "held"
"""The period that is asked of activities: when a session took place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is counted. Empty means everything; days are both included and are days of ``zone``.

    ``activity`` is a slug; ``country`` is the one at the time, ``region`` a group of countries; ``certificate`` is ANY,
    NONE or the status of one; ``feedback`` is ANY (given) or NONE; ``days`` is how long nothing happened, ``quality``
    what is wrong with the data.
    """

    activity: str = ""
    kind: str = ""
    channel: str = ""
    topic: str = ""
    partner: str = ""
    project: str = ""
    donor: str = ""
    tag: str = ""
    region: str = ""
    country: str = ""
    institution: str = ""
    profession: str = ""
    gender: str = ""
    language: str = ""
    status: str = ""
    certificate: str = ""
    feedback: str = ""
    days: str = ""
    quality: str = ""
    period: str = ""
    start: date | None = None
    end: date | None = None
    zone: str = "UTC"

    @property
    def since(self) -> datetime | None:
        """The first instant of the period."""
        return _midnight(self.start, self.zone) if self.start else None

    @property
    def until(self) -> datetime | None:
        """The first instant after the period."""
        return _midnight(self.end + timedelta(days=1), self.zone) if self.end else None

    def as_json(self) -> JSON:
        """Return those that narrow something, under the names of a report's address, with the zone of the days."""
        kept = {name: value for name in NARROWING if (value := getattr(self, name))}
        if self.start or self.end:
            kept |= {"period": self.period, "zone": self.zone}
            kept |= {"from": self.start.isoformat()} if self.start else {}
            kept |= {"to": self.end.isoformat()} if self.end else {}
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what :meth:`as_json` gave. Raises ValueError for a day that is none; unknown names are passed over."""
        given: dict[str, Any] = {name: str(kept[name]) for name in NARROWING if name in kept}
        for name, address in (("start", "from"), ("end", "to")):
            given[name] = date.fromisoformat(kept[address]) if kept.get(address) else None
        return cls(**given, period=str(kept.get("period", "")), zone=str(kept.get("zone", "UTC")))


NARROWING = tuple(one.name for one in fields(Selection) if one.name not in {"period", "start", "end", "zone"})
"""Names of the filters that hold one value each."""


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
