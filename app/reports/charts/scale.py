"""Axes: round numbers from zero up, and which labels of many have room."""

from __future__ import annotations

import math
from collections.abc import Iterable

from app.reports.charts.values import Number

_MOST_STEPS = 5
_ALWAYS, _MEDIUM, _WIDE = 4, 8, 14


def ticks(values: Iterable[Number], top: Number | None = None) -> list[Number]:
    """Return the round numbers of an axis from 0 to at least the largest value, at most six of them.

    ``top`` fixes where the axis ends. Whole numbers get whole steps; with nothing to show the axis is 0 and 1.
    """
    found = list(values)
    largest = top if top is not None else max(found, default=0)
    whole = top is None and all(float(one).is_integer() for one in found)
    if largest <= 0:
        return [0, 1]
    step = _step(largest / _MOST_STEPS, whole=whole)
    count = round(largest / step) if top is not None else math.ceil(largest / step - 1e-9)
    return [_clean(step * number) for number in range(count + 1)]


def _step(least: float, *, whole: bool) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 … (times a power of ten) that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= least - 1e-12)
    return max(1.0, step) if whole else step


def _clean(value: float) -> Number:
    return int(value) if value.is_integer() else round(value, 10)


def label_ranks(count: int) -> list[str]:
    """Return for each of ``count`` labels of an axis when it has room: ``always``, ``medium``, ``wide``, ``never``.

    The last label always shows; what a narrower chart shows, a wider one shows too.
    """
    wide = max(1, math.ceil(count / _WIDE))
    medium = wide * max(1, math.ceil(count / (_MEDIUM * wide)))
    always = medium * max(1, math.ceil(count / (_ALWAYS * medium)))
    return [_rank(count - 1 - index, always, medium, wide) for index in range(count)]


def _rank(from_end: int, always: int, medium: int, wide: int) -> str:
    for stride, rank in ((always, "always"), (medium, "medium"), (wide, "wide")):
        if from_end % stride == 0:
            return rank
    return "never"


def percent(value: float) -> str:
    """Return a coordinate as SVG writes it, ``12.5%``."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
