"""From a report as somebody asked for it to what goes into a file: columns, rows, words, the statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.core import clock
from app.core.database import JSON
from app.reports import choices
from app.reports.columns import Column, Kind
from app.reports.exports.sheet import Head, Sheet, Statement, Word
from app.reports.exports.withholding import SMALLEST, WITHHELD, withheld
from app.reports.forms import read
from app.reports.frame import Asked
from app.reports.models import Form
from app.reports.words import elsewhere, words

_TEXT_INSTANTS = frozenset({Form.CSV, Form.JSONL})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a report is taken away: for whom, in which language and zone, without persons, for somebody outside."""

    form: Form
    made_by: str
    language: str
    zone: str
    anonymised: bool = False
    outside: bool = False

    @property
    def without_persons(self) -> bool:
        """Whether columns that tell who are left out."""
        return self.anonymised or self.outside


def sheet_of(asked: Asked, wish: Wish) -> Sheet:
    """Return what goes into a file of the report, in the language of the moment.

    ValueError for a report with persons that is for somebody outside.
    """
    if wish.outside and asked.report.holds_persons(asked):
        raise ValueError("rows of persons do not leave the platform")
    asked = _unordered_by_persons(asked) if wish.without_persons else asked
    columns = asked.report.columns(asked)
    kept = [place for place, one in enumerate(columns) if not (one.personal and wish.without_persons)]
    shown = [columns[place] for place in kept]
    return Sheet(
        heads=[_head(one) for one in shown],
        rows=_rows(asked, wish, columns, kept),
        words=_words(asked),
        statement=statement_of(asked, wish),
        activities=_activities(asked) if any(one.kind == Kind.COURSE for one in shown) else {},
    )


def statement_of(asked: Asked, wish: Wish) -> Statement:
    """Return what a file says of itself, before its rows are counted."""
    remarks = []
    if wish.outside:
        remarks.append(
            _(
                "%(mark)s stands for numbers that are withheld because they tell of fewer than %(count)d people.",
                mark=WITHHELD,
                count=SMALLEST,
            )
        )
    return Statement(
        report=asked.report.name,
        title=str(asked.report.title),
        sentence=str(asked.report.sentence),
        filters=filters_in_words(asked),
        asked=asked.as_args(),
        made_by=wish.made_by,
        made_at=clock.now(),
        as_of=asked.as_of,
        language=wish.language,
        zone=wish.zone,
        anonymised=wish.without_persons,
        remarks=remarks,
    )


def filters_in_words(asked: Asked) -> list[tuple[str, str]]:
    """Return (label, words) of what a report is narrowed to, grouped and sorted by."""
    args = asked.as_args()
    form = read(asked.report, args, choices.of(asked.report, asked.scope, asked.offered))
    found = []
    for field in form:
        value = args.get(field.name, "")
        if value and field.name not in {"sort", "page", "size"}:
            offered = dict(getattr(field, "choices", None) or ())
            found.append((str(field.label.text), str(offered.get(value, value))))
    if asked.filters.start or asked.filters.end:
        found.append((_("Days are days of"), asked.filters.zone))
    heading = next(
        (str(one.heading) for one in asked.report.columns(asked) if one.key == asked.sorted_by), ""
    )
    if heading and "sort" in args:
        found.append((_("Sorted by"), f"{heading} ↓" if asked.direction else heading))
    return found


def _unordered_by_persons(asked: Asked) -> Asked:
    """Return the question in the report's own order when it was that of names."""
    personal = {one.key for one in asked.report.columns(asked) if one.personal}
    return replace(asked, sort=asked.report.sort_of(asked.grouping)) if asked.sorted_by in personal else asked


def _activities(asked: Asked) -> JSON:
    return {str(one.key): {"slug": one.slug, "title": one.title} for one in asked.activities}


def _head(column: Column) -> Head:
    return Head(column.key, str(column.heading), column.kind, str(column.definition or ""))


def _words(asked: Asked) -> Mapping[Kind, Word]:
    titles = {str(one.key): one.title for one in asked.activities}
    return words(titles, elsewhere() if asked.scope.countries else "")


def _rows(
    asked: Asked, wish: Wish, columns: Sequence[Column], kept: Sequence[int]
) -> Iterator[Sequence[Any]]:
    iso = wish.form in _TEXT_INSTANTS and not wish.without_persons
    rows = asked.report.rows(asked, iso=iso)
    if wish.outside:
        return iter(withheld(columns, rows))
    return _days(rows, kept) if wish.without_persons else rows


def _days(rows: Iterator[Sequence[Any]], kept: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Yield the columns that are kept; instants become days, since an instant can tell who it was."""
    for row in rows:
        yield [row[place].date() if isinstance(row[place], datetime) else row[place] for place in kept]
