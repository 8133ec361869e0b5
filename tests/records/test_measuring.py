"""Figures from facts: each indicator's meaning, by hand-made facts whose numbers one can see."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.accounts.events import AccountClosed, CountryChanged, PersonApproved
from app.core import events
from app.records import actions, history, trends
from app.records.actions import FactDraft, append
from app.records.counting import rebuild, rollups
from app.records.indicators import INDICATORS
from app.records.measuring import asked, count, measure, measure_by
from app.records.models import ActivityKind, Channel, Verb
from app.records.questions import Question, from_json
from app.records.readings import Belief
from app.records.trends import Span
from tests.conftest import Inside
from tests.records.scene import START, at, course, person, state

MARCH = Question(start=date(2026, 3, 1), end=date(2026, 3, 31))


def value(name: str, question: Question = MARCH) -> float:
    """The value of one figure."""
    return measure([name], question)[name].value


def test_every_indicator_counts_nothing_in_an_empty_register(inside: Inside) -> None:
    with inside():
        found = measure(INDICATORS, Question(end=date(2001, 1, 1)))
        assert {one.value for one in found.values()} == {0}
        assert found.keys() == INDICATORS.keys()


def test_people_count_once_and_participations_each(inside: Inside) -> None:
    with inside():
        amina, bola = person("amina", country="KE"), person("bola", country="NG")
        one = course("one")
        two = course("two", kind=ActivityKind.WEBINAR, starts_at=at(2))
        for who, key in ((amina, one), (amina, two), (bola, one)):
            state(who, key, Verb.STARTED, 1)
            state(who, key, Verb.COMPLETED, 2)
        assert value("trained") == 2
        assert value("trained_countries") == 2
        assert value("completions") == 3
        assert value("participations") == 3
        assert value("webinars") == 1
        only = Question(start=MARCH.start, end=MARCH.end, countries=frozenset({"NG"}))
        assert (value("trained", only), value("completions", only), value("webinars", only)) == (1, 1, 0)
        assert [(cell.values, cell.number) for cell in measure_by("trained", MARCH, ["country"])] == [
            (("KE",), 1.0),
            (("NG",), 1.0),
        ]


def test_what_does_not_count_as_training_and_other_channels_stand_apart(inside: Inside) -> None:
    with inside():
        amina, bola = person("amina"), person("bola")
        talks = course("talks", kind=ActivityKind.ROUND_TABLE, starts_at=at(1))
        away = course("away", kind=ActivityKind.WORKSHOP, channel=Channel.HYBRID, starts_at=at(1))
        state(amina, talks, Verb.COMPLETED, 1)
        state(bola, away, Verb.COMPLETED, 1)
        assert (value("trained"), value("completed"), value("trained_online")) == (0, 1, 1)
        assert value("activities_held") == 2
        assert value("training_held") == 1


def test_only_the_first_completion_of_an_activity_has_a_period(inside: Inside) -> None:
    with inside():
        amina, key = person("amina"), course("one")
        state(amina, key, Verb.COMPLETED, 2)
        state(amina, key, Verb.COMPLETED, 40)
        april = Question(start=date(2026, 4, 1), end=date(2026, 4, 30))
        assert (value("trained"), value("trained", april)) == (1, 0)


def test_users_are_those_of_a_day(inside: Inside) -> None:
    with inside():
        before = value("users", Question())
        amina = person("amina", country="KE")
        events.publish(PersonApproved(amina.id))
        assert value("users", Question()) == before + 1
        kenya = Question(countries=frozenset({"KE"}))
        here = value("users", kenya)
        amina.country = "PE"
        events.publish(CountryChanged(amina.id, "KE", "PE"))
        assert value("users", kenya) == here - 1
        events.publish(AccountClosed(amina.id))
        assert value("users", Question()) == before


def test_who_closes_the_second_of_two_accounts_is_still_a_user(inside: Inside) -> None:
    with inside():
        rebuild()
        before = value("users", Question())
        amina, again = person("amina", country="KE"), person("again", country="KE")
        for who in (amina, again):
            events.publish(PersonApproved(who.id))
        actions.merge(None, actions.learner_of(again.id), actions.learner_of(amina.id), "the same person")
        assert value("users", Question()) == before + 1
        events.publish(AccountClosed(again.id))
        rollups.refresh()
        assert value("users", Question()) == trends.users(date(2100, 1, 1))[""] == before + 1
        events.publish(AccountClosed(amina.id))
        rollups.refresh()
        assert value("users", Question()) == trends.users(date(2100, 1, 1)).get("", 0) == before


def test_a_view_is_thirty_seconds_once_a_day(inside: Inside) -> None:
    with inside():
        amina = person("amina")
        film = course("film", kind=ActivityKind.RECORDING)
        for day, seconds in ((1.0, 20), (1.1, 40), (1.2, 60), (2.0, 30)):
            state(amina, film, Verb.PLAYED, day, result={"seconds": seconds})
        state(amina, film, Verb.DOWNLOADED, 1)
        assert (value("recording_views"), value("recording_downloads"), value("recording_uses")) == (2, 1, 3)
        assert value("recording_viewers") == 1


def test_nameless_people_are_in_no_number_of_people(inside: Inside) -> None:
    with inside():
        key = course("hall", kind=ActivityKind.WORKSHOP, channel=Channel.IN_PERSON, starts_at=at(1))
        append(FactDraft(verb=Verb.ATTENDED, activity_key=key, headcount=40, occurred_at=at(1)))
        assert value("nameless_participants") == 40
        assert (value("trained_anywhere"), value("participations_anywhere")) == (0, 0)


def test_test_accounts_and_test_activities_count_nowhere(inside: Inside) -> None:
    with inside():
        tester, amina = person("tester", is_test=True), person("amina")
        state(tester, course("one"), Verb.COMPLETED, 1)
        state(amina, course("trial", is_test=True), Verb.COMPLETED, 1)
        assert (value("trained"), value("completions")) == (0, 0)


def test_an_answer_as_of_a_day_knows_nothing_of_what_came_later(inside: Inside) -> None:
    with inside():
        amina, bola, key = person("amina"), person("bola"), course("one")
        state(amina, key, Verb.COMPLETED, 1)
        then = history.as_of().instant
        known = Question(start=MARCH.start, end=MARCH.end, as_of=then)
        fact = append(FactDraft(verb=Verb.COMPLETED, user_id=bola.id, activity_key=key, occurred_at=at(1)))
        assert fact
        assert (value("trained", known), value("trained")) == (1, 2)
        actions.merge(None, actions.learner_of(bola.id), actions.learner_of(amina.id), "the same person")
        assert (value("trained", known), value("trained")) == (1, 1)


def test_corrections_count_from_their_recording_or_when_asked_from_the_first(inside: Inside) -> None:
    with inside():
        amina, key, name = person("amina"), course("one"), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 1, uuid=name)
        then = history.as_of().instant
        append(FactDraft(verb=Verb.VOIDED, corrects=name))
        known = replace(MARCH, as_of=then)
        assert value("trained", known) == 1
        assert value("trained", replace(known, later_corrections=True)) == 0
        assert value("trained") == 0


def test_the_same_facts_as_merged_later_and_as_corrected_later(inside: Inside) -> None:
    with inside():
        amina, bola, key, name = person("amina"), person("bola"), course("one"), uuid.uuid4()
        state(amina, key, Verb.COMPLETED, 1)
        state(bola, key, Verb.COMPLETED, 1, uuid=name)
        course("held", kind=ActivityKind.WEBINAR, starts_at=at(1))
        then = history.as_of().instant
        state(person("late"), key, Verb.COMPLETED, 1)
        course("late", kind=ActivityKind.WEBINAR, starts_at=at(1))
        actions.merge(None, actions.learner_of(bola.id), actions.learner_of(amina.id), "the same person")
        merged = history.as_of().instant
        append(FactDraft(verb=Verb.VOIDED, corrects=name))
        now = history.as_of().instant
        figures = asked(["trained", "completions", "webinars"], MARCH)

        def counted(instant: datetime, belief: Belief) -> list[float]:
            return [one.value for one in count(figures, instant, belief).values()]

        assert counted(then, Belief()) == [2, 2, 1]
        assert counted(then, Belief(merged_by=merged)) == [1, 1, 1]
        assert counted(merged, Belief(begun_by=then)) == [1, 1, 1]
        assert counted(merged, Belief()) == [2, 2, 2]
        assert counted(now, Belief(begun_by=then, merged_by=then)) == [1, 1, 1]


def test_new_and_returning_people_make_up_all(inside: Inside) -> None:
    with inside():
        amina, bola = person("amina"), person("bola")
        state(amina, course("one"), Verb.COMPLETED, -40)
        state(amina, course("two"), Verb.COMPLETED, 1)
        state(bola, course("two"), Verb.COMPLETED, 1)
        new = Question(start=MARCH.start, end=MARCH.end, newness="new")
        back = Question(start=MARCH.start, end=MARCH.end, newness="returning")
        assert (value("trained", new), value("trained", back), value("trained")) == (1, 1, 2)


def test_country_then_and_country_now_are_two_questions(inside: Inside) -> None:
    with inside():
        amina = person("amina", country="KE")
        state(amina, course("one"), Verb.COMPLETED, 1)
        amina.country = "PE"
        state(amina, course("two"), Verb.STARTED, 2)
        peru = frozenset({"PE"})
        assert value("trained", Question(countries=peru)) == 0
        assert value("trained", Question(countries=peru, country_basis="now")) == 1


def test_a_question_comes_back_from_its_json() -> None:
    asked = Question(start=MARCH.start, as_of=START, countries=frozenset({"KE"}), newness="new")
    assert from_json(asked.as_json()) == asked


def test_what_is_not_known_is_refused(inside: Inside) -> None:
    with inside():
        with pytest.raises(LookupError):
            measure(["of_nothing"], MARCH)
        with pytest.raises(LookupError):
            measure_by("trained", MARCH, ["shoe_size"])


def test_sums_say_what_facts_say_for_every_span_and_slice(inside: Inside) -> None:
    """A month's, a year's and all people, by country and kind: the number of the facts, each person once."""
    chance = random.Random(7)
    with inside():
        rebuild()
        people = [person(f"p{n}", country=chance.choice(["KE", "NG", "PE"])) for n in range(12)]
        keys = [
            course(f"c{n}", kind=chance.choice([ActivityKind.COURSE, ActivityKind.WEBINAR])) for n in range(5)
        ]
        for who in people:
            events.publish(PersonApproved(who.id))
            for key in chance.sample(keys, 3):
                state(who, key, Verb.COMPLETED, chance.uniform(-90, 120))
        rollups.refresh()
        for months in ((1, 1), (1, 3), (2, 6), (5, 6)):
            span = Span(date(2026, months[0], 1), date(2026, months[1], 1))
            asked = Question(start=span.first, end=_last_day(span.last))
            assert trends.people("trained:platform", span).people == value("trained", asked)
            for dimension in ("country", "kind"):
                facts = {cell.values[0]: cell.number for cell in measure_by("trained", asked, [dimension])}
                sums = {
                    name: count.people
                    for name, count in trends.by("trained:platform", span, dimension).items()
                }
                assert sums == facts
        assert sum(trends.users(date(2100, 1, 1), "country").values()) == value("users", Question())


def _last_day(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return following - timedelta(days=1)
