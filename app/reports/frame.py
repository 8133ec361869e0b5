"""What every report is: its columns and rows within what a reader may see, its numbers, its groupings.

A reader asks (:func:`app.reports.catalogue.ask`) with the values of an address. The answer, :class:`Asked`, holds the
rights of that reader at that moment, so whoever opens a kept question asks again and gets what they may see by then.
Rows are raw values in the order of ``report.columns(asked)``: codes, instants, numbers.
:func:`app.reports.words.in_words` puts the words of ``asked.texts`` in their place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flask_babel.speaklater import LazyString

from app.core.access import Actor
from app.core.permissions import Permission
from app.reports.activities import Known
from app.reports.columns import Column, Dimension, Kind
from app.reports.policy import Scope, scope_of
from app.reports.selection import Selection
from app.reports.words import Word, elsewhere, statuses, words

MAX_GROUPING = 2


@dataclass(frozen=True, slots=True)
class Number:
    """One number above a report. ``value`` is None where there is nothing to measure; ``unit`` as in a column."""

    key: str
    label: LazyString | str
    value: float | None
    definition: LazyString | str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose row it is: ``person`` is the public id of an account that the reader may see, None for nobody's.

    ``learner`` and ``activity`` are the keys of the participation.
    """

    person: str | None
    learner: UUID
    activity: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, how many there are in all, the numbers over all, and the total row where there is one.

    ``behind`` says of each row whose participation it is about, None where it is about none.
    """

    rows: Sequence[Sequence[Any]]
    total: int
    number: int
    size: int
    numbers: Sequence[Number]
    totals: Sequence[Any] | None = None
    behind: Sequence[Behind | None] = ()

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows after a place; ``next`` is the place of the last one when more follow."""

    rows: Sequence[Sequence[Any]]
    next: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as one reader asked for it: their rights at that moment, what is counted, how it is grouped and sorted.

    ``activities`` are those within scope and selection, in the order of their titles; ``offered`` those that could be
    chosen. ``as_of`` is the instant of asking.
    """

    report: Report
    actor: Actor
    scope: Scope
    filters: Selection
    grouping: tuple[str, ...]
    sort: str
    as_of: datetime
    activities: Sequence[Known]
    offered: Sequence[Known] = field(default=(), repr=False)

    def as_args(self) -> dict[str, str]:
        """Return the question as values of an address, to be kept and asked again; days are days of its zone."""
        kept = {name: str(value) for name, value in self.filters.as_json().items() if name != "zone"}
        if self.report.periods and self.filters.period != self.report.periods[0][0]:
            kept["period"] = self.filters.period
        kept |= dict(zip(("group", "by"), self.grouping, strict=False))
        return kept | ({"sort": self.sort} if self.sort != self.report.sort_of(self.grouping) else {})

    @property
    def texts(self) -> dict[Kind, Word]:
        """The words of the page's language for the values of the rows."""
        by_country = self.scope.countries and not self.scope.everything
        titles = {str(one.key): one.title for one in self.offered}
        return words(titles, elsewhere() if by_country else "")

    @property
    def direction(self) -> str:
        """Empty for ascending, ``-`` for descending."""
        return "-" if self.sort.startswith("-") else ""

    @property
    def sorted_by(self) -> str:
        """The key of the column it is sorted by."""
        return self.sort.removeprefix("-")


class Report(ABC):
    """A report. Subclasses say what a row is; see ``completions.py`` for one with people, ``countries.py`` without."""

    name: ClassVar[str]
    all_columns: ClassVar[tuple[Column, ...]]
    """The columns of its rows; grouped, it has others."""
    title: ClassVar[LazyString]
    sentence: ClassVar[LazyString]
    """What it counts, in one sentence."""
    filters: ClassVar[tuple[str, ...]] = ()
    """Names of :class:`Selection` that it can be narrowed by, in the order in which they are offered."""
    periods: ClassVar[tuple[tuple[str, LazyString], ...]] = ()
    """What its period can be about, as (value, words); the first is the default."""
    statuses: ClassVar[tuple[str, ...]] = ()
    dimensions: ClassVar[Mapping[str, Dimension]] = {}
    """What it can be grouped by, any two of them."""
    default_sort: ClassVar[str]
    kinds: ClassVar[frozenset[str]] = frozenset()
    """Kinds of activity that it tells of."""
    of_accounts: ClassVar[bool] = False
    """Whether it tells of accounts too, whether or not they took part in anything."""
    of_uses: ClassVar[bool] = False
    """Whether countries, professions and languages are those of uses, not of participations."""
    aggregate: ClassVar[bool] = False
    """Whether its rows hold no persons even when it is not grouped."""

    @abstractmethod
    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns, those of the groups when it is grouped."""

    @abstractmethod
    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield every row through a cursor on the server; with ``iso`` instants come as text in UTC."""

    @abstractmethod
    def page(self, asked: Asked, number: int, size: int) -> Page:
        """Return one page with the numbers; a page beyond the last is the last."""

    @abstractmethod
    def after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        """Return at most ``size`` rows after ``place``, in an order that never changes. Raises ValueError for a place
        that is none."""

    @abstractmethod
    def count(self, asked: Asked) -> int:
        """Return how many rows there are."""

    @abstractmethod
    def numbers(self, asked: Asked) -> list[Number]:
        """Return the numbers over all rows, each with what it counts."""

    def totals(self, asked: Asked) -> Sequence[Any] | None:
        """Return the total row of a table of counts: computed over everybody, never a sum of distinct people."""
        return None

    def sort_of(self, grouping: Sequence[str]) -> str:
        """Return how it is sorted when nothing is asked."""
        return self.default_sort

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Return the keys of the columns it can be sorted by."""
        return frozenset()

    def status_words(self) -> Mapping[str, str]:
        """Return the words of the statuses that it can be narrowed to."""
        return {value: text for value, text in statuses().items() if value in self.statuses}

    def may_read(self, actor: Actor) -> bool:
        """Whether the reader gets this report at all; which rows, their scope says."""
        return self.concerns(scope_of(actor))

    def may_export(self, actor: Actor) -> bool:
        """Whether the reader may take away all the rows they may see."""
        shown = scope_of(actor)
        return self.concerns(shown) and shown.within(scope_of(actor, Permission.REPORTS_EXPORT))

    def concerns(self, scope: Scope) -> bool:
        """Whether somebody with this scope gets the report."""
        reads = scope.everything or bool(scope.slugs or scope.countries)
        return reads or scope.looks_after(self.kinds)

    def holds_persons(self, asked: Asked) -> bool:
        """Whether a row, as asked for, tells of a person."""
        return not (self.aggregate or asked.grouping) or any(one.personal for one in self.columns(asked))
