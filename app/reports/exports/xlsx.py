"""A workbook: one sheet with typed cells under a frozen heading, one that says what they are.

Rows are written one by one and not kept in memory. Text is always text, so that none is taken for a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from flask_babel import gettext as _

from app.reports.columns import Kind
from app.reports.exports.sheet import Head, Progress, Sheet, Statement, Tally, iso_utc

WIDE, NARROW, WIDEST = 28, 16, 70
LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_FIRST_YEAR = 1900
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDE_KINDS = frozenset({Kind.NAME, Kind.ADDRESS, Kind.COURSE, Kind.WORDS})
Put = Callable[[int, int, Any], Any]


def write(sheet: Sheet, target: Path, progress: Progress | None = None) -> Statement:
    """Write the sheet to ``target`` and return its statement. Instants are dates in the statement's zone."""
    tally = Tally(sheet, progress)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"title": sheet.statement.title, "author": sheet.statement.made_by})
        _write_rows(book, sheet, tally)
        statement = tally.statement()
        _write_definitions(book, sheet.heads, statement)
    return statement


def _write_rows(book: Any, sheet: Sheet, tally: Tally) -> None:
    page = _page(book, sheet.statement.title, sheet.statement)
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, head in enumerate(sheet.heads):
        page.set_column(place, place, WIDE if head.kind in _WIDE_KINDS else NARROW)
        page.write_string(0, place, _heading(head, sheet.statement.zone), bold)
    page.freeze_panes(1, 1)
    puts = [_put(book, page, head, sheet.statement.zone) for head in sheet.heads]
    last = 0
    for last, row in enumerate(tally.in_words(), start=1):
        for place, (put, value) in enumerate(zip(puts, row, strict=True)):
            if value is not None and value != "":
                put(last, place, value)
    if sheet.heads:
        page.autofilter(0, 0, last, len(sheet.heads) - 1)


def _write_definitions(book: Any, heads: Sequence[Head], statement: Statement) -> None:
    page = _page(book, _("Definitions"), statement)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, WIDE)
    page.set_column(1, 1, WIDEST)
    page.write_string(0, 0, statement.title, bold)
    pairs = [*statement.lines(), ("", ""), (_("Columns"), "")]
    pairs += [(_heading(head, statement.zone), head.definition) for head in heads]
    for number, (label, words) in enumerate(pairs, start=1):
        page.write_string(number, 0, label, bold)
        page.write_string(number, 1, words[:LONGEST_TEXT], wrapped)


def _page(book: Any, name: str, statement: Statement) -> Any:
    page = book.add_worksheet(name.translate(_NOT_IN_NAMES).strip()[:_LONGEST_NAME])
    if statement.direction == "rtl":
        page.right_to_left()
    return page


def _heading(head: Head, zone: str) -> str:
    return f"{head.heading} ({zone})" if head.kind == Kind.INSTANT else head.heading


def _put(book: Any, page: Any, head: Head, zone: str) -> Put:
    """Return how a value of the column is written, by what it is: a report may hold a word where numbers stand."""
    here = ZoneInfo(zone)
    at = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    on = book.add_format({"num_format": "yyyy-mm-dd"})
    share = book.add_format({"num_format": "0%"})
    whole = 100 if head.kind == Kind.SCORE else 1

    def put(row: int, place: int, value: Any) -> None:
        if isinstance(value, datetime | date) and value.year < _FIRST_YEAR:
            page.write_string(row, place, iso_utc(value) if isinstance(value, datetime) else str(value))
        elif isinstance(value, datetime):
            page.write_datetime(row, place, value.astimezone(here).replace(tzinfo=None), at)
        elif isinstance(value, date):
            page.write_datetime(row, place, datetime(value.year, value.month, value.day), on)  # noqa: DTZ001
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            page.write_number(row, place, value / whole, *([share] if head.is_share else []))
        else:
            page.write_string(row, place, str(value)[:LONGEST_TEXT])

    return put
