"""CSV that spreadsheets open safely: UTF-8 with BOM, streamed, no cell that a spreadsheet takes for a formula.

Where the machine's own separator is another one, a spreadsheet splits lines at semicolons or tabs and does not know a
quotation mark in the middle of a line. So no part of a cell begins like a formula either.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u00a0"
_SUSPECT = frozenset({*_FORMULA_STARTS, *_BLANKS})
_PART = re.compile("([;\t\r\n][ \u00a0]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
"""Where another separator, or the end of a line within a cell, would let a formula begin."""
_BATCH = 500


def safe(value: object) -> object:
    """Return ``value`` so that no spreadsheet evaluates it: text that starts like a formula, or a part of it that
    does, gets an apostrophe."""
    if not isinstance(value, str):
        return value
    inside = _PART.sub(r"\1'", value)
    return "'" + inside if inside.lstrip(_BLANKS).startswith(_FORMULA_STARTS) else inside


def stream(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file in pieces of some hundred rows; ``None`` becomes an empty cell."""
    lines, mark = chain([header], rows), BOM
    while batch := list(islice(lines, _BATCH)):
        yield mark + _written(batch)
        mark = ""


def _written(rows: Sequence[Sequence[object]]) -> str:
    # most cells are seen to be harmless by their first character: a call for each would be half of the time
    text = _lines(
        [safe(value) if type(value) is str and value[:1] in _SUSPECT else value for value in row]
        for row in rows
    )
    if not _has_separators(text, len(rows)) or _PART.search(text) is None:
        return text
    return _lines([safe(value) for value in row] for row in rows)


def _has_separators(text: str, rows: int) -> bool:
    """Whether any cell of the lines holds a separator, or the end of a line: told by counting, which costs nothing."""
    return ";" in text or "\t" in text or not text.count("\n") == text.count("\r") == rows


def _lines(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
