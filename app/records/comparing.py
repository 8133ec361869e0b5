"""Figures as they were published beside the same figures as computed, each for its own period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select

from app.core.database import db
from app.records import history, measuring
from app.records.figures.models import PublishedFigure, Qualifier
from app.records.indicators import INDICATORS
from app.records.questions import Question, end_of

_TENTHS = 11
"""A number is "more than" a round one below so many tenths of it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A published number and what is computed for it; ``computed`` is None where there is no such figure."""

    published: PublishedFigure
    computed: float | None

    @property
    def difference(self) -> float | None:
        """How far the computed number is above the published one."""
        return None if self.computed is None else self.computed - self.published.value

    @property
    def holds(self) -> bool:
        """Whether the computed number is as the published one says."""
        return self.computed is not None and holds(
            Qualifier(self.published.qualifier), self.published.value, self.computed
        )


def holds(qualifier: Qualifier, said: float, found: float) -> bool:
    """Whether ``found`` can be told as ``said``: exactly; more than (by less than a tenth); nearly; about."""
    below, above = found * _TENTHS > said * 10, found * 10 < said * _TENTHS
    if qualifier == Qualifier.MORE_THAN:
        return said < found and above
    if qualifier == Qualifier.NEARLY:
        return found < said and below
    if qualifier == Qualifier.ABOUT:
        return below and above
    return found == said


def compare(
    published: Iterable[PublishedFigure] | None = None,
    *,
    as_of: date | None = None,
    as_published: bool = False,
) -> list[Compared]:
    """Return published figures (default: all) with what is computed, in order of their dates.

    Recorded by the end of ``as_of``, or with ``as_published`` by the end of the day on which each was published;
    otherwise by now. One statement for each basis of each period.
    """
    rows = all_published() if published is None else list(published)
    known = {*INDICATORS, *measuring.named_figures()}
    found: dict[int, float] = {}
    for question, same in _alike(rows, as_of, as_published):
        ids = {one.figure for one in same} & known
        figures = measuring.count(
            measuring.asked(sorted(ids), question), history.as_of(question.as_of).instant
        )
        found |= {one.id: figures[one.figure].value for one in same if one.figure in figures}
    return [Compared(one, found.get(one.id)) for one in rows]


def all_published() -> list[PublishedFigure]:
    """Return every published figure, by the day it ends and the figure."""
    order = (PublishedFigure.ends_on, PublishedFigure.starts_on, PublishedFigure.figure, PublishedFigure.id)
    return list(db.session.scalars(select(PublishedFigure).order_by(*order)))


def _alike(
    rows: Iterable[PublishedFigure], as_of: date | None, as_published: bool
) -> Iterator[tuple[Question, list[PublishedFigure]]]:
    """Figures that are answered together: of the same period, as of the same instant."""

    def key(one: PublishedFigure) -> tuple[str, str, str]:
        known = one.dated if as_published else as_of
        return (str(one.starts_on or ""), str(one.ends_on), str(known or ""))

    for (start, end, known), same in groupby(sorted(rows, key=key), key):
        yield Question(start=_day(start), end=_day(end), as_of=_instant(known)), list(same)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str) -> datetime | None:
    return end_of(date.fromisoformat(text)) if text else None
