"""As-of answers and concurrent writers: on a database of the test's own, with real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.database import TransactionalFlask, db, make_engine, unit_of_work
from app.records import actions, history, projections, queries
from app.records.actions import FactDraft, append
from app.records.history import AsOf
from app.records.models import Fact, Participation, Verb
from tests.conftest import Inside
from tests.records.scene import at, course, person, state

EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def committing(application: TransactionalFlask, clone_database: Callable[[], str]) -> Iterator[Inside]:
    """Like ``inside``, but each block really commits, on a database of the test's own."""
    before, engine = db.engine, make_engine(clone_database(), 10)
    db.bind(engine)

    @contextmanager
    def opened() -> Iterator[Session]:
        with application.app_context(), unit_of_work() as session:
            yield session

    yield opened
    db.bind(before)
    engine.dispose()


def completed(asked: AsOf) -> int:
    """How many people completed something, as of an instant; both ways of counting agree."""
    people = {one.learner_key for one in history.participations_at(asked) if one.state.completed_at}
    assert history.distinct_people(asked, Verb.COMPLETED, *EVER) == len(people)
    return len(people)


def test_a_fact_that_commits_late_never_changes_an_answer(committing: Inside) -> None:
    with committing():
        early, late, key = person("early"), person("late"), course()
        state(early, key, Verb.COMPLETED, 0)
    with committing() as writer:
        state(late, key, Verb.COMPLETED, 0)
        recorded = writer.execute(select(Fact.recorded_at).order_by(Fact.id.desc()).limit(1)).scalar_one()
        with committing():
            asked = history.as_of()
            assert asked.instant <= recorded
            assert not asked.moved
            answer = completed(asked)
            too_late = history.as_of(recorded + timedelta(seconds=1))
            assert too_late.moved
            assert too_late.instant < recorded
    assert answer == 1
    with committing():
        assert completed(asked) == 1
        assert completed(too_late) == 1
        assert completed(history.as_of()) == 2


def test_the_horizon_stops_below_a_statement_that_has_not_written_yet(committing: Inside) -> None:
    with committing() as writer:
        started = writer.execute(text("SELECT clock_timestamp()")).scalar_one()
        pid = writer.execute(text("SELECT pg_backend_pid()")).scalar_one()
        sleeping = threading.Thread(target=writer.execute, args=[text("SELECT pg_sleep(2)")])
        sleeping.start()
        with committing() as reader:
            watch = text("SELECT state, query_start FROM pg_stat_activity WHERE pid = :pid")
            while (seen := reader.execute(watch, {"pid": pid}).one()).state != "active":
                reader.execute(text("SELECT pg_stat_clear_snapshot()"))
            assert started < queries.safe_horizon() == seen.query_start
        sleeping.join()


def test_readers_do_not_hold_the_horizon_back(committing: Inside) -> None:
    with committing() as reader:
        begun = reader.execute(text("SELECT clock_timestamp()")).scalar_one()
        with committing():
            assert queries.safe_horizon() > begun


def test_a_naive_instant_is_refused(inside: Inside) -> None:
    with inside(), pytest.raises(ValueError, match="aware"):
        history.as_of(datetime(2026, 1, 1))  # noqa: DTZ001


def test_corrections_and_merges_count_from_when_they_were_recorded(inside: Inside) -> None:
    with inside() as session:
        one, other, key = person("one"), person("other"), course()
        before_all = history.as_of()
        state(one, key, Verb.COMPLETED, 0)
        state(other, key, Verb.COMPLETED, 1)
        both = history.as_of()
        learners = [actions.learner_of(one.id), actions.learner_of(other.id)]
        actions.merge(None, learners[0], learners[1], "one person")
        merged = history.as_of()
        actions.separate(None, learners[0], "two after all")
        separated = history.as_of()
        last = session.scalars(select(Fact.uuid).order_by(Fact.id.desc())).first()
        append(FactDraft(verb=Verb.VOIDED, corrects=last))
        assert [completed(asked) for asked in (before_all, both, merged, separated, history.as_of())] == [
            0,
            2,
            1,
            2,
            1,
        ]
        [row] = history.participations_at(merged, key)
        assert (row.learner_key, row.state.completed_at) == (learners[1], at(0))


def test_a_person_counts_in_the_period_of_the_first_time(inside: Inside) -> None:
    with inside():
        amina, key = person(), course()
        state(amina, key, Verb.COMPLETED, 0)
        state(amina, key, Verb.COMPLETED, 400)
        asked = history.as_of()
        assert history.distinct_people(asked, Verb.COMPLETED, at(-1), at(1)) == 1
        assert history.distinct_people(asked, Verb.COMPLETED, at(399), at(401)) == 0


def test_two_facts_at_once_both_count(committing: Inside) -> None:
    with committing():
        who, key = person(), course()
    start = threading.Barrier(6)
    faults: list[BaseException] = []

    def fail_three_times(number: int) -> None:
        start.wait()
        try:
            for attempt in range(3):
                with committing():
                    state(who, key, Verb.FAILED, attempt, result={"score": number * 10 + attempt})
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=fail_three_times, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with committing() as session:
        found = queries.participation(who.id, key)
        assert found is not None
        assert (found.attempts, found.score) == (18, 52)
        assert session.scalar(select(Participation.learner_key)) == actions.learner_of(who.id)
        assert projections.check() == []


def test_the_same_retry_at_once_counts_once(committing: Inside) -> None:
    with committing():
        who, key = person(), course()
        name = append_name(who)
    outcomes: list[Any] = []
    start = threading.Barrier(4)

    def retry() -> None:
        start.wait()
        with committing():
            outcomes.append(state(who, key, Verb.FAILED, 1, uuid=name))

    threads = [threading.Thread(target=retry) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    with committing():
        found = queries.participation(who.id, key)
        assert found is not None
        assert found.attempts == 1


def append_name(who: User) -> Any:
    """A uuid that a client might have made for a fact of ``who``."""
    return actions.learner_of(who.id)
