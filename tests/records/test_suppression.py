"""Small numbers, attacked by subtraction: over all totals that are shown, by another way than the code's own."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.suppression import LEAST, Sum, hidden, shown_steps

Cells = dict[str, int]
Sums = list[Sum[str]]
SMALL = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 9), st.integers(10, 400))


def tree(regions: list[list[int]]) -> tuple[Cells, Sums]:
    """All people, regions, countries: each the sum of what is below it."""
    cells, sums = {"all": sum(map(sum, regions))}, []
    for at, countries in enumerate(regions):
        names = tuple(f"{at}.{n}" for n in range(len(countries)))
        cells |= dict(zip(names, countries, strict=True)) | {str(at): sum(countries)}
        sums.append(Sum(str(at), names))
    sums.append(Sum("all", tuple(str(at) for at in range(len(regions)))))
    return cells, sums


def crossed(rows: list[list[int]]) -> tuple[Cells, Sums]:
    """Countries by years, with the totals of both: each cell is in two sums."""
    years = range(len(rows[0]))
    cells = {f"{r}/{c}": rows[r][c] for r, c in product(range(len(rows)), years)}
    sums = []
    for r in range(len(rows)):
        cells[f"row {r}"] = sum(rows[r])
        sums.append(Sum(f"row {r}", tuple(f"{r}/{c}" for c in years)))
    for c in years:
        cells[f"column {c}"] = sum(row[c] for row in rows)
        sums.append(Sum(f"column {c}", tuple(f"{r}/{c}" for r in range(len(rows)))))
    return cells, sums


def solved(cells: Cells, unseen: frozenset[str], sums: Sums) -> set[str]:
    """The hidden cells whose numbers follow from the sums: what elimination leaves alone in a row."""
    names = sorted(unseen)
    rows = []
    for one in sums:
        row = [Fraction(0)] * len(names)
        for key in one.parts:
            if key in unseen:
                row[names.index(key)] += 1
        if one.whole in unseen:
            row[names.index(one.whole)] -= 1
        rows.append(row)
    pivots: list[list[Fraction]] = []
    for column in range(len(names)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        pivots = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in pivots]
        pivots.append(pivot)
    alone = [row for row in pivots if sum(bool(value) for value in row) == 1]
    return {names[next(at for at, value in enumerate(row) if value)] for row in alone}


def possible(cells: Cells, unseen: frozenset[str], sums: Sums, most: int) -> dict[str, set[int]]:
    """Every number that each hidden cell could be: all assignments tried, from 1 to ``most``."""
    names = sorted(unseen)
    found: dict[str, set[int]] = {name: set() for name in names}
    for numbers in product(range(1, most + 1), repeat=len(names)):
        tried = cells | dict(zip(names, numbers, strict=True))
        if all(sum(tried[key] for key in one.parts) == tried[one.whole] for one in sums):
            for name, number in zip(names, numbers, strict=True):
                found[name].add(number)
    return found


@settings(deadline=None)
@given(st.lists(st.lists(SMALL, min_size=1, max_size=8), min_size=1, max_size=6))
def test_nothing_small_is_shown_nor_follows_from_the_sums(regions: list[list[int]]) -> None:
    cells, sums = tree(regions)
    unseen = hidden(cells, sums)
    assert all(key in unseen for key, number in cells.items() if 0 < number < LEAST)
    assert all(cells[key] for key in unseen), "zero is about nobody and always shown"
    assert not {key for key in solved(cells, unseen, sums) if cells[key] < LEAST}


@settings(deadline=None)
@given(st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=2, max_size=4))
def test_neither_do_they_across_periods(rows: list[list[int]]) -> None:
    cells, sums = crossed(rows)
    unseen = hidden(cells, sums)
    assert not {key for key in solved(cells, unseen, sums) if cells[key] < LEAST}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=2), min_size=1, max_size=2))
def test_who_tries_everything_cannot_even_tell_that_they_are_small(regions: list[list[int]]) -> None:
    cells, sums = tree(regions)
    unseen = hidden(cells, sums)
    if len(unseen) > 3:
        return
    for key, numbers in possible(cells, unseen, sums, most=16).items():
        if 0 < cells[key] < LEAST:
            assert max(numbers) >= LEAST, (key, cells, unseen)


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ([[100, 200], [300]], set()),
        ([[100, 3, 20], [300]], {"0.1", "0.2"}),
        ([[3], [300]], {"0.0", "0", "1", "1.0"}),
        ([[1, 1, 30], [40]], {"0.0", "0.1", "0.2"}),
        ([[0, 0], [50]], set()),
        ([[2]], {"0.0", "0", "all"}),
    ],
)
def test_no_more_is_hidden_than_it_takes(regions: list[list[int]], expected: set[str]) -> None:
    assert hidden(*tree(regions)) == expected


@given(st.lists(st.integers(0, 60), min_size=1, max_size=20))
def test_steps_of_a_running_total_are_none_or_five_and_more(numbers: list[int]) -> None:
    shown = [number for number, show in zip(numbers, shown_steps(numbers), strict=True) if show]
    assert all(number == 0 or number >= LEAST for number in shown)
    assert all(a == b or abs(a - b) >= LEAST for a, b in pairwise(shown))
    if numbers[-1] >= LEAST:
        assert shown[-1] == numbers[-1], "the present total is always there"
