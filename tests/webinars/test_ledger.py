"""What a beat counts, and what spans of time add up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webinars.ledger import (
    Mark,
    Rule,
    Span,
    by_step,
    clip,
    curve,
    down_times,
    judge,
    length,
    minus,
    union,
)
from app.webinars.models.room import Step

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
MOST = 600


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def span(begins: float, ends: float) -> Span:
    return (at(begins), at(ends))


spans = st.lists(
    st.tuples(st.integers(0, MOST), st.integers(0, MOST)).map(lambda two: span(min(two), max(two))),
    max_size=12,
)


def seconds_in(found: list[Span]) -> set[int]:
    """The same time as a set of seconds: the plain way to the same answer."""
    return {
        second
        for begins, ends in found
        for second in range(int((begins - START).total_seconds()), int((ends - START).total_seconds()))
    }


@given(spans)
def test_a_union_is_the_same_time_in_order_each_moment_once(given_spans: list[Span]) -> None:
    found = union(given_spans)
    assert seconds_in(found) == seconds_in(given_spans)
    assert all(begins < ends for begins, ends in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert union(found) == found
    assert length(given_spans) == timedelta(seconds=len(seconds_in(given_spans)))


@given(spans, spans)
def test_taking_away_and_cutting_to_a_window(some: list[Span], others: list[Span]) -> None:
    assert seconds_in(minus(some, others)) == seconds_in(some) - seconds_in(others)
    assert length(some) + length(minus(others, some)) == length([*some, *others])
    assert seconds_in(clip(some, span(100, 200))) == seconds_in(some) & set(range(100, 200))
    assert seconds_in(down_times(some, span(0, MOST))) == set(range(MOST)) - seconds_in(some)


@given(st.dictionaries(st.sampled_from([step.value for step in Step]), spans))
def test_time_on_the_steps_adds_up_and_the_better_step_counts(found: dict[str, list[Span]]) -> None:
    steps = by_step(found)
    whole = [one for each in found.values() for one in each]
    assert sum(steps.values(), timedelta()) == length(whole)
    assert steps.get(Step.FULL, timedelta()) == length(found.get(Step.FULL, []))


@given(st.lists(spans, max_size=6))
def test_the_curve_counts_everybody_who_was_there_in_a_minute(people: list[list[Span]]) -> None:
    unions = [union(one) for one in people]
    found = curve(unions, span(0, MOST))
    assert len(found) == MOST // 60
    for minute, count in enumerate(found):
        there = [one for one in unions if clip(one, span(minute * 60, minute * 60 + 60))]
        assert count == len(there)


FIRST = Mark(1, at(0))


@pytest.mark.parametrize(
    ("last", "beat", "counted"),
    [
        (FIRST, Mark(2, at(10)), [span(0, 10)]),  # as it should be
        (FIRST, Mark(2, at(13)), [span(0, 13)]),  # a slow line
        (Mark(5, at(40)), Mark(10, at(90)), [span(40, 90)]),  # cut for 50 seconds, running
        (Mark(5, at(40)), Mark(11, at(100)), [span(40, 100)]),  # just within a minute
        (Mark(5, at(40)), Mark(12, at(110)), []),  # longer: a gap
        (
            Mark(5, at(40)),
            Mark(6, at(99)),
            [span(89, 99)],
        ),  # the machine slept: its beat stands for ten seconds
        (Mark(5, at(40)), Mark(6, at(4000)), [span(3990, 4000)]),
        (Mark(5, at(40)), Mark(5, at(50)), []),  # sent again
        (Mark(5, at(40)), Mark(3, at(50)), []),  # out of order
    ],
)
def test_what_a_beat_counts(last: Mark, beat: Mark, counted: list[Span]) -> None:
    verdict = judge(FIRST, last, beat)
    assert verdict.known
    assert list(verdict.spans) == counted


@pytest.mark.parametrize("number", [0, -4, 40, 10_000, 200_000, 10**12])
def test_numbers_of_the_future_are_refused(number: int) -> None:
    assert not judge(FIRST, Mark(2, at(10)), Mark(number, at(20))).known


def test_beats_faster_than_the_clock_make_no_time() -> None:
    last = FIRST
    counted: list[Span] = []
    for number in range(2, 500):
        beat = Mark(number, at(number / 100))
        verdict = judge(FIRST, last, beat)
        counted += verdict.spans
        last = beat if verdict.known else last
    assert length(counted) <= timedelta(seconds=5)
    assert last.number < 15


def test_a_long_cut_counts_as_far_as_the_server_was_down() -> None:
    last, back = Mark(10, at(90)), Mark(40, at(390))
    assert judge(FIRST, last, back).spans == ()
    assert judge(FIRST, last, back, [span(100, 380)]).spans == (
        span(90, 390),
    )  # all but twenty seconds were ours
    assert judge(FIRST, last, back, [span(100, 200), span(190, 220)]).spans == (span(100, 220),)
    asleep = Mark(11, at(390))
    assert judge(FIRST, last, asleep, [span(100, 380)]).spans == (span(380, 390),)


def test_a_client_with_a_slow_clock_is_running() -> None:
    last = FIRST
    counted: list[Span] = []
    for number in range(2, 400):
        beat = Mark(number, at((number - 1) * 10.3))
        counted += judge(FIRST, last, beat).spans
        last = beat
    assert length(counted) == last.at - START


def test_a_client_with_a_fast_clock_is_not_ahead() -> None:
    last = FIRST
    for number in range(2, 1000):
        beat = Mark(number, at((number - 1) * 9.7))
        assert judge(FIRST, last, beat).known
        last = beat


def test_the_rule() -> None:
    rule = Rule(70, timedelta(minutes=60), 2, 1)
    assert rule.needed == timedelta(minutes=42)
    assert rule.fulfilled(timedelta(minutes=42), 2)
    assert rule.fulfilled(timedelta(minutes=41, seconds=51), 2)  # a beat's length is forgiven
    assert not rule.fulfilled(timedelta(minutes=41), 2)
    assert not rule.fulfilled(timedelta(minutes=60), 1)
    assert not Rule(0, timedelta(minutes=60), 0, 1).fulfilled(timedelta(), 0)
