"""What everybody may see: totals, years, regions and countries, with small numbers of people hidden.

The numbers are kept for a few minutes in each process, so that strangers cost the database nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from app.accounts.countries import COUNTRIES
from app.accounts.vocabulary import Region
from app.core import clock
from app.records import suppression
from app.records.overview import Overview, overview
from app.records.suppression import Sum
from app.reports.charts import WITHHELD, Hidden

Shown = int | Hidden
FRESH = timedelta(minutes=5)
Key = tuple[str, str]
"""A cell: region, country or year, and which; or all of them."""
_WHOLE: Key = ("all", "")


@dataclass(frozen=True, slots=True)
class People:
    """Numbers that may be shown: all people, by regional group and by country ("" where none is known), by year."""

    total: Shown
    regions: Mapping[str, Shown]
    countries: Mapping[str, Shown]
    years: Mapping[int, Shown]


@dataclass(frozen=True, slots=True)
class PublicNumbers:
    """Everything on the public page. ``series`` are numbers in the order of ``years``."""

    at: datetime
    users: People
    trained: People
    totals: Mapping[str, Shown]
    years: Sequence[int]
    series: Mapping[str, Sequence[Shown]]


_lock = Lock()
_kept: dict[str, tuple[datetime, PublicNumbers]] = {}


def numbers() -> PublicNumbers:
    """Return the numbers, at most FRESH old. One thread of a process counts, the others wait for it."""
    with _lock:
        found = _kept.get("")
        if found is None or not timedelta(0) <= clock.now() - found[0] < FRESH:
            found = _kept[""] = (clock.now(), shown(overview()))
        return found[1]


def forget() -> None:
    """Count again at the next request."""
    _kept.clear()


def shown(found: Overview) -> PublicNumbers:
    """Return what may be shown of an overview. What is told in several places is one cell, hidden in all or none."""
    years, uses = _years(found), found.held["recording_uses"]
    users = _people(sum(found.users.values()), _by_region(found.users), {}, {})
    trained = _people(found.trained, found.trained_by_region, found.trained_by_country, found.trained_by_year)
    used = _people(sum(uses.values()), {}, {}, uses)
    running = [found.users_by_year.get(year, 0) for year in years]
    return PublicNumbers(
        at=found.at,
        users=users,
        trained=trained,
        totals={
            "users": users.total,
            "user_countries": _countries(found.users),
            "trained": trained.total,
            "trained_countries": _countries(found.trained_by_country),
            "deliveries": sum(found.held["deliveries"].values()),
            "webinars": sum(found.held["webinars"].values()),
            "recording_uses": used.total,
        },
        years=years,
        series={
            "users": _running(running, users.total),
            "trained": [trained.years.get(year, 0) for year in years],
            "deliveries": [found.held["deliveries"].get(year, 0) for year in years],
            "webinars": [found.held["webinars"].get(year, 0) for year in years],
            "recording_uses": [used.years.get(year, 0) for year in years],
        },
    )


def _countries(people: Mapping[str, int]) -> int:
    return sum(1 for code, number in people.items() if code and number)


def _years(found: Overview) -> list[int]:
    """The years from the first in which anything was, to the present one."""
    told = [found.trained_by_year, *found.held.values(), found.users_by_year]
    first = min((year for one in told for year, number in one.items() if number), default=found.at.year)
    return list(range(first, found.at.year + 1))


def _by_region(people: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, number in people.items():
        found[_region(code)] = found.get(_region(code), 0) + number
    return found


def _region(code: str) -> str:
    return COUNTRIES[code].region.value if code in COUNTRIES else ""


def _people(
    total: int, regions: Mapping[str, int], countries: Mapping[str, int], years: Mapping[int, int]
) -> People:
    """Hide what is small, and what would give it away: countries make up regions, these and the years all people."""
    groups = {str(one): regions.get(one, 0) for one in (*Region, "")} if regions else {}
    dates = {str(year): number for year, number in years.items()}
    kept_back = _kept_back(total, groups, countries, dates)

    def told(numbers: Mapping[str, int], kind: str) -> dict[str, Shown]:
        return {one: WITHHELD if (kind, one) in kept_back else number for one, number in numbers.items()}

    return People(
        total=WITHHELD if _WHOLE in kept_back else total,
        regions=told(groups, "region"),
        countries=told(countries, "country"),
        years={int(year): value for year, value in told(dates, "year").items()},
    )


def _kept_back(
    total: int, regions: Mapping[str, int], countries: Mapping[str, int], years: Mapping[str, int]
) -> frozenset[Key]:
    """The hidden cells of all tables together. Where not even all people may be told, no part of them is."""
    kinds = {"region": regions, "country": countries, "year": years}
    cells = {(kind, one): number for kind, numbers in kinds.items() for one, number in numbers.items()}
    cells[_WHOLE] = total
    further: set[Key] = set()
    while True:
        unseen = _of_places(total, regions, countries, further) | _of_years(total, years, further)
        if _WHOLE in unseen:
            return frozenset(key for key, number in cells.items() if number)
        more = suppression.telling(cells, _unions(regions, countries, years, unseen), unseen)
        if not more:
            return unseen
        further |= more


def _unions(
    regions: Mapping[str, int],
    countries: Mapping[str, int],
    years: Mapping[str, int],
    unseen: Collection[Key],
) -> list[Sum[Key]]:
    """What holds everybody of a whole: regions, or the countries of those that are hidden; countries; years."""
    inside: dict[str, tuple[Key, ...]] = dict.fromkeys(regions, ())
    for code in countries:
        inside[_region(code)] = (*inside.get(_region(code), ()), ("country", code))
    mixed = [
        inside[one] if ("region", one) in unseen and inside[one] else (("region", one),) for one in regions
    ]
    found: list[Sum[Key]] = [Sum(("region", one), codes) for one, codes in inside.items() if codes]
    for parts in (sum(mixed, ()), sum(inside.values(), ()), tuple(("year", one) for one in years)):
        found += [Sum(_WHOLE, parts)] if parts else []
    return found


def _of_places(
    total: int, regions: Mapping[str, int], countries: Mapping[str, int], further: Collection[Key]
) -> frozenset[Key]:
    """The hidden ones of countries, regions and all. Somebody of two countries counts in both and once above them; so
    the sums are made of the parts, which subtraction comes near to."""
    cells: dict[Key, int] = {("country", code): number for code, number in countries.items()}
    sums: list[Sum[Key]] = []
    for one, number in regions.items():
        inside = tuple(("country", code) for code in countries if _region(code) == one)
        cells["region", one] = sum(cells[key] for key in inside) if inside else number
        sums += [Sum(("region", one), inside)] if inside else []
    groups = tuple(("region", one) for one in regions)
    cells[_WHOLE] = sum(cells[key] for key in groups) if groups else total
    sums += [Sum(_WHOLE, groups)] if groups else []
    few = {("region", one): number for one, number in regions.items()} | {_WHOLE: total}
    return suppression.hidden(cells, sums, further=[*_small(few), *(key for key in further if key in cells)])


def _of_years(total: int, years: Mapping[str, int], further: Collection[Key]) -> frozenset[Key]:
    """The hidden ones of years and all, by the same reckoning."""
    cells: dict[Key, int] = {("year", year): number for year, number in years.items()}
    sums = [Sum(_WHOLE, tuple(cells))] if cells else []
    cells[_WHOLE] = sum(years.values()) if years else total
    return suppression.hidden(
        cells, sums, further=[*_small({_WHOLE: total}), *(key for key in further if key in cells)]
    )


def _small(cells: Mapping[Key, int]) -> list[Key]:
    return [key for key, number in cells.items() if 0 < number < suppression.LEAST]


def _running(numbers: Sequence[int], total: Shown) -> list[Shown]:
    """A running total: steps of a few people are not shown, nor any where the present total is not."""
    kept = suppression.shown_steps(numbers)
    hide = isinstance(total, Hidden)
    return [number if show and not hide else WITHHELD for number, show in zip(numbers, kept, strict=True)]
