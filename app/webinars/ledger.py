"""Attendance as plain computing: which beat counts for what time, and how much time that is altogether.

A client beats every PERIOD seconds and numbers its beats. Only the server's clock is read: a beat counts from the
arrival of the connection's last counted beat to its own. The numbers say whether the client was running in between, so
that a machine that slept is not taken for one whose line was cut; they never make time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.webinars.models.room import Step

Span = tuple[datetime, datetime]
"""From when to when; never backwards."""

PERIOD = timedelta(seconds=10)
LONGEST_CUT = timedelta(seconds=60)
LEAD = 12  # beats that a client may be ahead of the server's clock: it beats whenever its line is back
HASTE = 1.5  # how much faster than it should a client may beat for long
LAG = 3  # beats that a running client may miss of those that the time was long enough for
LIVELY = 0.8  # and the part of them that it beats at least, when its timers are held back
MOST_BEATS = 100_000  # eleven days
_NO_TIME = timedelta(0)


# ------------------------------------------------------------------------------------------------ spans


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same time in order, each moment once; spans that touch become one, empty ones are left out."""
    merged: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return merged


def clip(spans: Iterable[Span], window: Span) -> list[Span]:
    """Return what of ``spans`` lies within ``window``, in order, each moment once."""
    begins, ends = window
    return union((max(begins, start), min(ends, end)) for start, end in spans)


def minus(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return the time of ``spans`` that is not in ``others``."""
    left = union(spans)
    for begins, ends in union(others):
        left = [
            part
            for start, end in left
            for part in ((start, min(end, begins)), (max(start, ends), end))
            if part[0] < part[1]
        ]
    return left


def length(spans: Iterable[Span]) -> timedelta:
    """Return how much time the spans cover; what they share counts once."""
    return sum((end - start for start, end in union(spans)), _NO_TIME)


def by_step(spans: Mapping[str, Iterable[Span]]) -> dict[str, timedelta]:
    """Return the time on each step of the ladder; of two devices at once the better step counts."""
    covered: list[Span] = []
    found = {}
    for step in Step:
        own = minus(spans.get(step, ()), covered)
        if own:
            found[step.value] = length(own)
            covered = union([*covered, *own])
    return found


def curve(people: Iterable[Sequence[Span]], window: Span) -> list[int]:
    """Return how many people were there in each minute of ``window``; a part of a minute counts as the minute."""
    begins, ends = window
    minutes = max(0, -(-int((ends - begins).total_seconds()) // 60))
    changes = [0] * (minutes + 1)
    for spans in people:
        seen: set[int] = set()
        for start, end in clip(spans, window):
            first = int((start - begins).total_seconds() // 60)
            last = int(((end - begins).total_seconds() - 1e-6) // 60)
            seen.update(range(first, last + 1))
        for minute in seen:
            changes[minute] += 1
    return changes[:minutes]


# ------------------------------------------------------------------------------------------------ beats


@dataclass(frozen=True, slots=True)
class Mark:
    """A counted beat of a connection: its number, and when it came by the server's clock."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a beat. ``known`` ones may be acknowledged; ``spans`` is the time that it adds."""

    known: bool
    spans: tuple[Span, ...] = ()


REFUSED = Verdict(known=False)
NOTHING_NEW = Verdict(known=True)


def judge(first: Mark | None, last: Mark | None, beat: Mark, down: Iterable[Span] = ()) -> Verdict:
    """Return what a beat counts, given the first and the last counted one of its connection.

    ``down`` is when the server was not there, by its own record. The first beat of a connection counts no time: it says
    from when the next one does. A number that was passed already adds nothing; one that the time since the first beat
    was too short for is refused. The time since the last beat counts when it is at most LONGEST_CUT, not counting what
    the server was down; of a longer cut only the latter counts. A client that was not running meanwhile gets no more
    than the time that its beats stand for.
    """
    if not 0 < beat.number <= MOST_BEATS:
        return REFUSED
    if first is None or last is None:
        return NOTHING_NEW
    if beat.number <= last.number or beat.at <= last.at:
        return NOTHING_NEW if not _ahead(first, beat) else REFUSED
    if _ahead(first, beat):
        return REFUSED
    cut = (last.at, beat.at)
    if not _was_running(last, beat):
        stands_for = min((beat.number - last.number) * PERIOD, LONGEST_CUT)
        return Verdict(True, ((max(last.at, beat.at - stands_for), beat.at),))
    away = clip(down, cut)
    if beat.at - last.at - length(away) <= LONGEST_CUT:
        return Verdict(True, (cut,))
    return Verdict(True, tuple(away))


def down_times(lives: Iterable[Span], within: Span) -> list[Span]:
    """Return when, within a span, no server was there; ``lives`` is from when to when each was."""
    return minus([within], lives)


def _ahead(first: Mark, beat: Mark) -> bool:
    """Whether more beats are claimed than there was time for."""
    time_for = (beat.at - first.at) / PERIOD * HASTE
    return beat.number - first.number > time_for + LEAD


def _was_running(last: Mark, beat: Mark) -> bool:
    """Whether the client has beaten on as often as the time since its last beat asks for."""
    time_for = (beat.at - last.at) / PERIOD
    return beat.number - last.number >= time_for * LIVELY - LAG


# ------------------------------------------------------------------------------------------------ the rule


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes an attendance: ``percent`` of ``scheduled``, and ``answers`` check questions; and its version."""

    percent: int
    scheduled: timedelta
    answers: int
    version: int

    @property
    def needed(self) -> timedelta:
        """The time that is asked for."""
        return self.scheduled * self.percent / 100

    def fulfilled(self, present: timedelta, answered: int) -> bool:
        """Whether somebody who was there for ``present`` and answered that many has attended.

        A beat's length is forgiven: it is as exact as the count can be.
        """
        return present + PERIOD >= self.needed and answered >= self.answers and present > _NO_TIME
