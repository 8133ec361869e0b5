"""The base of reports whose rows are few and made as a whole: one for each country, activity, recording or room."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
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
    above: ClassVar[tuple[str, ...]]
    """Keys of the columns whose counts over all stand above the table."""

    @abstractmethod
    def table(self, asked: Asked) -> Table:
        """Return the rows in the order of ``all_columns``, and what is counted over all of them."""

    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns."""
        return self.all_columns

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Every column."""
        return frozenset(one.key for one in self.all_columns)

    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield every row, in the order asked for."""
        instants = {place for place, one in enumerate(self.all_columns) if one.kind == Kind.INSTANT}
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
        return Page(shown, len(rows), number, size, self._numbers(table), self._totals(table))

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
        return self._totals(self.table(asked))

    def _numbers(self, table: Table) -> list[Number]:
        by_key = {one.key: one for one in self.all_columns}
        return [
            Number(key, one.heading, table.over_all.get(key), one.definition or "", one.unit)
            for key, one in ((key, by_key[key]) for key in self.above)
        ]

    def _totals(self, table: Table) -> Sequence[Any]:
        return [table.over_all.get(one.key) for one in self.all_columns]

    def _sorted(self, asked: Asked, table: Table) -> list[Sequence[Any]]:
        """Return the rows in order, those without a value last; equal ones by the first column's words, then key."""
        place = next(one for one, column in enumerate(self.all_columns) if column.key == asked.sorted_by)
        texts = asked.texts
        word = texts.get(self.all_columns[place].kind)
        first = texts.get(self.all_columns[0].kind, str)

        def by(key: str) -> Any:
            value = table.rows[key][place]
            shown = word(value) if word and value is not None else value
            return shown.casefold() if isinstance(shown, str) else shown

        keys = sorted(table.rows, key=lambda key: (str(first(table.rows[key][0])).casefold(), key))
        known = [key for key in keys if by(key) not in {None, ""}]
        known.sort(key=by, reverse=bool(asked.direction))
        unknown = [key for key in keys if by(key) in {None, ""}]
        return [table.rows[key] for key in (*known, *unknown)]
