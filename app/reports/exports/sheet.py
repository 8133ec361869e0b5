"""What a file is made of: headings, raw rows, the statement that goes with them. It knows no format and no report."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.database import JSON
from app.core.i18n import direction, format_number, format_time
from app.reports.columns import Kind

Word = Callable[[Any], Any]
Progress = Callable[[int], None]
_LOOK_EVERY = 1_000  # rows after which it is looked whether it is time
_TELL_SECONDS = 1.0  # each telling is a transaction
_REMEMBERED = 10_000
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a file: its name in programs, its heading, the kind of its values, what is counted in it."""

    key: str
    heading: str
    kind: Kind
    definition: str = ""

    @property
    def is_share(self) -> bool:
        """Whether values are shown as percentages."""
        return self.kind in {Kind.SHARE, Kind.SCORE}


@dataclass(frozen=True, slots=True)
class Statement:
    """Who took which rows, when, narrowed how, as known when, how many, with which digest.

    ``sha256`` is that of the rows as JSON lines, in whatever format the file is; empty where the file has no place to
    say it. The file's own digest stands beside the file. ``filters`` are (label, words).
    """

    report: str
    title: str
    sentence: str
    filters: Sequence[tuple[str, str]]
    asked: JSON
    made_by: str
    made_at: datetime
    as_of: datetime
    language: str
    zone: str
    anonymised: bool
    remarks: Sequence[str] = ()
    rows: int = 0
    sha256: str = ""

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)

    def lines(self) -> list[tuple[str, str]]:
        """Return the statement as (label, words) in the language of the moment."""
        return [
            (_("What is counted"), self.sentence),
            *(self.filters or [(_("Filters"), _("None"))]),
            (_("As known at"), self._instant(self.as_of)),
            (_("Made by"), self.made_by),
            (_("Made at"), self._instant(self.made_at)),
            (
                _("Persons"),
                _("Without columns that tell who") if self.anonymised else _("As the report has them"),
            ),
            (_("Rows"), format_number(self.rows)),
            *([(_("SHA-256 of the rows"), self.sha256)] if self.sha256 else []),
            *((_("Note"), remark) for remark in self.remarks),
        ]

    def as_json(self) -> JSON:
        """Return the statement for programs."""
        return {
            "report": self.report,
            "title": self.title,
            "counts": self.sentence,
            "asked": self.asked,
            "filters": dict(self.filters),
            "made_by": self.made_by,
            "made_at": iso_utc(self.made_at),
            "as_of": iso_utc(self.as_of),
            "language": self.language,
            "zone": self.zone,
            "anonymised": self.anonymised,
            "remarks": list(self.remarks),
            "rows": self.rows,
            "rows_sha256": self.sha256,
        }

    def _instant(self, value: datetime) -> str:
        return f"{format_time(value)} ({self.zone})"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings, rows as raw values in their order, the words for values, and the statement without rows and digest.

    ``activities`` says which activity a key in a row is.
    """

    heads: Sequence[Head]
    rows: Iterator[Sequence[Any]]
    words: Mapping[Kind, Word]
    statement: Statement
    activities: JSON = field(default_factory=dict)

    def touched(self) -> list[tuple[int, Word]]:
        """Return the places of cells that are put into words, each with how. Shares stay numbers.

        Words are looked for once for each value but names, of which nearly every row has another.
        """
        return [
            (place, word if head.kind == Kind.NAME else remembered(word))
            for place, head in enumerate(self.heads)
            if (word := self.words.get(head.kind)) is not None and not head.is_share
        ]


class _Remembered(dict[Any, Any]):
    """What a function gave for the values met so far."""

    def __init__(self, word: Word) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, value: Any) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[value] = self._word(value)
        return found


def remembered(word: Word) -> Word:
    """Return a function that asks ``word`` once for each value; for the few values of a column of codes."""
    return _Remembered(word).__getitem__


class Tally:
    """Rows on their way into a file: counted, told of now and then, unless ``digested`` is off put into a digest."""

    def __init__(self, sheet: Sheet, progress: Progress | None = None, *, digested: bool = True) -> None:
        self._sheet = sheet
        self._progress = progress
        self._digest = hashlib.sha256() if digested else None
        self._told = time.monotonic()
        self.rows = 0
        self.line = b""

    def __iter__(self) -> Iterator[Sequence[Any]]:
        """Yield the raw rows; ``line`` is the present one as it was digested."""
        keys = [head.key for head in self._sheet.heads]
        for row in self._sheet.rows:
            if self._digest is not None:
                self.line = json_line(keys, row)
                self._digest.update(self.line)
            self.rows += 1
            if self.rows % _LOOK_EVERY == 0:
                self._tell()
            yield row

    def in_words(self) -> Iterator[list[Any]]:
        """Yield the rows with codes replaced by words; numbers and instants stay what they are."""
        touched = self._sheet.touched()
        for row in self:
            cells = list(row)
            for place, word in touched:
                cells[place] = word(cells[place])
            yield cells

    def _tell(self) -> None:
        if self._progress is not None and time.monotonic() - self._told >= _TELL_SECONDS:
            self._progress(self.rows)
            self._told = time.monotonic()

    def statement(self) -> Statement:
        """Return the statement about the rows that went by."""
        digest = self._digest.hexdigest() if self._digest is not None else ""
        return replace(self._sheet.statement, rows=self.rows, sha256=digest)


def json_line(keys: Sequence[str], row: Sequence[Any]) -> bytes:
    """Return a row as one line of JSON with its line feed; codes stay codes, instants are RFC 3339 in UTC."""
    cells = [one if type(one) in _AS_THEY_ARE else _plain(one) for one in row]
    return _encode(dict(zip(keys, cells, strict=True))).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | UUID | LazyString):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not go into a file")


def iso_utc(value: datetime) -> str:
    """Return an instant as RFC 3339 in UTC, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
