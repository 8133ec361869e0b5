"""CSV that spreadsheets open safely: UTF-8 with BOM, streamed, no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u00a0"
_SUSPECT = frozenset({*_FORMULA_STARTS, *_BLANKS})
_BATCH = 500


def safe(value: object) -> object:
    """Return ``value`` so that no spreadsheet evaluates it: text that starts like a formula gets an apostrophe."""
    if isinstance(value, str) and value.lstrip(_BLANKS).startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def stream(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file in pieces of some hundred rows; ``None`` becomes an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([safe(name) for name in header])
    for number, row in enumerate(rows, start=1):
        # most cells are seen to be harmless by their first character: a call for each would be half of the time
        writer.writerow(
            [safe(value) if type(value) is str and value[:1] in _SUSPECT else value for value in row]
        )
        if number % _BATCH == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
