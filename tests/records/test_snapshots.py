"""Frozen figures stay as they were, whatever becomes of facts; the nightly check finds a figure that is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.models import OutboxMail
from app.core.refusal import Refused
from app.records import actions, checking, queries, snapshots
from app.records.counting import rebuild
from app.records.figures.models import FigureAlarm, Snapshot
from app.records.measuring import measure
from app.records.models import ActivityKind, Verb
from app.records.questions import Question, from_json
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.scene import at, course, person, state

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
                "UPDATE rollup_cell SET people = people + 1 WHERE scope = 'trained:platform' AND dimension = ''"
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
