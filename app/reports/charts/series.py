"""Numbers along an axis of time or of steps: lines, columns (stacked where there are several), small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.core.i18n import format_number
from app.reports.charts.chart import Cell, Chart, Key, Row, Table, chart_id, letter, mirrored, sentences
from app.reports.charts.scale import label_ranks, percent, ticks
from app.reports.charts.values import Hidden, Number, Shown, Text, Value, number_of, text_of

_MARKED = 24  # more points than this are a line only
_SPAN = 1000  # the square that lines are drawn in, stretched to the chart's shape
_COLUMN = 0.72  # of its place along the axis
_STUB = 6.0  # percent of the height: a hidden number's column


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under a name, in the order of the axis; ``links`` are the addresses behind the numbers, in that order."""

    name: Text
    points: Sequence[tuple[Text, Value]]
    links: Sequence[str | None] = ()

    def link(self, index: int) -> str | None:
        """Return the address behind a number."""
        return self.links[index] if index < len(self.links) else None


@dataclass(frozen=True, slots=True)
class Tick:
    """A label along the bottom: where its middle is, how much room it asks for."""

    x: str
    rank: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point or a column with the words a pointer over it shows. Coordinates are percentages of the drawing."""

    letter: str
    x: str
    y: str
    words: str
    width: str = ""
    height: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """The line of a series, broken where there is no number: an SVG path in a square of 1000."""

    letter: str
    path: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with a scale at its side: texts of the scale from 0 up, the heights of its lines, what is drawn."""

    scale: tuple[str, ...]
    grid: tuple[str, ...]
    labels: tuple[Tick, ...]
    strokes: tuple[Stroke, ...] = ()
    marks: tuple[Mark, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Panels:
    """Several plots on one scale."""

    plots: tuple[Plot, ...] = field(default_factory=tuple)


def line(
    title: Text,
    series: Sequence[Series],
    *,
    of: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    top: Number | None = None,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return a line chart of up to six series over the same labels.

    ``of`` heads the labels in the table ("Month"); ``summary`` replaces the sentence made from the numbers; ``shown``
    writes a number; ``top`` fixes the scale (1 for shares); ``key`` tells charts of one title on one page apart.
    """
    labels = _labels(series)
    axis = ticks(_numbers(series), top)
    drawing = _plot(series, labels, axis, shown)
    legend = [Key("line", letter(at), str(one.name)) for at, one in enumerate(series)]
    return Chart(
        id=chart_id("line", title, key),
        kind="line",
        title=str(title),
        summary=str(summary) or _summary(series, shown),
        drawing=drawing,
        table=_table(of, series, labels, shown),
        legend=tuple(legend) if len(series) > 1 else (),
        notes=tuple(map(str, notes)) + _gaps(series),
    )


def columns(
    title: Text,
    series: Sequence[Series],
    *,
    of: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return columns along an axis of time, stacked when there are several series (which then must add up)."""
    labels = _labels(series)
    totals = [sum(number_of(one.points[at][1]) or 0 for one in series) for at in range(len(labels))]
    axis = ticks(totals)
    drawing = Plot(
        scale=tuple(shown(one) for one in axis),
        grid=_grid(axis),
        labels=_ticks(labels, [_middle(at, len(labels)) for at in range(len(labels))]),
        marks=tuple(_column_marks(series, labels, axis[-1], shown)),
    )
    legend = [Key("fill", letter(at), str(one.name)) for at, one in enumerate(series)]
    return Chart(
        id=chart_id("columns", title, key),
        kind="columns",
        title=str(title),
        summary=str(summary) or _summary(series, shown),
        drawing=drawing,
        table=_table(of, series, labels, shown),
        legend=tuple(legend) if len(series) > 1 else _hidden_keys(series),
        notes=tuple(map(str, notes)),
    )


def small_multiples(
    title: Text,
    series: Sequence[Series],
    *,
    of: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return a small line chart for each series, all on one scale: for more series than one chart can hold."""
    labels = _labels(series)
    axis = ticks(_numbers(series))
    plots = [_plot([one], labels, axis, shown, name=str(one.name)) for one in series]
    return Chart(
        id=chart_id("multiples", title, key),
        kind="multiples",
        title=str(title),
        summary=str(summary) or _last_values(series, shown),
        drawing=Panels(tuple(plots)),
        table=_table(of, series, labels, shown),
        notes=tuple(map(str, notes)) + _gaps(series),
    )


# ------------------------------------------------------------------------------------------------ drawing


def _labels(series: Sequence[Series]) -> list[str]:
    """The labels that all series share. ValueError when they do not, or when there is no series."""
    if not series:
        raise ValueError("a chart needs a series")
    found = [[str(label) for label, _value in one.points] for one in series]
    if any(one != found[0] for one in found):
        raise ValueError("the series of a chart share their labels")
    return found[0]


def _numbers(series: Sequence[Series]) -> list[Number]:
    return [
        number for one in series for _label, value in one.points if (number := number_of(value)) is not None
    ]


def _place(index: int, count: int) -> float:
    """Where a point stands along the axis, 0..100, from the side where reading begins."""
    along = 50.0 if count == 1 else 100.0 * index / (count - 1)
    return 100 - along if mirrored() else along


def _middle(index: int, count: int) -> float:
    """The middle of a column's place."""
    along = 100.0 * (index + 0.5) / count
    return 100 - along if mirrored() else along


def _height(number: Number, top: Number) -> float:
    """How far below the top of the drawing a number stands, 0..100."""
    return 100.0 - 100.0 * min(number, top) / top


def _grid(axis: Sequence[Number]) -> tuple[str, ...]:
    return tuple(percent(_height(one, axis[-1])) for one in axis)


def _ticks(labels: Sequence[str], places: Sequence[float]) -> tuple[Tick, ...]:
    """The labels for which there is room at some width."""
    ranks = label_ranks(len(labels))
    return tuple(
        Tick(percent(place), rank, label)
        for label, place, rank in zip(labels, places, ranks, strict=True)
        if rank != "never"
    )


def _plot(
    series: Sequence[Series], labels: Sequence[str], axis: Sequence[Number], shown: Shown, name: str = ""
) -> Plot:
    places = [_place(at, len(labels)) for at in range(len(labels))]
    strokes = [
        Stroke(letter(at % 6 if name else at), _path(one, places, axis[-1])) for at, one in enumerate(series)
    ]
    marks = [
        mark
        for at, one in enumerate(series)
        for mark in _point_marks(one, letter(at), labels, places, axis[-1], shown)
    ]
    return Plot(
        scale=tuple(shown(one) for one in axis),
        grid=_grid(axis),
        labels=_ticks(labels, places),
        strokes=tuple(strokes),
        marks=tuple(marks),
        name=name,
    )


def _path(series: Series, places: Sequence[float], top: Number) -> str:
    """An SVG path through the numbers; it is lifted where there is none."""
    steps: list[str] = []
    lifted = True
    for (_label, value), place in zip(series.points, places, strict=True):
        number = number_of(value)
        if number is None:
            lifted = True
            continue
        x, y = round(place * _SPAN / 100), round(_height(number, top) * _SPAN / 100)
        steps.append(f"{'M' if lifted else 'L'}{x} {y}")
        lifted = False
    return "".join(steps)


def _point_marks(
    series: Series, name: str, labels: Sequence[str], places: Sequence[float], top: Number, shown: Shown
) -> list[Mark]:
    numbers = [number_of(value) for _label, value in series.points]
    return [
        Mark(name, percent(places[at]), percent(_height(number, top)), _words(series, label, shown(number)))
        for at, (label, number) in enumerate(zip(labels, numbers, strict=True))
        if number is not None and (len(labels) <= _MARKED or _stands_alone(numbers, at))
    ]


def _stands_alone(numbers: Sequence[Number | None], at: int) -> bool:
    """Whether a point has no neighbour: it would not be seen in the line."""
    return not any(0 <= beside < len(numbers) and numbers[beside] is not None for beside in (at - 1, at + 1))


def _column_marks(series: Sequence[Series], labels: Sequence[str], top: Number, shown: Shown) -> list[Mark]:
    width = 100.0 * _COLUMN / max(1, len(labels))
    marks: list[Mark] = []
    for index, label in enumerate(labels):
        x = percent(_middle(index, len(labels)) - width / 2)
        floor = 100.0
        for at, one in enumerate(series):
            value = one.points[index][1]
            number = number_of(value)
            hidden = isinstance(value, Hidden) and len(series) == 1  # in a stack it would give itself away
            high = _STUB if hidden else 100.0 * (number or 0) / top
            if high <= 0:
                continue
            floor -= high
            words = _words(one, label, text_of(value, shown))
            marks.append(
                Mark(letter(at), x, percent(floor), words, percent(width), percent(high), hidden=hidden)
            )
    return marks


def _words(series: Series, label: str, number: str) -> str:
    return f"{series.name}, {label}: {number}" if str(series.name) else f"{label}: {number}"


# ------------------------------------------------------------------------------------------------ words


def _table(of: Text, series: Sequence[Series], labels: Sequence[str], shown: Shown) -> Table:
    rows = [
        Row(label, tuple(Cell(text_of(one.points[at][1], shown), one.link(at)) for one in series))
        for at, label in enumerate(labels)
    ]
    headings = tuple(str(one.name) or _("Number") for one in series)
    return Table(str(of) or _("Period"), headings, tuple(rows))


def _known(series: Series) -> list[tuple[str, Number]]:
    return [
        (str(label), number) for label, value in series.points if (number := number_of(value)) is not None
    ]


def _summary(series: Sequence[Series], shown: Shown) -> str:
    if len(series) > 3:
        return _last_values(series, shown)
    return sentences([_course(one, shown, named=len(series) > 1) for one in series])


def _course(series: Series, shown: Shown, *, named: bool) -> str:
    """One sentence on how a series runs."""
    known = _known(series)
    if not known:
        text = _("No number is shown.")
    elif len(known) == 1:
        text = _("%(value)s (%(label)s).", value=shown(known[0][1]), label=known[0][0])
    else:
        highest = max(known, key=lambda one: one[1])
        text = _(
            "Begins with %(first)s (%(first_label)s), ends with %(last)s (%(last_label)s); "
            "the highest is %(most)s (%(most_label)s).",
            first=shown(known[0][1]),
            first_label=known[0][0],
            last=shown(known[-1][1]),
            last_label=known[-1][0],
            most=shown(highest[1]),
            most_label=highest[0],
        )
    return str(_("%(name)s: %(text)s", name=series.name, text=text) if named else text)


def _last_values(series: Sequence[Series], shown: Shown) -> str:
    parts = [f"{one.name} {shown(known[-1][1])}" for one in series if (known := _known(one))]
    return str(
        _("The latest numbers: %(list)s.", list="; ".join(parts)) if parts else _("No number is shown.")
    )


def _has_hidden(series: Sequence[Series]) -> bool:
    return any(isinstance(value, Hidden) for one in series for _label, value in one.points)


def _hidden_keys(series: Sequence[Series]) -> tuple[Key, ...]:
    """What the hatched columns of a single series mean."""
    found = {value for one in series for _label, value in one.points if isinstance(value, Hidden)}
    return tuple(Key("hidden", "a", str(one)) for one in Hidden if one in found)


def _gaps(series: Sequence[Series]) -> tuple[str, ...]:
    """What a line that is broken off says about it."""
    if not _has_hidden(series):
        return ()
    return (_("The line is broken where a number is not shown, to protect the few people it is about."),)
