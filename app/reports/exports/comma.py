"""CSV: rows in words of the reader's language, instants as RFC 3339 in UTC, shares in whole percent; formula-safe.

The format has no place for a statement that every program would skip, so it stands beside the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from app.core import csv
from app.reports.columns import Kind
from app.reports.exports.sheet import Head, Progress, Sheet, Statement, Tally, iso_utc, remembered
from app.reports.words import percent


def write(sheet: Sheet, target: Path, progress: Progress | None = None) -> Statement:
    """Write the sheet to ``target`` and return its statement."""
    tally = Tally(sheet, progress, digested=False)
    with target.open("w", encoding="utf-8", newline="") as out:
        for piece in pieces(sheet.heads, tally):
            out.write(piece)
    return tally.statement()


def pieces(heads: Sequence[Head], tally: Tally) -> Iterator[str]:
    """Yield the file in pieces of some hundred rows."""
    yield from csv.stream(headings(heads), _cells(heads, tally))


def headings(heads: Sequence[Head]) -> list[str]:
    """Return the headings with the zone of instants and the unit of shares."""
    return [_with_unit(head) for head in heads]


def _with_unit(head: Head) -> str:
    if head.kind == Kind.INSTANT:
        return str(_("%(heading)s (UTC)", heading=head.heading))
    return str(_("%(heading)s (percent)", heading=head.heading)) if head.is_share else head.heading


def _cells(heads: Sequence[Head], tally: Tally) -> Iterator[list[Any]]:
    shares = [place for place, head in enumerate(heads) if head.kind == Kind.SHARE]
    instants = [place for place, head in enumerate(heads) if head.kind == Kind.INSTANT]
    in_percent = remembered(_percent)
    for row in tally.in_words():
        for place in shares:
            row[place] = in_percent(row[place])
        for place in instants:
            if isinstance(row[place], datetime):
                row[place] = iso_utc(row[place])
        yield row


def _percent(value: Any) -> Any:
    """Return a share in percent; a word may stand where numbers do."""
    return percent(value) if isinstance(value, float | int) else value
