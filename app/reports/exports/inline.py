"""The completion report as a file: CSV streamed, XLSX written row by row; each export is in the audit."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core import csv
from app.core.access import Actor
from app.reports import queries
from app.reports.columns import COLUMNS, Column, Kind
from app.reports.filters import Filters
from app.reports.queries import Course
from app.reports.words import percent, words

MAX_SHEET_ROWS = 50_000
"""More than this is slow to make as a workbook and slow to open; CSV has no such bound."""
_NAME_WIDTH, _WIDTH = 28, 18


def note(actor: Actor, form: str, filters: Filters, rows: int, report: str = "completions") -> None:
    """Record in the audit who takes which rows away, in which form (csv, xlsx, json)."""
    detail = {"format": form, "rows": rows, "filters": filters.as_json()}
    audit.record(actor, Verb.REPORT_EXPORTED, "report", report, detail=detail)


def headings(columns: Sequence[Column] = COLUMNS) -> list[str]:
    """Return the heading of each column, with the zone of instants and the unit of shares."""
    units = {
        Kind.INSTANT: _("%(heading)s (UTC)"),
        Kind.SHARE: _("%(heading)s (percent)"),
        Kind.SCORE: _("%(heading)s (percent)"),
    }
    return [units.get(column.kind, "%(heading)s") % {"heading": column.heading} for column in columns]


def csv_parts(
    courses: Sequence[Course], filters: Filters, columns: Sequence[Column] = COLUMNS
) -> Iterator[str]:
    """Yield the CSV in pieces; instants as ISO 8601 in UTC, progress in percent, words in the page's language."""
    rows = queries.stream(courses, filters, iso=True, columns=columns)
    yield from csv.stream(headings(columns), _in_words(rows, courses, columns))


def workbook(
    courses: Sequence[Course], filters: Filters, columns: Sequence[Column] = COLUMNS, name: str = ""
) -> bytes:
    """Return the report as a workbook of at most MAX_SHEET_ROWS rows. Instants are cells of type date, in UTC."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        rows = queries.stream(courses, filters, iso=False, columns=columns)
        _write(book, _in_words(rows, courses, columns), columns, name or _("Completions"))
    return target.getvalue()


def _in_words(
    rows: Iterator[Sequence[Any]], courses: Sequence[Course], columns: Sequence[Column]
) -> Iterator[list[Any]]:
    """Replace codes by words. Only the columns that have any are touched: this runs for every row of a file."""
    texts = words({str(course.key): course.title for course in courses})
    texts[Kind.SHARE] = percent
    touched = [(place, texts[column.kind]) for place, column in enumerate(columns) if column.kind in texts]
    for row in rows:
        cells = list(row)
        for place, word in touched:
            cells[place] = word(cells[place])
        yield cells


def _write(book: Any, rows: Iterator[Sequence[Any]], columns: Sequence[Column], name: str) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for place, (column, heading) in enumerate(zip(columns, headings(columns), strict=True)):
        width = _NAME_WIDTH if column.kind in {Kind.NAME, Kind.ADDRESS, Kind.COURSE, Kind.WORDS} else _WIDTH
        page.set_column(place, place, width)
        page.write_string(0, place, heading, bold)
    page.freeze_panes(1, 1)
    writers = [_writer(book, page, column) for column in columns]
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, (write, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None and value != "":
                write(last, place, value)
    page.autofilter(0, 0, last, len(columns) - 1)


def _writer(book: Any, page: Any, column: Column) -> Callable[[int, int, Any], Any]:
    """Return how a value of the column is written: text always as text, so that none is taken for a formula."""
    if column.kind == Kind.INSTANT:
        style = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        return lambda row, place, value: page.write_datetime(row, place, _plain(value), style)
    if column.is_number:
        return page.write_number  # type: ignore[no-any-return]
    return lambda row, place, value: page.write_string(row, place, str(value))


def _plain(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)
