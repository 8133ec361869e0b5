"""A PDF: what is counted and how it was narrowed, then the rows as a table; tagged, to be read and printed.

A sheet of paper is as large as the columns need; a word that is longer than its column is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from app.core.i18n import format_day, format_number, format_share, format_time
from app.core.pdf import compile_pdf, fonts_for
from app.reports.columns import NUMBERS, Kind
from app.reports.exports.sheet import Head, Progress, Sheet, Statement, Tally
from app.reports.words import percent

_TEMPLATE = Path(__file__).with_name("paper.typ")
_ALL_FONTS = ("Noto Sans", "Amiri", "Noto Sans SC")
_NARROWEST, _DAY, _WIDEST = 6, 12, 34
_BREAK = "\u200b"
_SHAPES = (  # up to so many columns: paper, whether it lies, size of letters in points, letters across
    (6, "a4", False, 9, 105),
    (11, "a4", True, 8, 175),
    (99, "a3", True, 7, 290),
)


def write(sheet: Sheet, target: Path, progress: Progress | None = None) -> Statement:
    """Write the sheet to ``target`` and return its statement."""
    tally = Tally(sheet, progress)
    rows = [_printed(sheet.heads, row) for row in tally.in_words()]
    statement = tally.statement()
    target.write_bytes(compile_pdf(_TEMPLATE.read_text("utf-8"), _data(sheet.heads, rows, statement)))
    return statement


def _data(heads: Sequence[Head], rows: list[list[str]], statement: Statement) -> dict[str, object]:
    paper, flipped, size, across = next(shape[1:] for shape in _SHAPES if len(heads) <= shape[0])
    headings = [head.heading for head in heads]
    widths = _widths(heads, rows)
    rooms = [max(_NARROWEST, across * width // max(1, sum(widths))) for width in widths]
    fonts = fonts_for(statement.language)
    return {
        "title": statement.title,
        "platform": _("Counter-Terrorism Learning Platform"),
        "language": statement.language,
        "direction": statement.direction,
        "fonts": [*fonts, *(one for one in _ALL_FONTS if one not in fonts)],
        "paper": paper,
        "flipped": flipped,
        "size": size + (1 if statement.language == "ar" else 0),
        "lines": [line for line in statement.lines() if line[1] != statement.sha256],
        "digest_label": _("SHA-256 of the rows"),
        "digest": statement.sha256,
        "columns": [(head.heading, head.definition) for head in heads if head.definition],
        "columns_heading": _("Columns"),
        "rows_heading": _("Rows"),
        "nothing": _("No row fits."),
        "footer": f"{statement.title} · {format_time(statement.made_at)} ({statement.zone})",
        "headings": [_broken(one, room) for one, room in zip(headings, rooms, strict=True)],
        "numbers": [head.kind in NUMBERS for head in heads],
        "widths": widths,
        "rows": [[_broken(cell, room) for cell, room in zip(row, rooms, strict=True)] for row in rows],
    }


def _widths(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how many letters each column would like: its longest word, a whole day for instants, within bounds."""
    found = []
    for place, head in enumerate(heads):
        words = [*head.heading.split(), *(word for row in rows for word in row[place].split()), ""]
        least = _DAY if head.kind == Kind.INSTANT else _NARROWEST
        found.append(min(_WIDEST, max(least, *(len(word) for word in words))))
    return found


def _broken(text: str, room: int) -> str:
    """Return ``text`` with places to break in words that are longer than ``room`` letters."""
    if len(text) <= room:
        return text
    return " ".join(
        _BREAK.join(word[at : at + room] for at in range(0, len(word), room)) if len(word) > room else word
        for word in text.split(" ")
    )


def _printed(heads: Sequence[Head], row: Sequence[Any]) -> list[str]:
    return [_text(head, value) for head, value in zip(heads, row, strict=True)]


def _text(head: Head, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, str):
        return value
    if head.kind == Kind.SHARE:
        return format_share(percent(value) / 100)
    if head.kind == Kind.SCORE:
        return format_share(round(value / 100, 2))
    return format_number(value) if isinstance(value, int | float) else str(value)
