"""From the values of an address to a question: each value checked, each fault named by its parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, select

from app.accounts.countries import COUNTRIES
from app.accounts.vocabulary import AgeGroup, Gender, Profession
from app.core.database import db
from app.records import groupings, history
from app.records.models import Activity, ActivityKind, Channel
from app.records.questions import Question, end_of
from app.reports.selection import FIRST_YEAR, LAST_YEAR

WORDS: Mapping[str, tuple[str, frozenset[str]]] = {
    "country": ("countries", frozenset(COUNTRIES)),
    "kind": ("kinds", frozenset(one.value for one in ActivityKind)),
    "channel": ("channels", frozenset(one.value for one in Channel)),
    "profession": ("professions", frozenset(one.value for one in Profession)),
    "gender": ("genders", frozenset(one.value for one in Gender)),
    "age_group": ("age_groups", frozenset(one.value for one in AgeGroup)),
}
"""Parameters whose values are words of a list, several separated by commas: the set of a question, the list."""
FREE = {"topic": "topics", "partner": "partners", "project": "projects", "donor": "donors"}
"""Parameters whose values are those that activities carry."""


@dataclass(slots=True)
class Faults:
    """What is wrong, by parameter."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, message: str) -> None:
        """Note what is wrong with a parameter."""
        self.found.append((name, message))

    def __bool__(self) -> bool:
        return bool(self.found)


@dataclass(frozen=True, slots=True)
class Put:
    """A question, and the instant that it is answered as of."""

    question: Question
    instant: datetime


def put(
    given: Mapping[str, str],
    faults: Faults,
    *,
    tell: bool = True,
    present: Callable[[], datetime] | None = None,
) -> Put:
    """Return the question that plain values ask; what is wrong goes into ``faults`` and narrows nothing.

    Names: ``from``, ``to``, ``as_of``, ``country``, ``region`` (``set/group``), ``language``, ``kind``, ``channel``,
    ``topic``, ``partner``, ``project``, ``donor``, ``tag``, ``activity``, ``profession``, ``gender``, ``age_group``,
    ``newness``, ``country_basis``, ``corrections``. The last day is never after the day of ``as_of``: what is planned
    has not been held. Without ``tell`` nobody learns whether some activity carries a value.
    ``present`` gives the instant that stands for now, which no fact may still come before; default: the latest.
    """
    asked_as_of = as_of(given.get("as_of", ""), faults)
    instant = present() if present and asked_as_of is None else history.as_of(asked_as_of).instant
    start, end = (_day(name, given.get(name, ""), faults) for name in ("from", "to"))
    if start and end and end < start:
        faults.add("to", _("The last day is before the first."))
    last = instant.astimezone(UTC).date()
    question = Question(
        start=start,
        end=min(end or last, last),
        as_of=asked_as_of,
        newness=_one_of("newness", given.get("newness", ""), ("new", "returning"), faults),
        country_basis=_one_of("country_basis", given.get("country_basis", ""), ("then", "now"), faults)
        or "then",
        later_corrections=_one_of("corrections", given.get("corrections", ""), ("later",), faults) == "later",
        **_sets(given, faults, tell=tell),
    )
    return Put(question, instant)


def as_of(value: str, faults: Faults) -> datetime | None:
    """Return the instant that ``as_of`` names: the end of a day in UTC, or an instant with its offset."""
    text = value.strip()
    if not text:
        return None
    try:
        if len(text) == 10:
            found = end_of(date.fromisoformat(text))
        else:  # a plus that was not encoded arrives as a blank
            found = datetime.fromisoformat(text.replace(" ", "+"))
            if found.tzinfo is None:
                raise ValueError(text)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(text)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        faults.add("as_of", _("Write a day as year-month-day, or an instant with its offset from UTC."))
        return None


def _day(name: str, value: str, faults: Faults) -> date | None:
    if not value.strip():
        return None
    try:
        if len(value.strip()) != 10:
            raise ValueError(value)
        found = date.fromisoformat(value.strip())
    except ValueError:
        faults.add(name, _("Write a day as year-month-day."))
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        faults.add(name, _("Choose a day between 2000 and 2100."))
        return None
    return found


def _one_of(name: str, value: str, allowed: tuple[str, ...], faults: Faults) -> str:
    if value and value not in allowed:
        faults.add(name, _("Use one of: %(values)s.", values=", ".join(allowed)))
        return ""
    return value


def _sets(given: Mapping[str, str], faults: Faults, *, tell: bool) -> dict[str, Any]:
    found: dict[str, frozenset[str]] = {}
    for name, (member, allowed) in WORDS.items():
        values = _listed(given.get(name, ""))
        if values - allowed:
            faults.add(name, _("Not known: %(values)s.", values=", ".join(sorted(values - allowed))[:100]))
        found[member] = values & allowed
    found["languages"] = _listed(given.get("language", ""))
    found["countries"] = _within_region(given.get("region", ""), found["countries"], faults)
    found |= _carried(given, faults, tell=tell)
    return found


def _listed(value: str) -> frozenset[str]:
    return frozenset(one.strip() for one in value.split(",") if one.strip())


def _within_region(region: str, countries: frozenset[str], faults: Faults) -> frozenset[str]:
    """The countries of a group, those asked for alone where some are."""
    if not region:
        return countries
    set_id, _slash, group = region.rpartition("/")
    members = groupings.members(set_id, group)
    if not members:
        faults.add("region", _("There is no such group of countries."))
    return (countries & members or frozenset({"-"})) if countries else members


def _carried(given: Mapping[str, str], faults: Faults, *, tell: bool) -> dict[str, frozenset[str]]:
    """Values that some activity carries; one statement when any is asked for."""
    asked = {name: given.get(name, "") for name in (*FREE, "tag", "activity")}
    wanted = [name for name, value in asked.items() if value and value.isprintable()]
    for name, value in asked.items():
        if value and name not in wanted:
            faults.add(name, _("There is no such value."))
    if wanted and tell:
        _check_carried(asked, wanted, faults)
    members = {**FREE, "tag": "tags", "activity": "activities"}
    return {members[name]: frozenset({asked[name]}) for name in wanted}


def _check_carried(asked: Mapping[str, str], wanted: Sequence[str], faults: Faults) -> None:
    conditions = {name: getattr(Activity, name) == asked[name] for name in FREE}
    conditions["tag"] = Activity.tags.op("?")(asked["tag"])
    conditions["activity"] = Activity.slug == asked["activity"]
    known = db.session.execute(select(*(exists().where(conditions[name]) for name in wanted))).one()
    for name, there in zip(wanted, known, strict=True):
        if not there:
            faults.add(name, _("There is no such value."))
