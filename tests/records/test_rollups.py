"""Sums are what a rebuild would make of the facts, whatever happened, and a refresh writes what differs and no more."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.events import AccountClosed, CountryChanged, PersonApproved
from app.accounts.models import User
from app.core import events
from app.core.database import db
from app.records import actions, trends
from app.records.actions import FactDraft, append
from app.records.counting import rebuild, rollups
from app.records.measuring import measure
from app.records.models import ActivityKind, Channel, Verb
from app.records.questions import Question
from app.records.trends import Span
from tests.conftest import Inside
from tests.records.scene import course, person, state

_TABLES = {
    "tally": "person, activity_key, measure",
    "standing_change": "person, month, country",
    "rollup_month": "scope, dimension, month, value",
    "rollup_cell": "scope, dimension, month, previous, value",
}


def sums() -> dict[tuple[str, str], str]:
    """Every row of the sums by table and key."""
    return {place: row for place, (row, _where) in written().items()}


def written() -> dict[tuple[str, str], tuple[str, str]]:
    """Every row of the sums by table and key, with where it lies: a row that is written again lies elsewhere."""
    found = {}
    for table, key in _TABLES.items():
        for row in db.session.execute(text(f"SELECT ({key})::text, {table}::text, ctid::text FROM {table}")):
            found[table, row[0]] = (row[1], row[2])
    return found


def is_as_rebuilt() -> bool:
    """Whether the sums, refreshed, are what a rebuild makes of the facts."""
    rollups.refresh()
    refreshed = sums()
    rebuild()
    return refreshed == sums()


def test_a_refresh_writes_what_differs_and_no_more(inside: Inside) -> None:
    with inside():
        amina, bola = person("amina", country="KE"), person("bola", country="NG")
        for who in (amina, bola):
            events.publish(PersonApproved(who.id))
            for n in range(3):
                state(who, course(f"c{n}"), Verb.COMPLETED, 40 * n)
        rebuild()
        before = written()
        state(bola, course("another"), Verb.COMPLETED, 130)
        state(bola, course("c0"), Verb.COMPLETED, 50)  # not the first time there, so nothing changes
        assert rollups.refresh() == 1
        after = written()
    new = {place for place in after if place not in before}
    assert before.keys() <= after.keys()
    for place, (row, where) in before.items():
        assert (row == after[place][0]) == (where == after[place][1]), place
        assert row == after[place][0], place
    assert {table for table, _key in new} == {"tally", "rollup_month", "rollup_cell"}
    assert not any("KE" in key for _table, key in new)


def test_a_refresh_with_nothing_due_writes_nothing(inside: Inside) -> None:
    with inside():
        state(person(), course(), Verb.COMPLETED, 1)
        rebuild()
        before = written()
        assert rollups.refresh() == 0
        state(person("bola"), course(), Verb.ENROLLED, 1)  # no figure of the sums counts who enrols
        assert rollups.refresh() == 0
        assert written() == before


def test_an_earlier_month_moves_the_month_that_follows(inside: Inside) -> None:
    with inside():
        amina = person()
        state(amina, course("late"), Verb.COMPLETED, 100)
        rebuild()
        assert trends.people("trained:platform", Span(None, date(2026, 3, 1))).people == 0
        state(amina, course("early"), Verb.COMPLETED, 1)
        rollups.refresh()
        months = (date(2026, 3, 1), date(2026, 6, 1))
        assert [trends.people("trained:platform", Span(None, one)).people for one in months] == [1, 1]
        assert [trends.people("trained:platform", Span(one, one)).people for one in months] == [1, 1]
        assert trends.people("trained:platform", Span(*months)).participations == 2
        assert is_as_rebuilt()


def test_merges_and_their_undoing_count_anew(inside: Inside) -> None:
    with inside():
        rebuild()
        amina, bola = person("amina"), person("bola")
        for who in (amina, bola):
            events.publish(PersonApproved(who.id))
            state(who, course(), Verb.COMPLETED, 1)
        rollups.refresh()
        keys = actions.learner_of(bola.id), actions.learner_of(amina.id)
        every = Span(None, date(2026, 12, 1))
        alone = trends.people("trained:platform", every).people
        actions.merge(None, *keys, "the same person")
        assert is_as_rebuilt()
        assert trends.people("trained:platform", every).people == alone - 1
        state(bola, course("another"), Verb.COMPLETED, 40)  # under the key that was given up
        assert is_as_rebuilt()
        actions.separate(None, keys[0], "two people after all")
        assert is_as_rebuilt()
        assert trends.people("trained:platform", every).people == alone


def test_corrections_count_anew(inside: Inside) -> None:
    with inside():
        rebuild()
        amina, name = person(), uuid.uuid4()
        state(amina, course(), Verb.COMPLETED, 1, uuid=name)
        state(amina, course(), Verb.COMPLETED, 40)
        rollups.refresh()
        march, april = (Span(one, one) for one in (date(2026, 3, 1), date(2026, 4, 1)))
        append(FactDraft(verb=Verb.VOIDED, corrects=name))
        assert is_as_rebuilt()
        found = [trends.people("trained:platform", one).people for one in (march, april)]
        assert found == [0, 1]


def test_who_moves_counts_from_where_they_were(inside: Inside) -> None:
    with inside():
        rebuild()
        amina = person(country="KE")
        events.publish(PersonApproved(amina.id))
        state(amina, course("one"), Verb.COMPLETED, 1)
        rollups.refresh()
        amina.country = "PE"
        events.publish(CountryChanged(amina.id, "KE", "PE"))
        state(amina, course("two"), Verb.COMPLETED, 40)
        assert is_as_rebuilt()
        people = trends.by("trained:platform", Span(None, date(2026, 12, 1)), "country")
        assert (people["KE"].people, people["PE"].people) == (1, 1)
        assert trends.users(date(2100, 1, 1), "country").get("PE") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"kind": ActivityKind.ROUND_TABLE},
        {"channel": Channel.IN_PERSON},
        {"topic": "another"},
        {"is_test": True},
    ],
    ids=str,
)
def test_an_activity_told_of_otherwise_counts_otherwise_and_again_as_before(
    inside: Inside, more: dict[str, Any]
) -> None:
    with inside():
        rebuild()
        state(person(), course(), Verb.COMPLETED, 1)
        rollups.refresh()
        before = sums()
        course(**more)
        assert is_as_rebuilt()
        assert sums() != before
        course()
        assert is_as_rebuilt()
        assert sums() == before


def test_an_activity_that_is_told_of_late_counts_from_then_on(inside: Inside) -> None:
    with inside():
        rebuild()
        key = uuid.uuid5(uuid.NAMESPACE_URL, "evidence")
        state(person(), key, Verb.COMPLETED, 1)
        rollups.refresh()
        assert trends.people("trained:platform", Span(None, date(2026, 12, 1))).people == 0
        assert course() == key
        assert is_as_rebuilt()
        assert trends.people("trained:platform", Span(None, date(2026, 12, 1))).people == 1


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_sums_are_those_of_the_facts(inside: Inside, seed: int) -> None:
    with inside():
        rebuild()
        register = Register(random.Random(seed))
        for _round in range(4):
            register.live(12)
            assert is_as_rebuilt()
            for last in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 12, 1)):
                facts = measure(["trained", "completions", "users"], Question(end=_end(last)))
                assert trends.people("trained:platform", Span(None, last)).people == facts["trained"].value
                assert trends.users(last).get("", 0) == facts["users"].value


class Register:
    """People and courses to whom everything happens that changes a figure."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.people = [person(f"p{n}", country=dice.choice(["KE", "NG", "PE"])) for n in range(6)]
        self.courses = [course(f"c{n}") for n in range(4)]
        self.facts: list[UUID] = []
        self.merged: list[UUID] = []

    def live(self, times: int) -> None:
        """Let so many things happen."""
        happenings: list[Callable[[User], None]] = [
            *(self.take_part, self.take_part, self.take_part, self.be_a_user, self.move, self.correct),
            *(self.merge, self.separate, self.describe),
        ]
        for _time in range(times):
            self.dice.choice(happenings)(self.dice.choice(self.people))

    def take_part(self, who: User) -> None:
        """Something in a course, at any time."""
        name, verb = uuid.uuid4(), self.dice.choice([Verb.STARTED, Verb.ATTENDED, Verb.COMPLETED])
        state(who, self.dice.choice(self.courses), verb, self.dice.uniform(-90, 120), uuid=name)
        self.facts.append(name)

    def be_a_user(self, who: User) -> None:
        """Approved or closed."""
        events.publish(self.dice.choice([PersonApproved, AccountClosed])(who.id))

    def move(self, who: User) -> None:
        """To another country."""
        before, who.country = who.country, self.dice.choice(["KE", "NG", "PE", "FR"])
        events.publish(CountryChanged(who.id, before, who.country))

    def correct(self, _who: User) -> None:
        """A fact that was not so."""
        if self.facts:
            wrong = self.facts.pop(self.dice.randrange(len(self.facts)))
            append(FactDraft(verb=Verb.VOIDED, corrects=wrong))

    def merge(self, who: User) -> None:
        """Two people who are one."""
        into = actions.learner_of(self.dice.choice(self.people).id)
        key = actions.learner_of(who.id)
        if key not in self.merged and key != into and into not in self.merged:
            actions.merge(None, key, into, "the same person")
            self.merged.append(key)

    def separate(self, _who: User) -> None:
        """One who is two after all."""
        if self.merged:
            actions.separate(None, self.merged.pop(), "two people after all")

    def describe(self, _who: User) -> None:
        """A course that is another kind of thing."""
        slug = f"c{self.dice.randrange(len(self.courses))}"
        course(
            slug,
            kind=self.dice.choice([ActivityKind.COURSE, ActivityKind.ROUND_TABLE]),
            channel=self.dice.choice([Channel.PLATFORM, Channel.HYBRID]),
            is_test=self.dice.random() < 0.2,
        )


def _end(first: date) -> date:
    """The last day of a month."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
