"""Two counts of every figure, the application's and one written from the definitions alone, agree whatever is asked.

Registers and questions are made at random. Sums that are kept for pages are held against the second count too.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.accounts.countries import COUNTRIES as EVERY_COUNTRY
from app.records import overview, trends
from app.records.behind import behind
from app.records.counting import rollups
from app.records.history import as_of
from app.records.indicators import INDICATORS
from app.records.measuring import Asked, measure, measure_by
from app.records.questions import Question
from app.records.readings import DIMENSIONS
from app.records.trends import Span
from tests.conftest import Inside
from tests.records import random_register, second_count
from tests.records.random_register import Made, make
from tests.records.second_count import MEANINGS, Register, Row, dimensions_of, means_something, read

STEADY = settings(
    derandomize=True,
    phases=(Phase.generate,),  # a register made from another number is not a smaller one
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
VALUES: Mapping[str, tuple[str, ...]] = {
    "countries": random_register.COUNTRIES,
    "kinds": tuple(dict.fromkeys(random_register.KINDS)),
    "channels": tuple(dict.fromkeys(random_register.CHANNELS)),
    "topics": random_register.TOPICS,
    "activities": tuple(f"random-{number}" for number in range(len(random_register.KINDS))),
    "languages": random_register.LANGUAGES,
    "professions": random_register.PROFESSIONS,
    "genders": random_register.GENDERS,
    "age_groups": random_register.AGES,
    "partners": ("", "partner"),
    "projects": ("", "project"),
    "donors": ("", "donor"),
    "tags": random_register.TAGS,
}
DAYS = st.integers(-120, 400).map(lambda days: random_register.FIRST.date() + timedelta(days=days))
SEEDS = st.integers(0, 2**32)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, int | None]:
    """A question, and the number of the instant that it is asked as of."""
    days = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=2, unique=True))
    sets = {one: draw(st.frozensets(st.sampled_from(VALUES[one]), min_size=1, max_size=3)) for one in names}
    question = Question(
        start=draw(st.sampled_from([None, days[0]])),
        end=draw(st.sampled_from([None, days[1]])),
        newness=draw(st.sampled_from(["", "", "", "new", "returning"])),
        country_basis=draw(st.sampled_from(["then", "then", "now"])),
        later_corrections=draw(st.booleans()),
        **sets,  # type: ignore[arg-type]
    )
    return question, draw(st.none() | st.integers(0, 1000))


@contextmanager
def register(
    connection: Connection, inside: Inside, seed: int, *, people: int = 8, deeds: int = 90, later: int = 6
) -> Iterator[tuple[Session, Made]]:
    """A register made at random, gone again after the block."""
    point = connection.begin_nested()
    try:
        with inside() as session:
            yield session, make(session, seed, people=people, deeds=deeds, later=later)
    finally:
        point.rollback()


def compare(second: Register, question: Question, splits: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Hold every figure, and some splits of figures, against the second count."""
    asked = [one for one in INDICATORS if means_something(one, question)]
    counted = {one.id: one.value for one in measure(asked, question).values()}
    assert counted == {one: second.number(one, question) for one in asked}, question.as_json()
    for figure, dimensions in splits:
        if not means_something(figure, question):
            continue
        cells = {one.values: one.number for one in measure_by(figure, question, dimensions) if one.number}
        assert cells == second.split(figure, question, dimensions), (figure, dimensions, question.as_json())


def every_split(figure: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every dimension that means something for a figure."""
    return [(figure, (one,)) for one in dimensions_of(figure)]


def some_splits(dice: random.Random, count: int) -> list[tuple[str, tuple[str, ...]]]:
    """Figures, each with one or two dimensions."""
    figures = [dice.choice(list(MEANINGS)) for _again in range(count)]
    return [(one, tuple(dice.sample(dimensions_of(one), dice.choice([1, 1, 2])))) for one in figures]


def put(made: Made, asked: tuple[Question, int | None]) -> Question:
    """A question as of one of the register's instants."""
    question, moment = asked
    return question if moment is None else replace(question, as_of=made.asked(moment))


def test_every_figure_and_dimension_has_a_second_count() -> None:
    assert MEANINGS.keys() == INDICATORS.keys()
    known = {one for figure in MEANINGS for one in dimensions_of(figure)}
    assert known == set(DIMENSIONS)


@pytest.mark.parametrize("examples", [6, pytest.param(40, marks=pytest.mark.long)])
def test_both_counts_agree_whatever_is_asked(connection: Connection, inside: Inside, examples: int) -> None:
    @settings(STEADY, max_examples=examples)
    @given(SEEDS, st.lists(questions(), min_size=8, max_size=8))
    def agree(seed: int, asked: list[tuple[Question, int | None]]) -> None:
        dice = random.Random(seed)
        with register(connection, inside, seed) as (session, made):
            second = read(session)
            for one in asked:
                compare(second, put(made, one), some_splits(dice, 5))

    agree()


@pytest.mark.parametrize("examples", [1, pytest.param(4, marks=pytest.mark.long)])
def test_every_figure_by_every_dimension(connection: Connection, inside: Inside, examples: int) -> None:
    @settings(STEADY, max_examples=examples)
    @given(SEEDS, questions())
    def agree(seed: int, asked: tuple[Question, int | None]) -> None:
        with register(connection, inside, seed, people=12, deeds=200) as (session, made):
            question = replace(put(made, asked), newness="")
            compare(read(session), question, [one for figure in MEANINGS for one in every_split(figure)])

    agree()


@pytest.mark.parametrize("examples", [4, pytest.param(25, marks=pytest.mark.long)])
def test_the_rows_behind_a_figure_are_what_it_counts(
    connection: Connection, inside: Inside, examples: int
) -> None:
    @settings(STEADY, max_examples=examples)
    @given(SEEDS, questions(), st.lists(st.sampled_from(sorted(MEANINGS)), min_size=6, max_size=6))
    def agree(seed: int, asked: tuple[Question, int | None], figures: list[str]) -> None:
        with register(connection, inside, seed) as (session, made):
            question = put(made, asked)
            second = read(session)
            for one in figures:
                if means_something(one, question):
                    rows = second.rows(one, question)
                    found = behind(Asked(one, INDICATORS[one], question), as_of(question.as_of).instant)
                    told = (found.total, found.people)
                    assert told == (len(rows), len({row.person for row in rows} - {None})), (
                        one,
                        question.as_json(),
                    )

    agree()


# ------------------------------------------------------------------------------------------------ sums


SCOPES = {
    "trained:platform": "trained",
    "trained:online": "trained_online",
    "trained:all": "trained_anywhere",
    "participants:platform": "participants",
}
"""The figure whose people the cells of each scope are."""


@pytest.mark.parametrize("examples", [5, pytest.param(40, marks=pytest.mark.long)])
def test_sums_say_what_the_second_count_says(connection: Connection, inside: Inside, examples: int) -> None:
    """Sums are brought up to date by the deeds of the day, not made anew."""

    @settings(STEADY, max_examples=examples)
    @given(SEEDS, st.tuples(DAYS, DAYS).map(sorted), st.booleans())
    def agree(seed: int, days: list[date], always: bool) -> None:
        with register(connection, inside, seed, deeds=120, later=12) as (session, _made):
            rollups.refresh()
            second = read(session)
            span = Span(None if always else days[0], days[1])
            for scope, figure in SCOPES.items():
                people_agree(second, scope, figure, span)
            users_agree(second, days[1])

    agree()


def people_agree(second: Register, scope: str, figure: str, span: Span) -> None:
    """Hold the sums of a scope against the second count, in all, by each slice that is kept, and by month."""
    asked = whole_months(span)
    rows = second.rows(figure, asked)
    found = trends.people(scope, span)
    assert (found.people, found.participations) == counts(rows)
    for dimension in next(one.dimensions for one in rollups.SCOPES if one.name == scope):
        parts = split(rows, dimension)
        sums = trends.by(scope, span, dimension)
        assert {value: (one.people, one.participations) for value, one in sums.items()} == {
            value: counts(some) for value, some in parts.items()
        }, (scope, dimension, asked.as_json())
        by_month = trends.by_month(scope, span, dimension)
        assert {(value, f"{day:%Y-%m}"): one.people for (value, day), one in by_month.items()} == {
            (value, month): counts(few)[0]
            for value, some in parts.items()
            for month, few in split(some, "month").items()
        }
    months = trends.monthly(scope, span)
    assert {f"{day:%Y-%m}": (one.people, one.participations) for day, one in months.items()} == {
        month: counts(some) for month, some in split(rows, "month").items()
    }


def users_agree(second: Register, last: date) -> None:
    """Hold the users at the end of a month against the second count, in all and by where they were."""
    asked = whole_months(Span(None, last))
    rows = second.rows("users", asked)
    for dimension in ("country", "region"):
        expected = {value: len(some) for value, some in split(rows, dimension).items()}
        assert trends.users(last, dimension) == expected, (dimension, asked.as_json())
    assert trends.users(last).get("", 0) == len(rows)


def whole_months(span: Span) -> Question:
    """The question of the days that a span's months hold."""
    after = date(span.last.year + span.last.month // 12, span.last.month % 12 + 1, 1)
    return Question(start=span.first and span.first.replace(day=1), end=after - timedelta(days=1))


def counts(rows: list[Row]) -> tuple[int, int]:
    """People, and participations."""
    return len({one.person for one in rows}), len(rows)


def split(rows: list[Row], dimension: str) -> dict[str, list[Row]]:
    """Rows by a value; ``region`` is the regional group of the country."""
    found: dict[str, list[Row]] = {}
    for one in rows:
        if dimension == "region":
            value = EVERY_COUNTRY[one.country].region.value if one.country else ""
        else:
            value = second_count.value_of(one, dimension)
        found.setdefault(value, []).append(one)
    return found


@pytest.mark.parametrize("examples", [3, pytest.param(20, marks=pytest.mark.long)])
def test_the_public_overview_says_what_the_second_count_says(
    connection: Connection, inside: Inside, examples: int
) -> None:
    @settings(STEADY, max_examples=examples)
    @given(SEEDS)
    def agree(seed: int) -> None:
        with register(connection, inside, seed, deeds=150, later=8) as (session, _made):
            rollups.refresh()
            second, found = read(session), overview.overview()
            until = Question(end=found.at.date())
            assert found.trained == second.number("trained", until)
            assert found.users == plain(second.split("users", until, ["country"]))
            assert found.trained_by_country == plain(second.split("trained", until, ["country"]))
            years = {
                "trained": found.trained_by_year,
                "participants": found.participants_by_year,
                **found.held,
            }
            for figure, by_year in years.items():
                expected = plain(second.split(figure, until, ["year"]))
                assert {str(year): number for year, number in by_year.items() if number} == expected, figure
            for year, number in found.users_by_year.items():
                assert number == second.number("users", Question(end=date(year, 12, 31))), year

    agree()


def plain(cells: Mapping[tuple[str, ...], float]) -> dict[str, Any]:
    """Cells of one dimension by their value."""
    return {value: number for (value,), number in cells.items()}
