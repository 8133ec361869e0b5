"""The world map: countries in steps of one hue by their number. The shapes are made by the build (assets/map)."""

from __future__ import annotations

import json
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import quantiles
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.countries import COUNTRIES, choices
from app.core.i18n import format_number
from app.reports.charts.chart import Cell, Chart, Key, Row, Table, chart_id, sentences
from app.reports.charts.values import Hidden, Number, Shown, Text, Value, number_of, text_of

SHAPES = Path(__file__).parents[2] / "static" / "build" / "world.json"
_LETTERS = {0: "", 1: "c", 2: "bd", 3: "ace", 4: "abde", 5: "abcde"}
"""Which steps of the hue are used for how many classes."""
_NAMED = 3
Link = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Area:
    """A country on the map: its path, its dot, or both; the class it is drawn in; what a pointer over it shows."""

    step: str
    words: str
    href: str | None
    path: str
    dot: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class WorldMap:
    """The map in its own units; ``other`` is land of no country of the list. Without areas it was not built."""

    width: int
    height: int
    other: str
    areas: tuple[Area, ...]
    linked: bool


def world(
    title: Text,
    values: Mapping[str, Value],
    *,
    href: Link | None = None,
    of: Text = "",
    unit: Text = "",
    summary: Text = "",
    shown: Shown = format_number,
    notes: Sequence[Text] = (),
    key: str = "",
) -> Chart:
    """Return a map of ``values`` by country code (ISO 3166-1 alpha-2); what is no country of the list is left out.

    ``href`` gives the address behind a country's number. Countries are sorted into at most five classes of about the
    same size; zero, no number and a hidden number are each drawn in a way of their own.
    """
    known = {code: value for code, value in values.items() if code in COUNTRIES}
    positive = sorted(number for value in known.values() if (number := number_of(value)))
    bounds = class_bounds(positive)
    rows = _sorted(known)
    return Chart(
        id=chart_id("world", title, key),
        kind="world",
        title=str(title),
        summary=str(summary) or _summary(known, shown),
        drawing=_drawn(known, bounds, href, shown),
        table=Table(
            str(of) or _("Country"),
            (str(unit) or _("Number"),),
            tuple(
                Row(name, (Cell(text_of(known[code], shown), href(code) if href else None),))
                for code, name in rows
            ),
        ),
        legend=_legend(known, positive, bounds, shown),
        notes=(*map(str, notes), *_stance()),
    )


# ------------------------------------------------------------------------------------------------ classes


def class_bounds(numbers: Sequence[Number]) -> list[Number]:
    """Return the upper bounds of at most five classes that hold about as many of ``numbers`` (above zero) each."""
    if not numbers:
        return []
    if len(set(numbers)) <= 2:
        return sorted(set(numbers))
    cuts = {max(one for one in numbers if one <= cut) for cut in quantiles(numbers, n=5, method="inclusive")}
    return sorted(cuts | {max(numbers)})


def _step(value: Value, bounds: Sequence[Number]) -> str:
    if isinstance(value, Hidden):
        return "hidden"
    if value is None:
        return "none"
    return _LETTERS[len(bounds)][bisect_left(bounds, value)] if value > 0 else "zero"


def _legend(
    values: Mapping[str, Value], positive: Sequence[Number], bounds: Sequence[Number], shown: Shown
) -> tuple[Key, ...]:
    letters = _LETTERS[len(bounds)]
    members: dict[str, list[Number]] = {one: [] for one in letters}
    for number in positive:
        members[letters[bisect_left(bounds, number)]].append(number)
    keys = [Key("step", one, _range(found[0], found[-1], shown)) for one, found in members.items()]
    steps = Counter(_step(values.get(code), bounds) for code in COUNTRIES)
    zero = [Key("step", "zero", shown(0))] if steps["zero"] else []
    hidden = [Key("hatch", "a", str(one)) for one in Hidden if one in values.values()]
    none = [Key("step", "none", _("no number"))] if steps["none"] else []
    return (*zero, *keys, *hidden, *none)


def _range(least: Number, most: Number, shown: Shown) -> str:
    if least == most:
        return shown(least)
    return str(_("%(least)s to %(most)s", least=shown(least), most=shown(most)))


# ------------------------------------------------------------------------------------------------ drawing


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _shapes() -> dict[str, Any]:
    """The built shapes, read again when a build changed them; without a build the chart is its table."""
    try:
        return _read(SHAPES, SHAPES.stat().st_mtime_ns)
    except FileNotFoundError:
        logging.getLogger(__name__).warning("the world map is not built: %s is missing", SHAPES.name)
        return {"width": 0, "height": 0, "other": "", "paths": {}, "dots": {}}


def _drawn(
    values: Mapping[str, Value], bounds: Sequence[Number], href: Link | None, shown: Shown
) -> WorldMap:
    shapes = _shapes()
    areas = [
        Area(
            step=_step(values.get(code), bounds),
            words=f"{name}: {text_of(values.get(code), shown)}",
            href=href(code) if href and values.get(code) is not None else None,
            path=shapes["paths"].get(code, ""),
            dot=tuple(shapes["dots"][code]) if code in shapes["dots"] else None,
        )
        for code, name in choices()
        if code in shapes["paths"] or code in shapes["dots"]
    ]
    return WorldMap(
        shapes["width"], shapes["height"], shapes["other"], tuple(areas), any(one.href for one in areas)
    )


# ------------------------------------------------------------------------------------------------ words


def _sorted(values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Countries with something to say: the most first, hidden numbers before zeros, then by name."""
    names = [(code, name) for code, name in choices() if values.get(code) is not None]
    return sorted(names, key=lambda pair: -_weight(values[pair[0]]))


def _weight(value: Value) -> float:
    return 0.5 if isinstance(value, Hidden) else float(value or 0)


def _summary(values: Mapping[str, Value], shown: Shown) -> str:
    above = [(code, name) for code, name in _sorted(values) if number_of(values[code])]
    hidden = sum(isinstance(value, Hidden) for value in values.values())
    said = [
        ngettext(
            "%(count)s country has a number above zero.",
            "%(count)s countries have a number above zero.",
            len(above),
            count=format_number(len(above)),
        )
    ]
    if above:
        most = "; ".join(f"{name} {text_of(values[code], shown)}" for code, name in above[:_NAMED])
        said.append(_("The most: %(list)s.", list=most))
    if hidden:
        said.append(
            ngettext(
                "For %(count)s country the number is not shown.",
                "For %(count)s countries the number is not shown.",
                hidden,
                count=format_number(hidden),
            )
        )
    return sentences(said)


def _stance() -> tuple[str, ...]:
    return (
        _(
            "This map shows where numbers belong, nothing more: its lines and names take no position on the status of "
            "any territory or on where a border runs. Areas without a number of their own, disputed ones among them, "
            "are left blank."
        ),
        _("Shapes: Natural Earth. Areas keep their true proportions; small States are drawn as dots."),
    )
