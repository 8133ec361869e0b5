"""What everybody may see: totals, years, regions and countries, with small numbers of people hidden.

The numbers are kept for a few minutes in each process, so that strangers cost the database nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_WHOLE = ("all", "")


@dataclass(frozen=True, slots=True)
class People:
    """Numbers of people that may be shown: all of them, by regional group, by country ("" where none is known)."""

    total: Shown
    regions: Mapping[str, Shown]
    countries: Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class PublicNumbers:
    """Everything on the public page. ``series`` are numbers in the order of ``years``; None before the first."""

    at: datetime
    users: People
    trained: People
    totals: Mapping[str, Shown]
    years: Sequence[int]
    series: Mapping[str, Sequence[Shown | None]]


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
    """Return what may be shown of an overview."""
    users = _people(sum(found.users.values()), _by_region(found.users), found.users)
    trained = _people(found.trained, found.trained_by_region, found.trained_by_country)
    years, uses = _years(found), found.held["recording_uses"]
    series: dict[str, Sequence[Shown | None]] = {
        "users": _running([found.users_by_year.get(year, 0) for year in years]),
        "trained": _of_years(found.trained_by_year, found.trained, years),
        "deliveries": [found.held["deliveries"].get(year, 0) for year in years],
        "webinars": [found.held["webinars"].get(year, 0) for year in years],
        "recording_uses": _of_years(uses, sum(uses.values()), years),
    }
    totals: dict[str, Shown] = {
        "users": users.total,
        "user_countries": _countries(found.users),
        "trained": trained.total,
        "trained_countries": _countries(found.trained_by_country),
        "deliveries": sum(found.held["deliveries"].values()),
        "webinars": sum(found.held["webinars"].values()),
        "recording_uses": _alone(sum(uses.values())),
    }
    return PublicNumbers(
        at=found.at,
        users=users,
        trained=trained,
        totals=totals,
        years=years,
        series=series,
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
        region = _region(code)
        found[region] = found.get(region, 0) + number
    return found


def _region(code: str) -> str:
    return COUNTRIES[code].region.value if code in COUNTRIES else ""


def _people(total: int, regions: Mapping[str, int], countries: Mapping[str, int]) -> People:
    """Hide what is small, and what would give it away: countries make up regions, regions all people."""
    cells: dict[tuple[str, str], int] = {_WHOLE: total}
    cells |= {("region", one): regions.get(one, 0) for one in (*Region, "")}
    cells |= {("country", code): number for code, number in countries.items()}
    sums = [Sum(_WHOLE, tuple(key for key in cells if key[0] == "region"))]
    for region in (*Region, ""):
        parts = tuple(key for key in cells if key[0] == "country" and _region(key[1]) == region)
        sums.append(Sum(("region", region), parts))
    kept_back = suppression.hidden(cells, [one for one in sums if one.parts])

    def value(key: tuple[str, str]) -> Shown:
        return WITHHELD if key in kept_back else cells[key]

    return People(
        total=value(_WHOLE),
        regions={str(one): value(("region", one)) for one in (*Region, "")},
        countries={code: value(("country", code)) for code in countries},
    )


def _running(numbers: Sequence[int]) -> list[Shown | None]:
    """A running total: steps of a few people are not shown."""
    kept = suppression.shown_steps(numbers)
    return [number if show else WITHHELD for number, show in zip(numbers, kept, strict=True)]


def _of_years(by_year: Mapping[int, int], total: int, years: Iterable[int]) -> list[Shown | None]:
    cells: dict[int, int] = {0: total} | {year: by_year.get(year, 0) for year in years}
    kept_back = suppression.hidden(cells, [Sum(0, tuple(year for year in cells if year))])
    return [WITHHELD if year in kept_back else cells[year] for year in years]


def _alone(number: int) -> Shown:
    return WITHHELD if 0 < number < suppression.LEAST else number
