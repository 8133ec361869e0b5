"""Small numbers of people are not shown, nor can they be worked out from what is shown.

A cell of 1 to 4 people is hidden (0 is shown: it is about nobody). Whoever knows the whole and the other parts would
find it by subtraction; so further cells are hidden until the numbers that are left allow five or more in its place.
Every hidden cell is shown alike: which are small and which only cover them is not told.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

LEAST = 5
"""The smallest number of people that is shown."""
_ROUNDS = 50

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Key]):
    """A whole that its parts come to."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def cells(self) -> tuple[Key, ...]:
        """The parts, then the whole."""
        return (*self.parts, self.whole)


Range = tuple[float, float]


def hidden(
    cells: Mapping[Key, int],
    sums: Sequence[Sum[Key]],
    least: int = LEAST,
    *,
    further: Collection[Key] = (),
) -> frozenset[Key]:
    """Return the cells that must not be shown; those ``further`` in any case.

    A cell of several sums is one and the same number in each. Distinct people in several parts are to be given as sums
    of the parts: more than are shown, but what somebody who subtracts would come near to.
    """
    small = [key for key, number in cells.items() if 0 < number < least]
    found = {*small, *further}
    while (exposed := _exposed(small, cells, found, sums, least)) is not None:
        cover = next(_covers(exposed, cells, found, sums), None)
        if cover is None:
            break
        found.add(cover)
    return frozenset(found)


def telling(
    cells: Mapping[Key, int], unions: Sequence[Sum[Key]], unseen: Collection[Key], least: int = LEAST
) -> set[Key]:
    """Return the shown parts that tell of a few people together with their whole: how many are beyond one of them,
    or in several. Here somebody may be in several parts and counts once in the whole; nobody is in none."""
    found: set[Key] = set()
    for one in unions:
        whole = cells[one.whole]
        shown = [key for key in one.parts if cells[key] and key not in unseen and key not in found]
        if one.whole in unseen or not shown:
            continue
        beyond = {key for key in shown if 0 < whole - cells[key] < least}
        every = all(key in shown for key in one.parts if cells[key])
        if not beyond and every and 0 < sum(cells[key] for key in shown) - whole < least:
            beyond = {min(shown, key=lambda key: (cells[key], str(key)))}
        found |= beyond
    return found


def _exposed(
    small: Sequence[Key], cells: Mapping[Key, int], found: set[Key], sums: Sequence[Sum[Key]], least: int
) -> Key | None:
    """A small cell that can be told to be small, or that follows from the sums."""
    known = ranges(cells, found, sums)
    narrow = next((key for key in small if known[key][1] < least), None)
    return narrow if narrow is not None else next(iter(following(found, sums) & set(small)), None)


def following(unseen: Collection[Key], sums: Sequence[Sum[Key]]) -> set[Key]:
    """Return the hidden cells that the sums leave one number for, whatever the numbers: found by elimination."""
    rows = [
        {key: Fraction(-1 if key == one.whole else 1) for key in one.cells if key in unseen} for one in sums
    ]
    solved: list[dict[Key, Fraction]] = []
    while rows:
        row = rows.pop()
        if not row:
            continue
        pivot, value = next(iter(row.items()))
        row = {key: number / value for key, number in row.items()}
        rows = [_without(other, row, pivot) for other in rows]
        solved = [_without(other, row, pivot) for other in solved]
        solved.append(row)
    return {next(iter(row)) for row in solved if len(row) == 1}


def _without(row: dict[Key, Fraction], other: dict[Key, Fraction], pivot: Key) -> dict[Key, Fraction]:
    """``row`` less as many times ``other`` as takes the pivot out of it."""
    times = row.get(pivot, Fraction(0))
    left = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in {**row, **other}}
    return {key: number for key, number in left.items() if number}


def ranges(cells: Mapping[Key, int], unseen: set[Key], sums: Sequence[Sum[Key]]) -> dict[Key, Range]:
    """Return between which numbers each cell must lie for somebody who knows the shown cells, the sums and that no
    hidden cell is zero."""
    known: dict[Key, Range] = {
        key: (1.0, math.inf) if key in unseen else (float(number), float(number))
        for key, number in cells.items()
    }
    for _round in range(_ROUNDS):
        before = dict(known)
        for one in sums:
            _tighten(known, one)
        if known == before:
            break
    return known


def _tighten(known: dict[Key, Range], one: Sum[Key]) -> None:
    """Narrow the ranges of a sum's cells by one another."""
    low = sum(known[key][0] for key in one.parts)
    high = sum(known[key][1] for key in one.parts)
    whole = known[one.whole]
    known[one.whole] = (max(whole[0], low), min(whole[1], high))
    whole = known[one.whole]
    for key in one.parts:
        least, most = known[key]
        others_low = sum(known[other][0] for other in one.parts if other != key)
        others_high = sum(known[other][1] for other in one.parts if other != key)
        known[key] = (max(least, whole[0] - others_high), min(most, whole[1] - others_low))


def _covers(
    exposed: Key, cells: Mapping[Key, int], found: set[Key], sums: Sequence[Sum[Key]]
) -> Iterator[Key]:
    """Yield cells whose hiding could cover another, the best first: the smallest part beside it or beside what is
    hidden with it, then wholes."""
    connected = _connected(exposed, found, sums)
    for level in connected:
        parts = {key for one in level for key in one.parts if key not in found and cells[key] > 0}
        yield from sorted(parts, key=lambda key: (cells[key], str(key)))
    for level in connected:
        yield from (one.whole for one in level if one.whole not in found and cells[one.whole] > 0)


def _connected(exposed: Key, found: set[Key], sums: Sequence[Sum[Key]]) -> list[list[Sum[Key]]]:
    """The sums of a cell, then those that share a hidden cell with these, and so on."""
    levels: list[list[Sum[Key]]] = []
    left, near = list(sums), {exposed}
    while beside := [one for one in left if near.intersection(one.cells)]:
        levels.append(beside)
        left = [one for one in left if one not in beside]
        near = {key for one in beside for key in one.cells if key in found}
    return levels


def shown_steps(numbers: Sequence[int], least: int = LEAST) -> list[bool]:
    """Return which numbers of a running total may be shown: steps between shown ones are 0, or ``least`` or more.

    The last is the present total, which is shown anyway; so they are chosen from the end.
    """
    shown = [False] * len(numbers)
    after: int | None = None
    for at in reversed(range(len(numbers))):
        step = abs(after - numbers[at]) if after is not None else least
        if (step == 0 or step >= least) and not 0 < numbers[at] < least:
            shown[at], after = True, numbers[at]
    return shown
