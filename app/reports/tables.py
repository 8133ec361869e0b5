"""The base of reports whose rows are few and made as a whole: one for each country, activity, recording or room."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.reports.columns import Column, Kind
from app.reports.frame import Asked, Number, Page, Report, Slice
from app.reports.participations import iso_utc


@dataclass(frozen=True, slots=True)
class Table:
    """Every row, each with a key of its own that never changes, and the counts over all of them by column."""

    rows: Mapping[str, Sequence[Any]]
    over_all: Mapping[str, Any]


class TableReport(Report):
    """A report of counts. Subclasses make the whole table; sorting and paging happen here, in words."""

    aggregate = True
    all_columns: ClassVar[tuple[Column, ...]]
    group_columns: ClassVar[tuple[Column, ...]] = ()
    """What is counted of a group: each number anew, none added up from the rows."""
    above: ClassVar[tuple[str, ...]]
    """Keys of the columns whose counts over all stand above the table."""

    @abstractmethod
    def table(self, asked: Asked) -> Table:
        """Return the rows, or the groups, in the order of :meth:`columns`, and what is counted over all of them."""

    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns of the rows, or of the groups."""
        if not asked.grouping:
            return self.all_columns
        return [*(self.dimensions[key].column() for key in asked.grouping), *self.group_columns]

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Every column."""
        if grouping:
            return frozenset(grouping) | {one.key for one in self.group_columns}
        return frozenset(one.key for one in self.all_columns)

    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield every row, in the order asked for."""
        columns = self.columns(asked)
        instants = {place for place, one in enumerate(columns) if one.kind == Kind.INSTANT}
        for row in self._sorted(asked, self.table(asked)):
            if iso and instants:
                yield [iso_utc(one) if place in instants else one for place, one in enumerate(row)]
            else:
                yield row

    def count(self, asked: Asked) -> int:
        """Return how many rows there are."""
        return len(self.table(asked).rows)

    def page(self, asked: Asked, number: int, size: int) -> Page:
        """Return one page with the numbers and the total row."""
        table = self.table(asked)
        rows = self._sorted(asked, table)
        number = min(number, max(1, -(-len(rows) // size)))
        shown = rows[(number - 1) * size : number * size]
        return Page(shown, len(rows), number, size, self._numbers(table), self._totals(asked, table))

    def after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        """Return the rows after the one with a key, in the order of keys."""
        table = self.table(asked)
        keys = [key for key in sorted(table.rows) if place is None or key > place[0]]
        shown = keys[:size]
        return Slice([table.rows[key] for key in shown], (shown[-1],) if len(keys) > size else None)

    def numbers(self, asked: Asked) -> list[Number]:
        """Return the counts over all."""
        return self._numbers(self.table(asked))

    def totals(self, asked: Asked) -> Sequence[Any] | None:
        """Return the counts over all by column; None under what is not counted."""
        return self._totals(asked, self.table(asked))

    def _numbers(self, table: Table) -> list[Number]:
        by_key = {one.key: one for one in self.all_columns}
        return [
            Number(key, one.heading, table.over_all.get(key), one.definition or "", one.unit)
            for key, one in ((key, by_key[key]) for key in self.above)
        ]

    def _totals(self, asked: Asked, table: Table) -> Sequence[Any]:
        counted = [table.over_all.get(one.key) for one in self.columns(asked)[len(asked.grouping) :]]
        return [*(None for _key in asked.grouping), *counted]

    def _sorted(self, asked: Asked, table: Table) -> list[Sequence[Any]]:
        """Return the rows in order, those without a value last; equal ones by the words that they begin with."""
        columns, texts = self.columns(asked), asked.texts
        place = next(one for one, column in enumerate(columns) if column.key == asked.sorted_by)
        ordered: dict[str, Any] = {
            kind: word for kind, word in texts.items() if kind != Kind.MONTH
        }  # in words, but time by itself
        word = ordered.get(columns[place].kind)
        named = [ordered.get(one.kind, str) for one in columns[: max(1, len(asked.grouping))]]

        def by(key: str) -> Any:
            value = table.rows[key][place]
            shown = word(value) if word and value is not None else value
            return shown.casefold() if isinstance(shown, str) else shown

        keys = sorted(table.rows, key=lambda key: (*_words(named, table.rows[key]), key))
        known = [key for key in keys if by(key) not in {None, ""}]
        known.sort(key=by, reverse=bool(asked.direction))
        unknown = [key for key in keys if by(key) in {None, ""}]
        return [table.rows[key] for key in (*known, *unknown)]


Group = tuple[Any, ...]
"""What the rows of a group have of each dimension, "" or None where it is not known; or the key of a single row."""


def by_group(rows: Sequence[Any], width: int) -> tuple[dict[Group, Sequence[Any]], Sequence[Any]]:
    """Return the counts of each group, and those over all of them (none where nothing was counted).

    Of rows with ``width`` values of the group, a mark that is 0 for a group, and the counts.
    """
    of_each: dict[Group, Sequence[Any]] = {
        tuple(row[:width]): tuple(row[width + 1 :]) for row in rows if not row[width]
    }
    return of_each, next((tuple(row[width + 1 :]) for row in rows if row[width]), ())


def group_key(values: Sequence[Any]) -> str:
    """Return the key of a group's row."""
    return json.dumps([value or "" for value in values])


def _words(named: Sequence[Callable[[Any], Any]], row: Sequence[Any]) -> list[str]:
    return [
        str(word(value)).casefold() if value is not None else ""
        for word, value in zip(named, row, strict=False)
    ]
