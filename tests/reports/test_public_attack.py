"""The public page's numbers against somebody who puts all of them together: totals, regions, countries, years.

Small platforms are made at random, person by person. Who attacks knows every number shown, that nothing hidden is zero,
and what holds between the tables; they narrow down between which numbers everything else must lie: what is hidden, who
is in one part only, how many are in several, how many came or went. None of that may be known to be one to four people.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.accounts.countries import COUNTRIES
from app.records.overview import Overview
from app.records.suppression import LEAST
from app.reports.charts import Hidden
from app.reports.statistics.public import People, PublicNumbers, shown

YEARS = range(2021, 2027)
PLACES = ("KE", "NG", "TN", "PE", "CL", "NO", "KZ", "")
MOVERS = (0.0, 0.03, 0.4)
"""How many people are of several countries: nobody, hardly anybody, many."""
Name = tuple[str, ...]
Range = tuple[float, float]
Union = tuple[Name, tuple[Name, ...]]
"""A whole, and parts that hold everybody of it; somebody may be in several of them."""


@dataclass(frozen=True, slots=True)
class Platform:
    """People trained, each as the set of the countries and years that they were trained in, and everything told."""

    people: Sequence[frozenset[tuple[str, int]]]
    overview: Overview

    @property
    def settled(self) -> bool:
        """Nobody is of several countries or years: whoever takes that for granted is right."""
        return all(len(one) == 1 for one in self.people)

    def inside(self, name: Name) -> set[int]:
        """The people of a part: of all, a region, a country, a year."""
        kind, value = name
        return {
            number
            for number, one in enumerate(self.people)
            if kind == "all"
            or any(
                value == {"country": code, "region": region(code), "year": str(year)}[kind]
                for code, year in one
            )
        }


def region(code: str) -> str:
    """The regional group of a country; "" where none is known."""
    return COUNTRIES[code].region.value if code else ""


def platform(seed: int) -> Platform:
    """A small platform made at random."""
    dice = random.Random(seed)
    places = dice.sample(PLACES, dice.randint(1, len(PLACES)))
    years = dice.sample(YEARS, dice.randint(1, len(YEARS)))
    moving, again = dice.choice(MOVERS), dice.choice(MOVERS)
    weights = [dice.choice([1, 1, 4, 20]) for _place in places]
    people = []
    for _person in range(dice.choice([3, 9, 20, 60, 200])):
        times = dice.choices(years, k=3 if dice.random() < again else 1)
        homes = dice.choices(places, weights, k=2 if dice.random() < moving else 1)
        people.append(
            frozenset((dice.choice(homes), year) for year in times) | {(one, times[0]) for one in homes}
        )
    return Platform(people, told(people, dice))


def told(people: Sequence[frozenset[tuple[str, int]]], dice: random.Random) -> Overview:
    """What the register tells of them. Users are the same people, of one of their countries, some of them gone."""
    by_country = {code: sum(any(at == code for at, _year in one) for one in people) for code in PLACES}
    by_region = {
        group: sum(any(region(at) == group for at, _year in one) for one in people)
        for group in {region(code) for code in PLACES}
    }
    by_year = {year: sum(any(when == year for _at, when in one) for one in people) for year in YEARS}
    homes = [min(one) for one in people if dice.random() < 0.95]
    users = {code: sum(at == code for at, _year in homes) for code in PLACES}
    running = {year: sum(when <= year for _at, when in homes) for year in YEARS}
    uses = {year: dice.choice([0, 1, 3, 6, 40]) for year in YEARS}
    return Overview(
        at=datetime(2026, 6, 1, tzinfo=UTC),
        users={code: number for code, number in users.items() if number},
        users_by_year=running,
        trained=len(people),
        trained_by_country={code: number for code, number in by_country.items() if number},
        trained_by_region={group: number for group, number in by_region.items() if number},
        trained_by_year={year: number for year, number in by_year.items() if number},
        participants_by_year=by_year,
        held={"deliveries": by_year, "webinars": by_year, "recording_uses": uses},
    )


# ------------------------------------------------------------------------------------------------ who attacks


def known(people: People) -> dict[Name, Range]:
    """Between which numbers each cell lies at first sight."""
    tables: Mapping[str, Mapping[str, int | Hidden]] = {
        "all": {"": people.total},
        "region": people.regions,
        "country": people.countries,
        "year": {str(year): number for year, number in people.years.items()},
    }
    return {
        (kind, value): (1, math.inf) if isinstance(number, Hidden) else (number, number)
        for kind, numbers in tables.items()
        for value, number in numbers.items()
    }


def unions(cells: Mapping[Name, Range]) -> list[Union]:
    """Every way to put a whole together: a region of its countries; all of years, or of regions, any of them by
    countries instead."""
    countries: dict[Name, tuple[Name, ...]] = {}
    for name in cells:
        if name[0] == "country":
            of = ("region", region(name[1]))
            countries[of] = (*countries.get(of, ()), name)
    regions = [name for name in cells if name[0] == "region"]
    years = tuple(name for name in cells if name[0] == "year")
    found: list[Union] = [(of, parts) for of, parts in countries.items() if of in cells]
    found += [(("all", ""), years)] if years else []
    for size in range(len(countries) + 1 if regions else 0):
        for replaced in combinations(countries, size):
            kept = tuple(one for one in regions if one not in replaced)
            found.append((("all", ""), kept + tuple(part for one in replaced for part in countries[one])))
    return found


def narrowed(cells: Mapping[Name, Range], found: Sequence[Union], *, disjoint: bool) -> dict[Name, Range]:
    """Narrow the ranges by one another until nothing changes. A whole is no less than any of its parts and no more than
    all; where nobody is in two parts it is their sum."""
    ranges = dict(cells)
    for _round in range(100):
        before = dict(ranges)
        for whole, parts in found:
            low = sum(ranges[one][0] for one in parts) if disjoint else max(ranges[one][0] for one in parts)
            meet(ranges, whole, (low, sum(ranges[one][1] for one in parts)))
            for one in parts:
                others = [ranges[other] for other in parts if other != one]
                least = ranges[whole][0] - sum(high for _low, high in others)
                most = ranges[whole][1] - (sum(low for low, _high in others) if disjoint else 0)
                meet(ranges, one, (least, most))
        if ranges == before:
            return ranges
    return ranges


def meet(ranges: dict[Name, Range], name: Name, other: Range) -> None:
    """Narrow one range."""
    low, high = ranges[name]
    ranges[name] = (max(low, other[0]), min(high, other[1]))


def derived(ranges: Mapping[Name, Range], found: Sequence[Union]) -> Iterator[tuple[Name, Range]]:
    """Yield what follows of people who have no cell of their own: those of a whole who are not in a part, and those who
    are in several parts."""
    for whole, parts in found:
        (low, high), several = ranges[whole], len(parts)
        for one in parts:
            yield (*whole, "without", *one), (low - ranges[one][1], high - ranges[one][0])
        if several > 1:
            least = (sum(ranges[one][0] for one in parts) - high) / (several - 1)
            yield (*whole, "several"), (least, sum(ranges[one][1] for one in parts) - low)


def few(found: Range) -> bool:
    """Whether a range tells of one to four people."""
    return found[0] > 0 and found[1] < LEAST


def attack(people: People, *, disjoint: bool) -> list[tuple[Name, Range]]:
    """Return what can be known to be about one to four people."""
    cells = known(people)
    found = unions(cells)
    ranges = narrowed(cells, found, disjoint=disjoint)
    assert all(low <= high for low, high in ranges.values()), "the attacker thinks something that is not so"
    told = [*ranges.items(), *derived(ranges, found)]
    return [(name, between) for name, between in told if few(between)]


def steps(found: PublicNumbers) -> list[int]:
    """Return what two users' numbers shown, of any two years, differ by."""
    running = [number for number in found.series["users"] if not isinstance(number, Hidden)]
    return [abs(later - earlier) for earlier, later in combinations(running, 2)]


# ------------------------------------------------------------------------------------------------ tests


@pytest.mark.parametrize("examples", [250, pytest.param(3000, marks=pytest.mark.long)])
def test_nobody_can_work_out_a_few_people(examples: int) -> None:
    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=(Phase.generate,))
    @given(st.integers(0, 2**40))
    def withstood(seed: int) -> None:
        made = platform(seed)
        found = shown(made.overview)
        assert attack(found.trained, disjoint=False) == [], seed
        assert attack(found.users, disjoint=True) == [], seed
        if made.settled:
            assert attack(found.trained, disjoint=True) == [], seed
        assert all(step == 0 or step >= LEAST for step in steps(found)), seed

    withstood()


@pytest.mark.parametrize("examples", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_what_the_attacker_takes_for_certain_is_so(examples: int) -> None:
    """The attack itself: each range holds the true number."""

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=(Phase.generate,))
    @given(st.integers(0, 2**40))
    def right(seed: int) -> None:
        made = platform(seed)
        cells = known(shown(made.overview).trained)
        found = unions(cells)
        for name, (low, high) in narrowed(cells, found, disjoint=made.settled).items():
            assert low <= len(made.inside(name)) <= high, (seed, name)
        for whole, parts in found:
            inside = [made.inside(one) for one in parts]
            assert set().union(*inside) == made.inside(whole), (seed, whole)

    right()


def test_the_attacker_finds_what_is_not_kept_back() -> None:
    """Numbers as they are, nothing hidden: two are from nowhere but Peru, three were there in both years."""
    bare = People(total=102, regions={}, countries={}, years={2025: 60, 2026: 45})
    assert {name for name, _range in attack(bare, disjoint=False)} == {("all", "", "several")}
    places = People(
        total=102, regions={region("KE"): 100, region("PE"): 7}, countries={"KE": 100, "PE": 7}, years={}
    )
    assert ("all", "", "without", "region", region("KE")) in dict(attack(places, disjoint=False))


def test_most_is_shown_of_a_platform_that_is_not_small() -> None:
    made = [platform(seed) for seed in range(400)]
    large = [one for one in made if len(one.people) == 200]
    numbers = [cell for one in large for cell in known(shown(one.overview).trained).values()]
    assert sum(low == high for low, high in numbers) > 0.6 * len(numbers)
