"""Lists of participants as they are sent: read, checked row by row, nothing taken unless every row holds.

Columns: ``family_name``, ``given_name``, ``email``, ``country``, ``profession``, ``gender``, ``age_group``,
``language``, ``status``, ``minutes``. Codes and the words of the page's language are both understood.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.accounts.addresses import normalised, valid
from app.accounts.countries import choices as countries
from app.accounts.vocabulary import AGE_GROUPS, GENDERS, PROFESSIONS, WORKING_LANGUAGES, AgeGroup, Gender
from app.admin.register.words import STATUSES
from app.core.forms import one_line
from app.core.i18n import LANGUAGES, format_number, language_name, page_language
from app.core.input import clean
from app.records.actions.participants import Attendee, Status, folded, together

COLUMNS = (
    "family_name",
    "given_name",
    "email",
    "country",
    "profession",
    "gender",
    "age_group",
    "language",
    "status",
    "minutes",
)
MUST = frozenset({"family_name", "status"})
MOST_ROWS = 10_000
MOST_OCTETS = 4_000_000
MOST_MINUTES = 100_000
MOST_CELL = 301
_YOUTH_ENDS = 30
_OLDEST = 120


class Unreadable(ValueError):
    """What was sent is no list; the message says what to do."""


class Row(NamedTuple):
    """A row as it was typed, and the line of the file that it stands on."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: where it is (``row`` counts from 0), what was typed, what to do."""

    row: int
    line: int
    column: str
    typed: str
    message: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that may not be meant as they stand; they are taken all the same."""

    lines: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A list as it was understood: one attendee a row when there is no fault."""

    attendees: Sequence[Attendee]
    faults: Sequence[Fault]
    doubts: Sequence[Doubt]
    people: int


# ------------------------------------------------------------------------------------------------ reading


def read(data: bytes) -> list[Row]:
    """Return the rows of a file. Raises Unreadable."""
    if len(data) > MOST_OCTETS:
        raise Unreadable(_("The file is too large for a list. Send it in parts."))
    return parse(_text(data))


def parse(text: str) -> list[Row]:
    """Return the rows of comma, semicolon or tab separated text whose first line names the columns."""
    text = text.removeprefix("\ufeff")
    if not clean(text):
        raise Unreadable(_("This holds characters that cannot be stored."))
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        header = [_heading(name) for name in next(lines, [])]
        _require_columns(header)
        rows = list(_rows(lines, header))
    except csv.Error:
        raise Unreadable(_("A quotation mark is not closed, so the rows cannot be told apart.")) from None
    if not rows:
        raise Unreadable(_("The list has no rows below the names of its columns."))
    return rows


def _rows(lines: Any, header: Sequence[str]) -> Iterable[Row]:
    count = 0
    for cells in lines:
        values = [one_line(cell) or "" for cell in cells]
        if not any(values):
            continue
        beside = [value for name, value in zip(header, values, strict=False) if not name]
        if any(beside) or any(values[len(header) :]):
            raise Unreadable(
                _("Line %(line)s has more cells than there are columns.", line=format_number(lines.line_num))
            )
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(
                _("At most %(most)s rows at once. Send them in parts.", most=format_number(MOST_ROWS))
            )
        yield Row(
            lines.line_num,
            {name: value[:MOST_CELL] for name, value in zip(header, values, strict=False) if value},
        )


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_("The file is not in UTF-8. Save it as “CSV UTF-8” and send it again.")) from None


def _heading(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _require_columns(header: Sequence[str]) -> None:
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise Unreadable(
            _("These columns are not known: %(names)s. Take the template.", names=", ".join(unknown)[:300])
        )
    missing = sorted(MUST - set(header))
    if missing:
        raise Unreadable(
            _("These columns are missing: %(names)s. Take the template.", names=", ".join(missing))
        )
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise Unreadable(_("A column stands there twice."))


# ------------------------------------------------------------------------------------------------ checking


def check(rows: Sequence[Row]) -> Checked:
    """Return what the rows say and every fault in them."""
    words, faults, attendees = Words.of_page(), list[Fault](), list[Attendee]()
    for number, row in enumerate(rows):
        found: dict[str, Any] = {}
        for column in COLUMNS:
            typed = row.values.get(column, "")
            try:
                found[column] = words.understood(column, typed)
            except ValueError as wrong:
                faults.append(Fault(number, row.line, column, typed, str(wrong)))
        if len(found) == len(COLUMNS):
            attendees.append(Attendee(**found))
    doubts = _doubts(rows, attendees) if not faults else []
    return Checked(attendees, faults, doubts, len(together(attendees)))


@dataclass(frozen=True, slots=True)
class Words:
    """The words that cells may hold, by column, as they are compared."""

    known: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, str]

    @classmethod
    def of_page(cls) -> Words:
        """Return the codes, and what they are called in the page's language; countries in every language."""
        states = {folded(name): code for one in LANGUAGES for code, name in countries(one)}
        tongues = dict.fromkeys((*LANGUAGES, *WORKING_LANGUAGES))
        language = page_language()
        known = {
            "profession": _by_word(PROFESSIONS),
            "gender": _by_word(GENDERS)
            | {"f": Gender.FEMALE, "m": Gender.MALE, "woman": Gender.FEMALE, "man": Gender.MALE},
            "age_group": _by_word(AGE_GROUPS),
            "language": {folded(tag): tag for tag in tongues}
            | {folded(language_name(tag, language)): tag for tag in tongues},
            "status": _by_word(STATUSES),
            "country": states,
        }
        return cls(known, {code: code for code, _name in countries()})

    def understood(self, column: str, typed: str) -> Any:
        """Return what a cell says. Raises ValueError with what to do."""
        if len(typed) >= MOST_CELL:
            raise ValueError(_("This is too long."))
        if column in {"family_name", "given_name"}:
            return _name(column, typed)
        if column == "email":
            return _email(typed)
        if column == "minutes":
            return _minutes(typed)
        if column == "age_group" and typed.isascii() and typed.isdigit() and int(typed) <= _OLDEST:
            return AgeGroup.UNDER_30.value if int(typed) < _YOUTH_ENDS else AgeGroup.FROM_30.value
        return self._word(column, typed)

    def _word(self, column: str, typed: str) -> str:
        if not typed and column not in MUST:
            return ""
        found = self.known[column].get(folded(typed))
        if column == "country":
            found = self.codes.get(typed.upper(), found)
        if found is None:
            raise ValueError(_unknown(column))
        return str(found)


def _by_word(words: Mapping[str, object]) -> dict[str, str]:
    return {folded(str(label)): code for code, label in words.items()} | {
        folded(code): code for code in words
    }


def _unknown(column: str) -> str:
    messages = {
        "country": _("Enter a country by name or by its code of two letters, such as KE."),
        "profession": _("Enter one of the professions of the platform, or leave it empty."),
        "gender": _("Enter female, male or other, or leave it empty."),
        "age_group": _("Enter under_30, 30_and_over or the age in years, or leave it empty."),
        "language": _("Enter a language by name or by its code, such as fr."),
        "status": _("Enter registered, attended or completed."),
    }
    return str(messages[column])


def _name(column: str, typed: str) -> str:
    if not typed and column in MUST:
        raise ValueError(_("Enter the family name."))
    return typed


def _email(typed: str) -> str:
    address = normalised(typed) if typed else ""
    if address and not valid(address):
        raise ValueError(_("Enter an e-mail address, like name@ministry.example."))
    return address


def _minutes(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 7 and int(typed) <= MOST_MINUTES):
        raise ValueError(_("Enter whole minutes, such as 270."))
    return int(typed)


# ------------------------------------------------------------------------------------------------ doubts


def _doubts(rows: Sequence[Row], attendees: Sequence[Attendee]) -> list[Doubt]:
    same: dict[str, list[int]] = defaultdict(list)
    alike: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(attendees):
        same[one.identity].append(number)
        alike[folded(one.family_name), folded(one.given_name), one.country].append(number)
    found = [
        Doubt(_lines(rows, numbers), _("This is one person, who is counted once."))
        for numbers in same.values()
        if len(numbers) > 1
    ]
    found += [
        Doubt(
            _lines(rows, numbers), _("The same name and country: perhaps one person; they count as several.")
        )
        for numbers in alike.values()
        if len({attendees[number].identity for number in numbers}) > 1
    ]
    nowhere = [number for number, one in enumerate(attendees) if not one.country and not one.email]
    if nowhere:
        found.append(Doubt(_lines(rows, nowhere), _("No country: they count for none.")))
    untimed = [
        number for number, one in enumerate(attendees) if one.minutes and one.status == Status.REGISTERED
    ]
    if untimed:
        found.append(Doubt(_lines(rows, untimed), _("Minutes of somebody who only registered are left out.")))
    return found


def _lines(rows: Sequence[Row], numbers: Sequence[int]) -> str:
    shown = [format_number(rows[number].line) for number in numbers[:12]]
    return ", ".join(shown) + (" …" if len(numbers) > len(shown) else "")


def template() -> str:
    """Return an empty list: the names of its columns."""
    return "\ufeff" + ",".join(COLUMNS) + "\r\n"
