"""Groupings of countries: the built-in sets, and those that staff make; every one with its versions.

``groupings.all_sets(at)`` are the sets as they hold at a day; a snapshot writes down :attr:`CountrySet.reference`, and
``groupings.referred(reference)`` gives that very version back for ever.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask_babel.speaklater import LazyString

from app.core import clock
from app.records.groupings.builtin import BUILT_IN
from app.records.groupings.queries import PREFIX, free_sets
from app.records.groupings.sets import CountrySet, Group, valid_at
from app.records.groupings.titles import CROSS_REGIONAL, GLOBAL, MEMBERS, REACHES, REPORT_REGIONS, SETS

__all__ = [
    "CROSS_REGIONAL",
    "GLOBAL",
    "MEMBERS",
    "REACHES",
    "REPORT_REGIONS",
    "SETS",
    "CountrySet",
    "Group",
    "all_sets",
    "country_set",
    "group_of",
    "group_title",
    "members",
    "reach",
    "referred",
]


def all_sets(at: date | None = None) -> list[CountrySet]:
    """Return every set as it holds at a day (default: today in UTC), built-in ones first, then staff's by title."""
    day = at or _today()
    built_in = [valid_at(versions, day) for versions in BUILT_IN.values()]
    free = [valid_at(one.versions, day) for one in free_sets().values() if one.retired_at is None]
    return [one for one in built_in if one] + sorted(
        (one for one in free if one), key=lambda one: (str(one.title).casefold(), one.id)
    )


def country_set(set_id: str, at: date | None = None) -> CountrySet | None:
    """Return a set as it holds at a day, a retired one too; None when there is none (yet)."""
    return valid_at(_versions(set_id), at or _today())


def referred(reference: str) -> CountrySet | None:
    """Return the version that ``set_id@version`` names, however old; None when there is none."""
    set_id, _at, version = reference.rpartition("@")
    return next((one for one in _versions(set_id) if one.version == version), None)


def group_of(set_id: str, country: str, at: date | None = None) -> str | None:
    """Return the id of the group of a set that a country is in; None when in none, or when there is no such set."""
    found = country_set(set_id, at)
    return found.group_of(country) if found else None


def members(set_id: str, group_id: str, at: date | None = None) -> frozenset[str]:
    """Return the countries of a group of a set at a day; none when there is no such set or group."""
    found = country_set(set_id, at)
    return found.members(group_id) if found else frozenset()


def group_title(set_id: str, group_id: str, at: date | None = None) -> LazyString | str:
    """Return what a group is called; its id when there is no such group."""
    found = country_set(set_id, at)
    group = found.groups.get(group_id) if found else None
    return group.title if group else group_id


def reach(countries: Collection[str]) -> str:
    """Return what an activity's countries come to: the id of one region of the reports, CROSS_REGIONAL or GLOBAL.

    No country at all means for everybody. The titles are in REACHES.
    """
    if not countries:
        return GLOBAL
    regions = {group_of(REPORT_REGIONS, country) for country in countries}
    return next(iter(regions)) or CROSS_REGIONAL if len(regions) == 1 else CROSS_REGIONAL


def _versions(set_id: str) -> tuple[CountrySet, ...]:
    if set_id.startswith(PREFIX):
        free = free_sets().get(set_id)
        return tuple(free.versions) if free else ()
    return BUILT_IN.get(set_id, ())


def _today() -> date:
    return clock.now().date()
