"""What every chart is: a title, one sentence that says it in words, a drawing, a legend, and its table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.i18n import page_direction
from app.reports.charts.values import Text

SERIES = ("a", "b", "c", "d", "e", "f")
"""The letters of ``chart.css``: each has a colour, a way of dashing and a shape of its own."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a chart's table; ``href`` leads to what the number is made of."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart's table; ``note`` stands below its label."""

    label: str
    cells: tuple[Cell, ...]
    href: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart: the heading of the labels, those of the columns, the rows."""

    of: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: its shape (``line``, ``fill``, ``hidden``, ``none``), its letter, what it means."""

    shape: str
    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn by ``{{ chart(c) }}`` of ``reports/charts.html``.

    ``kind`` names the macro; ``drawing`` is what that macro reads. ``notes`` stand below the drawing.
    """

    id: str
    kind: str
    title: str
    summary: str
    drawing: Any
    table: Table
    legend: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()


def chart_id(kind: str, title: Text, key: str = "") -> str:
    """Return an id for a chart's elements: the same for the same chart, another for another ``key``."""
    return "chart-" + hashlib.blake2s(f"{kind}\0{title}\0{key}".encode(), digest_size=4).hexdigest()


def mirrored() -> bool:
    """Whether the page reads from the right: then bars grow and time goes from the right, as the words do."""
    return page_direction() == "rtl"


def letter(index: int) -> str:
    """Return the letter of a series; ValueError when there are more than can be told apart."""
    if index >= len(SERIES):
        raise ValueError(f"a chart holds at most {len(SERIES)} series")
    return SERIES[index]


def sentences(parts: Sequence[str]) -> str:
    """Return sentences one after another."""
    return " ".join(part for part in parts if part)
