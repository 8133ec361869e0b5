"""Charts made on the server: small pure functions from numbers to a drawing, a sentence and a table.

``charts.line(title, [Series(name, points)])`` gives a :class:`Chart`; ``{{ chart(c) }}`` of ``reports/charts.html``
draws it as SVG that reads at any width, in both schemes, from either side, with its table.
"""

from __future__ import annotations

from app.reports.charts.bars import Bar, StackedBar, bars, funnel, stacked_bars
from app.reports.charts.chart import Cell, Chart, Key, Row, Table
from app.reports.charts.series import Series, columns, line, small_multiples
from app.reports.charts.values import SUPPRESSED, WITHHELD, Hidden, Value, text_of
from app.reports.charts.world_map import world

__all__ = [
    "SUPPRESSED",
    "WITHHELD",
    "Bar",
    "Cell",
    "Chart",
    "Hidden",
    "Key",
    "Row",
    "Series",
    "StackedBar",
    "Table",
    "Value",
    "bars",
    "columns",
    "funnel",
    "line",
    "small_multiples",
    "stacked_bars",
    "text_of",
    "world",
]
