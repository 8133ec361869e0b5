"""From raw rows to what the cells of a page say, in the reader's language and zone, and where each leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.core.i18n import format_day, format_number, format_share, format_time
from app.reports.columns import Column, Kind
from app.reports.frame import Asked, Page
from app.reports.words import certificate_statuses, percent, risks, statuses, verdicts

BADGES = {
    "enrolled": "plain",
    "in_progress": "progress",
    "completed": "done",
    "withdrawn": "plain",
    "valid": "done",
    "revoked": "danger",
    "registered": "plain",
    "fulfilled": "done",
    "attended": "progress",
    "absent": "attention",
    "never_started": "attention",
    "stopped": "attention",
    "closing": "danger",
}
_STATES = frozenset({Kind.STATUS, Kind.CERTIFICATE_STATUS, Kind.VERDICT, Kind.RISK})


class Cell(NamedTuple):
    """One value as a page shows it: ``kind`` says how. For a state it is ``badge`` and ``value`` which."""

    kind: str
    text: str
    value: str = ""
    url: str = ""


Maker = Callable[[Any], Cell]
Linker = Callable[[Sequence[Any], int], Mapping[str, str]]
"""From a row and its number to the addresses that its columns lead to, by key."""


def cells(asked: Asked, page: Page, linker: Linker) -> list[list[Cell]]:
    """Return the rows of a page as cells, in the order of the columns."""
    columns = asked.report.columns(asked)
    makers = makers_of(asked, columns)
    shown = []
    for number, row in enumerate(page.rows):
        links = linker(row, number)
        made = [make(value) for make, value in zip(makers, row, strict=True)]
        shown.append(
            [
                cell._replace(url=links[column.key]) if column.key in links and cell.text else cell
                for cell, column in zip(made, columns, strict=True)
            ]
        )
    return shown


def total_cells(asked: Asked, totals: Sequence[Any]) -> list[Cell]:
    """Return the total row as cells; nothing under what is not counted, and in the first what it is."""
    columns = asked.report.columns(asked)
    makers = makers_of(asked, columns)
    made = [
        make(value) if value is not None else Cell(Kind.COUNT.value if one.is_number else "words", "")
        for make, value, one in zip(makers, totals, columns, strict=True)
    ]
    return [Cell("total", _("Total, each person once")), *made[1:]]


def makers_of(asked: Asked, columns: Sequence[Column]) -> list[Maker]:
    """Return for each column how a value becomes a cell."""
    texts: dict[Kind, Callable[[Any], Any]] = asked.texts | {
        Kind.INSTANT: format_day,
        Kind.SHARE: format_share,
        Kind.SCORE: score,
        Kind.COUNT: format_number,
        Kind.MINUTES: lambda value: format_number(round(value, 1)),
        Kind.DAYS: lambda value: format_number(round(value, 1)),
    }
    grouped = bool(asked.grouping) or asked.report.aggregate
    return [_maker(one, texts.get(one.kind, str), grouped) for one in columns]


def _maker(column: Column, word: Callable[[Any], Any], grouped: bool) -> Maker:
    kind = column.kind.value
    if column.kind == Kind.NAME:
        return lambda value: Cell(kind if value is not None else "nobody", str(word(value)))
    if column.kind in _STATES:
        return lambda value: Cell("badge" if value else kind, str(word(value)) if value else "", value or "")
    unknown = _("Not known") if grouped and not column.is_number and column.kind != Kind.INSTANT else ""
    return lambda value: Cell(kind, unknown if value is None or value == "" else str(word(value)))


def badges() -> list[tuple[str, str, str]]:
    """Return every state there is as (value, kind of its badge, words)."""
    texts = (
        statuses()
        | certificate_statuses()
        | risks()
        | {value: words for value, words in verdicts().items() if value != "withdrawn"}
    )
    return [(value, BADGES[value], text) for value, text in texts.items() if value]


def share(value: float) -> str:
    """Return a share of 0..1 in whole percent, never rounded up."""
    return format_share(percent(value) / 100)


def score(value: float) -> str:
    """Return a score of 0..100 as a share."""
    return format_share(round(value / 100, 2))


def instant(value: datetime | None) -> str:
    """Return an instant to the minute in the reader's zone."""
    return format_time(value)
