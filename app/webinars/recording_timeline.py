"""Where on a recording's line something is: pure counting with takes, spans, gaps, agenda and journal.

A moment of the session (an instant) lies at a second of the line when a take was recording then; what was said while
nothing was recorded lies at the next second that was. Nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NEAR = 10.0
"""Seconds within which a further chapter is no chapter of its own."""
MOST_CHAPTERS = 200
MAX_TITLE = 150


@dataclass(frozen=True, slots=True)
class Run:
    """A take on the line: where it begins, how long it is, and the times it recorded."""

    begins: float
    seconds: float
    spans: Sequence[tuple[datetime, datetime | None]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a take that arrived: its index, and its time in the take in milliseconds by the recorder's word."""

    index: int
    at_ms: int
    for_ms: int


def spans_of(kept: Iterable[Sequence[Any]]) -> list[tuple[datetime, datetime | None]]:
    """Return spans as they are kept in JSON as instants."""
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None) for begin, end in kept
    ]


def line(takes: Iterable[tuple[float | None, Sequence[tuple[datetime, datetime | None]]]]) -> list[Run]:
    """Return takes, given as length and spans in their order, one behind the other."""
    runs, begins = [], 0.0
    for seconds, spans in takes:
        runs.append(Run(begins, seconds or 0.0, spans))
        begins += seconds or 0.0
    return runs


def second_of(runs: Sequence[Run], moment: datetime) -> float | None:
    """Return the second of the line at which ``moment`` is, None when everything recorded was before it."""
    for run in runs:
        into = 0.0
        for begin, end in run.spans:
            if moment < begin:
                return run.begins + min(into, run.seconds)
            if end is None or moment < end:
                return run.begins + min(into + (moment - begin).total_seconds(), run.seconds)
            into += (end - begin).total_seconds()
    return None


def missing(pieces: Sequence[Piece], expected: int | None) -> list[tuple[float, float]]:
    """Return the gaps of a take as (from, to) in its seconds; ``expected`` is how many pieces it has, if that is known.

    A gap at the end is as long as its pieces would have been by the mean of the others.
    """
    gaps: list[tuple[float, float]] = []
    known = sorted(pieces, key=lambda one: one.index)
    mean = sum(one.for_ms for one in known) / len(known) if known else 0.0
    reached, next_index = 0.0, 0
    for piece in known:
        if piece.index > next_index:
            gaps.append((reached / 1000, max(piece.at_ms, reached) / 1000))
        reached, next_index = float(piece.at_ms + piece.for_ms), piece.index + 1
    if expected is not None and next_index < expected:
        gaps.append((reached / 1000, (reached + mean * (expected - next_index)) / 1000))
    return gaps


def lacks(indexes: Iterable[int], expected: int | None) -> list[int]:
    """Return the indexes of a take that have not arrived."""
    there = set(indexes)
    end = max(expected or 0, max(there, default=-1) + 1)
    return [one for one in range(end) if one not in there]


def chapters(
    agenda: Iterable[tuple[float, str]], slides: Iterable[tuple[float, str]], length: float
) -> list[dict[str, Any]]:
    """Return chapters made of the agenda and of turned slides, both as (second, title), in order.

    The agenda's word counts; a slide that was shown for a moment only, or again, is none.
    """
    fixed = sorted((max(0.0, at), title) for at, title in agenda if at < length)
    found = [{"at": round(at, 1), "title": title[:MAX_TITLE]} for at, title in fixed]
    seen = {title for _at, title in fixed}
    shown = sorted((max(0.0, at), title) for at, title in slides if at < length)
    for place, (at, title) in enumerate(shown):
        until = shown[place + 1][0] if place + 1 < len(shown) else length
        brief = until - at < NEAR and place + 1 < len(shown)
        near = any(abs(at - other) < NEAR for other, _ in fixed)
        if not (brief or near or title in seen):
            seen.add(title)
            found.append({"at": round(at, 1), "title": title[:MAX_TITLE]})
    return sorted(found, key=lambda one: float(str(one["at"])))[:MOST_CHAPTERS]


def within(items: Iterable[Mapping[str, Any]], cut_from: float, length: float) -> list[dict[str, Any]]:
    """Return chapters as an edition shows them: on its own clock; the one that is going on at its begin begins it."""
    shown: list[dict[str, Any]] = []
    for one in items:
        at = float(one["at"]) - cut_from
        if at >= length:
            break
        if at <= 0:
            shown = []
        shown.append({"at": max(0.0, round(at, 1)), "title": str(one["title"])})
    return shown


def clock_text(seconds: float) -> str:
    """Return seconds as people write them: ``4:05``, ``1:04:05``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock_read(text: str) -> float | None:
    """Return the seconds of ``4:05``, ``1:04:05`` or ``75``; None when it is none of them."""
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(
        one.isascii() and one.isdecimal() and len(one) <= 5 for one in parts
    ):
        return None
    numbers = [int(one) for one in parts]
    if any(one > 59 for one in numbers[1:]):
        return None
    seconds = 0
    for one in numbers:
        seconds = seconds * 60 + one
    return float(seconds)
