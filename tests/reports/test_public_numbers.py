"""Everything the public page tells, attacked by subtraction: countries, regions, years and totals together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.countries import COUNTRIES
from app.records.overview import Overview
from app.reports.charts import Hidden
from app.reports.statistics.public import shown

NUMBER = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 9), st.integers(10, 500))
CODES = ("KE", "NG", "PE", "CL", "NO", "KZ", "JO", "")
YEARS = range(2020, 2027)


def made(people: dict[str, int], years: list[int]) -> Overview:
    """An overview in which nobody is of two countries; years are as given."""
    regions: dict[str, int] = {}
    for code, number in people.items():
        region = COUNTRIES[code].region.value if code else ""
        regions[region] = regions.get(region, 0) + number
    by_year = dict(zip(YEARS, years, strict=True))
    running = [sum(years[: n + 1]) for n in range(len(years))]
    return Overview(
        at=datetime(2026, 6, 1, tzinfo=UTC),
        users=people,
        users_by_year=dict(zip(YEARS, running, strict=True)),
        trained=sum(people.values()),
        trained_by_country={code: number for code, number in people.items() if number},
        trained_by_region=regions,
        trained_by_year=by_year,
        participants_by_year=by_year,
        held={"deliveries": by_year, "webinars": by_year, "recording_uses": by_year},
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(NUMBER, min_size=8, max_size=8), st.lists(NUMBER, min_size=7, max_size=7))
def test_no_small_country_is_shown_or_left_over(numbers: list[int], years: list[int]) -> None:
    people = dict(zip(CODES, numbers, strict=True))
    found = shown(made(people, years))
    for one in (found.users, found.trained):
        told = [one.total, *one.regions.values(), *one.countries.values(), *one.years.values()]
        assert all(isinstance(value, Hidden) or value == 0 or value >= 5 for value in told)
        parts = list(one.regions.values())
        if not isinstance(one.total, Hidden) and sum(isinstance(value, Hidden) for value in parts) == 1:
            left = one.total - sum(value for value in parts if not isinstance(value, Hidden))
            assert left >= 5
    for region, value in found.trained.regions.items():
        inside = [
            number
            for code, number in found.trained.countries.items()
            if (COUNTRIES[code].region.value if code else "") == region
        ]
        unseen = sum(isinstance(number, Hidden) for number in inside)
        if not isinstance(value, Hidden) and unseen:
            left = value - sum(number for number in inside if not isinstance(number, Hidden))
            assert left - (unseen - 1) >= 5, "each of them might be five or more"


def test_people_of_two_countries_and_of_many_years_hide_nothing_large() -> None:
    """Distinct people above are fewer than their parts together: that alone is no reason to hide them."""
    people = {"KE": 400, "NG": 300, "PE": 80, "CL": 70, "NO": 9, "KZ": 60, "JO": 50, "": 0}
    found = made(people, [200, 300, 250, 300, 350, 300, 280])
    fewer = {region: number - number // 20 for region, number in found.trained_by_region.items()}
    told = shown(replace(found, trained=850, trained_by_region=fewer)).trained
    values = [told.total, *told.regions.values(), *told.countries.values(), *told.years.values()]
    assert not any(isinstance(value, Hidden) for value in values)


@given(st.lists(st.integers(0, 30), min_size=7, max_size=7))
def test_steps_between_years_tell_of_nobody(years: list[int]) -> None:
    found = shown(made({"KE": sum(years)}, years))
    told = [value for value in found.series["users"] if not isinstance(value, Hidden)]
    assert all(b - a == 0 or b - a >= 5 for a, b in pairwise(told))
