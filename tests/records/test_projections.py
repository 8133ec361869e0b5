"""Rebuilding: the same rows as those folded one fact at a time, and the commands that do and check it."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import delete, select, update

from app.audit.models import AuditEntry
from app.core.database import TransactionalFlask
from app.records import actions, projections
from app.records.actions import FactDraft, append
from app.records.models import Activity, Fact, Participation, Verb
from tests.conftest import Inside
from tests.records.scene import course, person, random_facts, state


def play(dice: random.Random) -> None:
    """Append random facts of some people in some courses, with corrections, a merge and an erasure among them."""
    people = [person(f"p{number}", country=dice.choice(["KE", "TN", "PE"])) for number in range(5)]
    courses = [course("one"), course("two", hours=3), course("two", hours=4)]
    done = []
    for fact in random_facts(dice, 90):
        append(
            FactDraft(
                verb=Verb(fact.verb),
                user_id=dice.choice(people).id,
                activity_key=dice.choice(courses),
                result=fact.result,
                language=fact.language,
                occurred_at=fact.occurred_at,
                uuid=fact.uuid,
            )
        )
        done.append(fact.uuid)
        if dice.random() < 0.15:
            append(FactDraft(verb=dice.choice([Verb.VOIDED, Verb.PASSED]), corrects=dice.choice(done)))
    actions.merge(None, actions.learner_of(people[0].id), actions.learner_of(people[1].id), "")
    actions.cut_link(people[2].id)
    for who in people[:2]:
        state(who, courses[0], Verb.PASSED, 9, result={"score": 61})


@pytest.mark.parametrize("seed", range(6))
def test_rebuilding_gives_the_rows_that_appending_gave(inside: Inside, seed: int) -> None:
    with inside() as session:
        play(random.Random(seed))
        assert projections.check() == []
        rows = select(Participation.__table__).order_by(Participation.learner_key, Participation.activity_key)
        activities = select(Activity.__table__).order_by(Activity.key)
        before = [session.execute(rows).all(), session.execute(activities).all()]
        assert len(before[0]) > 4
        session.execute(delete(Participation))
        session.execute(delete(Activity))
        outcome = projections.rebuild()["participation"]
        assert (outcome.rows, outcome.written, outcome.removed) == (len(before[0]), len(before[0]), 0)
        assert [session.execute(rows).all(), session.execute(activities).all()] == before
        assert projections.rebuild()["participation"].written == 0


def test_the_commands_find_and_mend_what_is_wrong(app: TransactionalFlask, inside: Inside) -> None:
    with inside() as session:
        amina, karim, key = person(), person("karim"), course()
        state(amina, key, Verb.COMPLETED, 1)
        state(karim, key, Verb.ENROLLED, 1)
        learner = actions.learner_of(amina.id)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["records", "check"]).exit_code == 0

    with inside() as session:
        session.execute(
            update(Participation).where(Participation.learner_key == learner).values(completed_at=None)
        )
        session.execute(delete(Participation).where(Participation.learner_key != learner))
        session.execute(update(Activity).values(slug="forged"))
    found = runner.invoke(args=["records", "check"])
    assert found.exit_code == 1
    assert found.output.count("expected") == 3
    assert str(learner) in found.output
    assert "found    nothing" in found.output

    mended = runner.invoke(args=["records", "rebuild"])
    assert mended.exit_code == 0
    assert "participation: 2 rows, 2 written, 0 removed" in mended.output
    assert runner.invoke(args=["records", "check"]).exit_code == 0
    with inside() as session:
        assert session.scalar(select(AuditEntry.verb)) == "register.rebuilt"
        assert session.scalar(select(Fact.id).limit(1)) is not None


def test_rows_without_facts_are_removed(app: TransactionalFlask, inside: Inside) -> None:
    with inside() as session:
        key = course()
        state(person(), key, Verb.ENROLLED, 0)
        row = session.execute(select(Participation)).scalar_one()
        forged = {name: getattr(row, name) for name in projections.PARTICIPATIONS.columns}
        stranger = actions.learner_of(person("stranger").id)
        session.add(Participation(**(forged | {"learner_key": stranger})))
        session.flush()
        assert [one.expected for one in projections.check()] == [None]
        assert projections.rebuild()["participation"].removed == 1
