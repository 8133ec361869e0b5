"""Bars with their numbers beside them: the table is the chart. Also funnels and stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.i18n import format_number, format_share
from app.reports.charts.chart import Cell, Chart, Key, Row, Table, chart_id, letter, mirrored, sentences
from app.reports.charts.scale import percent
from app.reports.charts.values import Hidden, Number, Shown, Text, Value, number_of, text_of

_STUB = 8.0  # percent of the width: a hidden number's bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: what it is about, its number, where the number leads, a word below the label."""

    label: Text
    value: Value
    href: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class StackedBar:
    """A row of several numbers that add up, in the order of the chart's names."""

    label: Text
    values: Sequence[Value]
    hrefs: Sequence[str | None] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar, in percentages of the room there is."""

    letter: str
    x: str
    width: str
    hidden: bool = False


def bars(
    title: Text,
    rows: Sequence[Bar],
    *,
    of: Text = "",
    unit: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    top: Number | None = None,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return bars in the order given.

    ``of`` heads the labels ("Country"), ``unit`` the numbers ("People trained"); ``top`` is the number of a full bar
    (default: the largest).
    """
    full = _full([number_of(one.value) for one in rows], top)
    table = Table(
        str(of) or _("Group"),
        (str(unit) or _("Number"),),
        tuple(
            Row(str(one.label), (Cell(text_of(one.value, shown), one.href),), note=str(one.note or ""))
            for one in rows
        ),
    )
    return Chart(
        id=chart_id("bars", title, key),
        kind="bars",
        title=str(title),
        summary=str(summary) or _extremes(rows, shown),
        drawing=tuple((_piece(one.value, full),) for one in rows),
        table=table,
        notes=tuple(map(str, notes)),
    )


def stacked_bars(
    title: Text,
    names: Sequence[Text],
    rows: Sequence[StackedBar],
    *,
    of: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    whole: bool = False,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return bars of several pieces, up to six. ``whole``: every bar is full, its pieces are shares of it."""
    totals = [sum(number_of(value) or 0 for value in one.values) for one in rows]
    longest = max(totals, default=0)
    drawing = [
        tuple(_pieces(one.values, total if whole else longest))
        for one, total in zip(rows, totals, strict=True)
    ]
    table = Table(
        str(of) or _("Group"),
        tuple(map(str, names)),
        tuple(
            Row(
                str(one.label),
                tuple(
                    Cell(text_of(value, shown), one.hrefs[at] if at < len(one.hrefs) else None)
                    for at, value in enumerate(one.values)
                ),
                note=str(one.note or ""),
            )
            for one in rows
        ),
    )
    return Chart(
        id=chart_id("stacked", title, key),
        kind="stacked",
        title=str(title),
        summary=str(summary) or _compositions(names, rows, shown),
        drawing=tuple(drawing),
        table=table,
        legend=tuple(Key("fill", letter(at), str(name)) for at, name in enumerate(names)),
        notes=tuple(map(str, notes)),
    )


def funnel(
    title: Text,
    steps: Sequence[Bar],
    *,
    of: Text = "",
    unit: Text = "",
    summary: Text = "",
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return how many come from step to step: each with its share of the first step and of the step before."""
    numbers = [number_of(one.value) for one in steps]
    first = numbers[0] if numbers else None
    before = [None, *numbers][: len(numbers)]
    table = Table(
        str(of) or _("Step"),
        (str(unit) or _("People"), _("Of the first step"), _("Of the step before")),
        tuple(
            Row(
                str(one.label),
                (
                    Cell(text_of(one.value), one.href),
                    Cell(_share(number, first)),
                    Cell(_share(number, earlier)),
                ),
                note=str(one.note or ""),
            )
            for one, number, earlier in zip(steps, numbers, before, strict=True)
        ),
    )
    return Chart(
        id=chart_id("funnel", title, key),
        kind="funnel",
        title=str(title),
        summary=str(summary) or _passage(steps),
        drawing=tuple((_piece(one.value, _full(numbers, None)),) for one in steps),
        table=table,
        notes=tuple(map(str, notes)),
    )


# ------------------------------------------------------------------------------------------------ drawing


def _full(numbers: Sequence[Number | None], top: Number | None) -> Number:
    return top if top is not None else max((one for one in numbers if one is not None), default=0)


def _piece(value: Value, full: Number, start: float = 0.0, name: str = "a") -> Piece:
    """A piece that begins ``start`` percent along the bar; in a page that reads from the right, from the right."""
    hidden = isinstance(value, Hidden)
    width = _STUB if hidden else 100.0 * min(number_of(value) or 0, full) / full if full else 0.0
    x = 100.0 - start - width if mirrored() else start
    return Piece(name, percent(x), percent(width), hidden)


def _pieces(values: Sequence[Value], full: Number) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0.0
    for at, value in enumerate(values):
        number = number_of(value)
        if number is None:  # a hidden piece would give itself away by its place
            continue
        pieces.append(_piece(value, full, start, letter(at)))
        start += 100.0 * number / full if full else 0.0
    return pieces


# ------------------------------------------------------------------------------------------------ words


def _share(part: Number | None, whole: Number | None) -> str:
    return "–" if part is None or not whole else format_share(part / whole)


def _extremes(rows: Sequence[Bar], shown: Shown) -> str:
    """The largest and the smallest of what is shown, and how many are not."""
    known = [(one, number) for one in rows if (number := number_of(one.value)) is not None]
    if not known:
        return str(_("No number is shown."))
    most = max(known, key=lambda pair: pair[1])
    least = min(known, key=lambda pair: pair[1])
    said = [_("The most: %(label)s with %(value)s.", label=most[0].label, value=shown(most[1]))]
    if least[1] != most[1]:
        said.append(_("The least: %(label)s with %(value)s.", label=least[0].label, value=shown(least[1])))
    return sentences([*said, _not_shown([one.value for one in rows])])


def _not_shown(values: Sequence[Value]) -> str:
    hidden = sum(isinstance(one, Hidden) for one in values)
    if not hidden:
        return ""
    return str(
        ngettext(
            "%(count)s number is not shown.",
            "%(count)s numbers are not shown.",
            hidden,
            count=format_number(hidden),
        )
    )


def _passage(steps: Sequence[Bar]) -> str:
    numbers = [number_of(one.value) for one in steps]
    first, last = (numbers[0], numbers[-1]) if numbers else (None, None)
    if not first or last is None:
        return str(_("No number is shown."))
    return str(
        _(
            "Of %(first)s at the first step (%(first_label)s), %(last)s come to the last (%(last_label)s): %(share)s.",
            first=format_number(first),
            first_label=steps[0].label,
            last=format_number(last),
            last_label=steps[-1].label,
            share=format_share(last / first),
        )
    )


def _compositions(names: Sequence[Text], rows: Sequence[StackedBar], shown: Shown) -> str:
    """What the longest bar is made of."""
    if not rows or not names:
        return str(_("No number is shown."))
    longest = max(rows, key=lambda one: sum(number_of(value) or 0 for value in one.values))
    parts = "; ".join(
        f"{name} {text_of(value, shown)}" for name, value in zip(names, longest.values, strict=True)
    )
    return str(_("The most: %(label)s (%(parts)s).", label=longest.label, parts=parts))
