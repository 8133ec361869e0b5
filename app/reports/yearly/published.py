"""Figures as they were published elsewhere: entered one by one or from a table, and explained where they differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import db
from app.core.ids import public_id
from app.core.input import clean
from app.records.figures.models import PublishedFigure, Qualifier
from app.reports.selection import FIRST_YEAR, LAST_YEAR

COLUMNS = (
    *("figure", "value", "qualifier", "starts_on", "ends_on", "wording", "symbol", "source", "paragraph"),
    *("dated", "explanation"),
)
"""The columns of a table of published figures; those of days hold year-month-day."""
_NEEDED = ("figure", "value", "ends_on", "source")
MOST_ROWS, MOST_LETTERS, MOST_VALUE = 500, 1_000, 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A published figure as it is entered; without ``starts_on`` it is stated by a day."""

    figure: str
    value: float
    qualifier: Qualifier
    starts_on: date | None
    ends_on: date
    wording: str = ""
    symbol: str = ""
    source: str = ""
    paragraph: str = ""
    dated: date | None = None
    explanation: str = ""


class Unreadable(ValueError):
    """A table cannot be taken in; ``faults`` says why, row by row."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults[:1]))
        self.faults = faults


def enter(actor: Actor, drafts: Sequence[Draft]) -> list[PublishedFigure]:
    """Keep published figures."""
    made = [PublishedFigure(public_id=public_id(), entered_by=actor.user_id, **asdict(one)) for one in drafts]
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        detail = {"figure": one.figure, "source": one.source, "symbol": one.symbol}
        audit.record(actor, Verb.PUBLISHED_FIGURE_ENTERED, "published_figure", one.public_id, detail=detail)
    return made


def explain(actor: Actor, one: PublishedFigure, explanation: str) -> None:
    """Say what explains the difference between a published figure and the computed one."""
    one.explanation = explanation
    detail = {"explanation": explanation}
    audit.record(actor, Verb.PUBLISHED_FIGURE_EXPLAINED, "published_figure", one.public_id, detail=detail)


def remove(actor: Actor, one: PublishedFigure) -> None:
    """Remove a figure that was entered by mistake."""
    detail = {"figure": one.figure, "source": one.source}
    audit.record(actor, Verb.PUBLISHED_FIGURE_REMOVED, "published_figure", one.public_id, detail=detail)
    db.session.delete(one)
    db.session.flush()


def parse(text: str, figures: Collection[str]) -> list[Draft]:
    """Return the figures of a CSV with a line of COLUMNS. All or nothing: Unreadable names every fault by its row."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    drafts: list[Draft] = []
    faults: list[str] = []
    try:
        heads = {(name or "").strip() for name in reader.fieldnames or ()}
        if missing := [name for name in _NEEDED if name not in heads]:
            raise Unreadable([_("These columns are missing: %(names)s.", names=", ".join(missing))])
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise Unreadable([_("Send at most %(most)s rows at a time.", most=str(MOST_ROWS))])
            try:
                drafts.append(_draft(row, figures))
            except ValueError as wrong:
                faults.append(_("Row %(number)s: %(fault)s", number=str(number), fault=str(wrong)))
    except csv.Error:
        raise Unreadable([_("This is not a table of comma-separated values.")]) from None
    if faults or not drafts:
        raise Unreadable(faults or [_("There is no row in this table.")])
    return drafts


def _draft(row: Mapping[str | None, object], figures: Collection[str]) -> Draft:
    cells = {str(name).strip(): str(value or "").strip() for name, value in row.items() if name is not None}
    given = {name: cells.get(name, "") for name in COLUMNS}
    if any(not clean(one) or len(one) > MOST_LETTERS for one in given.values()):
        raise ValueError(_("a cell is too long or cannot be stored."))
    if given["figure"] not in figures:
        raise ValueError(_("there is no figure %(figure)s.", figure=given["figure"] or "–"))
    if not given["source"]:
        raise ValueError(_("the source is missing."))
    if given["qualifier"] not in {"", *(one.value for one in Qualifier)}:
        raise ValueError(_("the qualifier is one of exact, more_than, nearly, about."))
    start, end, dated = (_day(name, given[name]) for name in ("starts_on", "ends_on", "dated"))
    if end is None:
        raise ValueError(_("the last day is missing."))
    if start and start > end:
        raise ValueError(_("the last day is before the first."))
    texts = {name: given[name] for name in ("wording", "symbol", "source", "paragraph", "explanation")}
    return Draft(
        figure=given["figure"],
        value=_number(given["value"]),
        qualifier=Qualifier(given["qualifier"] or Qualifier.EXACT),
        starts_on=start,
        ends_on=end,
        dated=dated,
        **texts,
    )


def _number(text: str) -> float:
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", "")
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or float(plain) > MOST_VALUE:
        raise ValueError(_("the value is not a number."))
    return float(plain)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("%(name)s is not a day as year-month-day.", name=name)) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(_("%(name)s is not between 2000 and 2100.", name=name))
    return found
