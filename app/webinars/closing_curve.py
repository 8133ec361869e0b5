"""The curve of a session: how many people were there in each minute, as a drawing and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 28
_MARKS = 4  # of each axis, at most
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480, 1440)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the drawing is made of, in units of its view box: an area, a line, marks as (place, words)."""

    area: str
    line: str
    across: list[tuple[float, datetime]]
    up: list[tuple[float, int]]
    most: int
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def drawing(counts: Sequence[int], begins: datetime) -> Drawing:
    """Return the drawing of a count a minute; each minute is a flat piece."""
    most = max(counts, default=0)
    top = _ceiling(most)
    wide = (WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    high = (HEIGHT - _TOP - _BOTTOM) / top

    def place(minute: int, count: int) -> tuple[float, float]:
        return (_LEFT + minute * wide, HEIGHT - _BOTTOM - count * high)

    points = [
        corner
        for minute, count in enumerate(counts)
        for corner in (place(minute, count), place(minute + 1, count))
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ground = HEIGHT - _BOTTOM
    area = f"{_LEFT},{ground} {line} {_LEFT + len(counts) * wide:.1f},{ground}" if counts else ""
    every = next((step for step in _STEPS if len(counts) / step <= _MARKS + 1), _STEPS[-1])
    across = [
        (_LEFT + minute * wide, begins + timedelta(minutes=minute))
        for minute in range(0, len(counts) + 1, every)
    ]
    step = max(1, top // _MARKS)
    up = [(HEIGHT - _BOTTOM - count * high, count) for count in range(0, top + 1, step)]
    return Drawing(area, line, across, up, most)


def table(counts: Sequence[int], begins: datetime) -> list[tuple[datetime, int]]:
    """Return the counts with the minute's beginning."""
    return [(begins + timedelta(minutes=minute), count) for minute, count in enumerate(counts)]


def _ceiling(most: int) -> int:
    """Return the top of the scale: a multiple of the marks."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 10_000):
        if most <= step * _MARKS:
            return step * _MARKS
    return most
