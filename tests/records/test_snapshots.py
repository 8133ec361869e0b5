"""Frozen figures stay as they were, whatever becomes of facts; the nightly check finds a figure that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as limits
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.models import OutboxMail
from app.core.refusal import Refused
from app.records import actions, checking, queries, snapshots
from app.records.counting import rebuild
from app.records.figures.models import FigureAlarm, Snapshot
from app.records.indicators import INDICATORS, Unit
from app.records.measuring import measure, measure_by
from app.records.models import ActivityKind, Verb
from app.records.questions import Question, from_json
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.random_register import Made, go_on
from tests.records.scene import at, course, person, state
from tests.records.second_count import dimensions_of, means_something
from tests.records.test_second_count import SEEDS, STEADY, put, questions, register

MARCH = Question(start=date(2026, 3, 1), end=date(2026, 3, 31))


def test_what_comes_later_changes_no_snapshot(inside: Inside) -> None:
    with inside() as session:
        amina, bola, key = person("amina"), person("bola"), course("one")
        for who in (amina, bola):
            state(who, key, Verb.COMPLETED, 1)
        kept = snapshots.freeze(None, "March", MARCH, ["trained", "completions"])
        before = dict(kept.content["figures"])
        state(person("chen"), key, Verb.COMPLETED, 2)
        actions.merge(None, actions.learner_of(bola.id), actions.learner_of(amina.id), "the same person")
        amina.country = "PE"
        actions.cut_link(bola.id)
        session.expire_all()
        assert kept.content["figures"] == before
        assert snapshots.holds(kept)
        again = measure(["trained", "completions"], from_json(kept.content["question"]))
        assert {name: one.value for name, one in again.items()} == {"trained": 2, "completions": 2}
        assert measure(["trained"], MARCH)["trained"].value == 2


def test_a_snapshot_says_what_it_counted_in_every_language(inside: Inside) -> None:
    with inside():
        figure = snapshots.freeze(None, "March", MARCH, ["trained"]).content["figures"]["trained"]
        assert set(figure["definitions"]) == {"ar", "zh", "en", "fr", "ru", "es"}
        assert (figure["unit"], figure["version"]) == ("people", 1)


@pytest.mark.parametrize("change", ["UPDATE snapshot SET name = 'other'", "DELETE FROM snapshot"])
def test_the_database_refuses_to_change_a_snapshot(inside: Inside, change: str) -> None:
    with inside() as session:
        snapshots.freeze(None, "March", MARCH, ["trained"])
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(change))


def test_a_period_that_goes_on_is_not_frozen(inside: Inside) -> None:
    with inside() as session:
        today = clock.now().date()
        with pytest.raises(Refused):
            snapshots.freeze(None, "Now", Question(end=today), ["trained"])
        with pytest.raises(Refused):
            snapshots.freeze(None, "Now", Question(), ["trained"])
        assert session.scalar(select(Snapshot)) is None


def test_the_nightly_check_agrees_with_itself(inside: Inside) -> None:
    with inside():
        amina = person("amina")
        state(amina, course("one"), Verb.COMPLETED, -200)
        film = course("film", kind=ActivityKind.RECORDING)
        state(amina, film, Verb.PLAYED, -100, result={"seconds": 31})
        course("talk", kind=ActivityKind.WEBINAR, starts_at=at(-150))
        rebuild()
        assert checking.check() == []
        assert queries.alarms() == []


def test_a_wrong_sum_raises_one_alarm_until_it_is_right_again(inside: Inside, cast: Cast) -> None:
    administrator = cast("administrator")
    with inside() as session:
        state(person("amina"), course("one"), Verb.COMPLETED, -20)
        rebuild()
        session.execute(
            text(
                "UPDATE rollup_month SET newcomers = newcomers + 1 WHERE scope = 'trained:platform' AND dimension = ''"
            )
        )
        assert {(one.figure, one.way) for one in checking.check()} == {("trained", "sums")}
        checking.check()
        mails = session.scalars(select(OutboxMail).where(OutboxMail.subject.contains("Figures differ"))).all()
        assert len(mails) == 1
        assert mails[0].recipient == administrator.email
        assert len(session.scalars(select(FigureAlarm)).all()) == 1
        rebuild()
        assert checking.check() == []
        assert queries.alarms() == []


def test_an_alarm_stands_on_the_system_page(inside: Inside, cast: Cast) -> None:
    with inside() as session:
        session.add(FigureAlarm(figure="trained", computed=2, recomputed=1, as_of=clock.now()))
    assert (
        "People trained on the platform: 2 on the pages, 1 from the facts"
        in cast("administrator").client.get("/admin/system").text
    )
    assert cast("member").client.get("/admin/system").status_code == 404


# ------------------------------------------------------------------------------------------------ whatever happens

Parts = dict[str, list[tuple[tuple[str, ...], float]]]
Asking = tuple[Question, int | None]


def answers(question: Question) -> tuple[dict[str, float], Parts]:
    """Every figure that the question can be asked of, and some of them by their parts."""
    asked = [one for one in INDICATORS if means_something(one, question)]
    whole = {one.id: one.value for one in measure(asked, question).values()}
    parts: Parts = {
        one: [(cell.values, cell.number) for cell in measure_by(one, question, ["country", "kind"])]
        for one in ("trained", "participations", "recording_uses")
        if one in asked
    }
    return whole, parts


def frozen(question: Question) -> Snapshot:
    """A snapshot of every figure that the question can be asked of."""
    asked = [one for one in INDICATORS if means_something(one, question)]
    closed = replace(question, end=question.end or date(2026, 6, 30))
    return snapshots.freeze(None, "Frozen", closed, asked)


def happens(made: Made, times: int) -> None:
    """People, facts, corrections, merges, moves, erasures and descriptions come, as they may."""
    for _time in range(times):
        go_on(made)


@pytest.mark.parametrize("examples", [2, pytest.param(20, marks=pytest.mark.long)])
def test_whatever_happens_later_snapshots_and_answers_stand(
    connection: Connection, inside: Inside, examples: int
) -> None:
    """Adding, correcting, merging, moving country and erasing change no snapshot and no answer as of an earlier day."""

    @limits(STEADY, max_examples=examples)
    @given(SEEDS, questions(), questions())
    def stand(seed: int, one: Asking, other: Asking) -> None:
        with register(connection, inside, seed, later=3) as (session, made):
            asked = [replace(put(made, given), later_corrections=False) for given in (one, other)]
            asked = [replace(given, as_of=given.as_of or made.instants[-1]) for given in asked]
            told = [answers(given) for given in asked]
            kept = [frozen(given) for given in asked]
            before = [dict(snapshot.content) for snapshot in kept]
            happens(made, 14)
            session.expire_all()
            assert [answers(given) for given in asked] == told
            assert [snapshot.content for snapshot in kept] == before
            for snapshot in kept:
                assert snapshots.holds(snapshot)
                again = measure(snapshot.content["figures"], from_json(snapshot.content["question"]))
                figures = snapshot.content["figures"].items()
                assert {name: figure.value for name, figure in again.items()} == {
                    name: figure["value"] for name, figure in figures
                }

    stand()


ADDED_UP = {
    Unit.PARTICIPATIONS,
    Unit.USES,
    Unit.SESSIONS,
    Unit.CERTIFICATES,
    Unit.EXCHANGES,
    Unit.ROOMS,
    Unit.RESOURCES,
}
"""Units whose parts come to the whole. Hours do too, but for the rounding of each part."""


@pytest.mark.parametrize("examples", [3, pytest.param(15, marks=pytest.mark.long)])
def test_parts_come_to_the_whole_or_are_distinct_people_of_it(
    connection: Connection, inside: Inside, examples: int
) -> None:
    @limits(STEADY, max_examples=examples)
    @given(SEEDS, questions())
    def agree(seed: int, given: Asking) -> None:
        with register(connection, inside, seed, deeds=150) as (_session, made):
            question = put(made, given)
            asked = [one for one in INDICATORS if means_something(one, question)]
            for name, whole in measure(asked, question).items():
                dimension = made.dice.choice([one for one in dimensions_of(name) if one != "country"])
                cells = [cell.number for cell in measure_by(name, question, [dimension])]
                fits(name, whole.value, cells)
            if not question.newness:
                new_and_returning(question)

    agree()


def fits(name: str, whole: float, cells: Sequence[float]) -> None:
    """Parts of what is added up are the whole; parts of distinct people are no more of it than it has."""
    unit = INDICATORS[name].unit
    if unit in ADDED_UP:
        assert sum(cells) == whole, name
    elif unit == Unit.HOURS:
        assert sum(cells) == pytest.approx(whole, abs=0.1 * len(cells) + 0.1), name
    else:
        assert max(cells, default=0) <= whole <= sum(cells), name


def new_and_returning(question: Question) -> None:
    """Whoever is counted is new or returns, never both."""
    new, back = (replace(question, newness=one) for one in ("new", "returning"))
    asked = [one for one in INDICATORS if means_something(one, new)]
    whole, first, again = (measure(asked, one) for one in (question, new, back))
    for name in asked:
        if INDICATORS[name].unit != Unit.COUNTRIES:
            assert first[name].value + again[name].value == pytest.approx(whole[name].value, abs=0.11), name
