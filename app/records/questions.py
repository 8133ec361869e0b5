"""What is asked of an indicator: for which time, as known when, narrowed to whom and what."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.core.database import JSON

BEGINNING = date(1, 1, 1)
SETS = (
    *("countries", "kinds", "channels", "topics", "activities", "languages", "professions", "genders"),
    *("age_groups", "partners", "projects", "donors", "tags"),
)
"""Members of a question that are sets of words; an empty one narrows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``start`` and ``end`` are days in UTC, both included, of when things occurred; ``as_of`` (aware) is until when
    they were recorded, None for the latest.

    ``countries`` are of people: at that time, or with ``country_basis`` "now" as last known; an activity is of those
    that people came from, at that time. ``activities`` are slugs, of activities themselves or of the series or course
    above them; ``tags`` as ``scheme:value``. ``newness`` "new" keeps people whose first such activity lies in the
    period (and people without a name), "returning" the others. With ``later_corrections`` facts and activities are
    those recorded by ``as_of``, but as corrected and described since.
    """

    start: date | None = None
    end: date | None = None
    as_of: datetime | None = None
    countries: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    professions: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    age_groups: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    donors: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    newness: str = ""
    country_basis: str = "then"
    later_corrections: bool = False

    @property
    def since(self) -> datetime:
        """The first instant of the period."""
        return _midnight(self.start or BEGINNING)

    @property
    def until(self) -> datetime | None:
        """The first instant after the period; None without an end."""
        return _midnight(self.end + timedelta(days=1)) if self.end else None

    def narrowed(self, filters: JSON) -> Question:
        """Return the question with the sets of ``filters`` (name → list) too; where both name one, what both allow."""
        given: dict[str, Any] = {}
        for name in SETS:
            if found := frozenset(filters.get(name, ())):
                asked = getattr(self, name)
                given[name] = (asked & found or frozenset({"-"})) if asked else found
        return replace(self, **given)

    def as_json(self) -> JSON:
        """Return the members that narrow something, as JSON; :func:`from_json` reads them."""
        found: JSON = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value == one.default:
                continue
            found[one.name] = sorted(value) if isinstance(value, frozenset) else value
        for name in ("start", "end", "as_of"):
            if name in found:
                found[name] = found[name].isoformat()
        return found


def from_json(given: JSON) -> Question:
    """Return the question that ``as_json`` wrote."""
    values: dict[str, Any] = dict(given)
    for name in SETS:
        if name in values:
            values[name] = frozenset(values[name])
    for name in ("start", "end"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "as_of" in values:
        values["as_of"] = datetime.fromisoformat(values["as_of"])
    return Question(**values)


def end_of(day: date) -> datetime:
    """Return the last instant of a day in UTC: what *as of* a day means."""
    return datetime.combine(day, time.max, UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
