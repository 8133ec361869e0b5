"""Small numbers do not leave the platform: counts of fewer than five people are withheld, and what gives them away.

A count is given away by another one of the same row (people, and those of them who completed) and by the other rows of
its line: where a single one is withheld beside others that add up, the next smallest goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from app.reports.columns import Column, Kind

SMALLEST = 5
WITHHELD = "*"
_OF_THINGS = frozenset({"activities", "sessions", "countries", "languages", "hours", "minutes"})


def withheld(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return the rows with :data:`WITHHELD` in the place of numbers that could tell of single people."""
    found = [list(row) for row in rows]
    numbers = [place for place, one in enumerate(columns) if one.is_number and one.unit not in _OF_THINGS]
    counts = [place for place in numbers if columns[place].kind == Kind.COUNT]
    groups = [place for place, one in enumerate(columns) if not one.is_number]
    hidden = {number for number, row in enumerate(found) if _is_small(columns, counts, row)}
    hidden |= _complement(found, counts, groups, hidden)
    for number in hidden:
        for place in numbers:
            found[number][place] = WITHHELD
    return found


def _is_small(columns: Sequence[Column], counts: Sequence[int], row: Sequence[Any]) -> bool:
    """Whether a count, or the difference of two counts of the same unit, is of one to four."""
    if any(_few(row[place]) for place in counts):
        return True
    pairs = combinations(counts, 2)
    return any(
        _few(abs((row[one] or 0) - (row[other] or 0)))
        for one, other in pairs
        if columns[one].unit == columns[other].unit
    )


def _few(value: Any) -> bool:
    return value is not None and 0 < value < SMALLEST


def _complement(
    rows: Sequence[Sequence[Any]], counts: Sequence[int], groups: Sequence[int], hidden: set[int]
) -> set[int]:
    """Return what must be hidden besides: in no line may a single row be hidden."""
    lines: dict[tuple[int, Any], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        lines[-1, None].append(number)
        for place in groups if len(groups) > 1 else ():
            lines[place, row[place]].append(number)
    added: set[int] = set()
    while True:
        alone = [
            line for line in lines.values() if len(line) > 1 and len(hidden.union(added) & set(line)) == 1
        ]
        if not alone:
            return added
        for line in alone:
            open_rows = [number for number in line if number not in hidden | added]
            if open_rows:
                added.add(
                    min(open_rows, key=lambda number: sum(rows[number][place] or 0 for place in counts))
                )
