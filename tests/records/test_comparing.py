"""Published figures beside computed ones: when each holds, in code and by the command."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import Result
from sqlalchemy import text

from app.core.database import TransactionalFlask, db
from app.records import comparing, measuring
from app.records.figures.models import NamedFigure, PublishedFigure, Qualifier
from app.records.models import ActivityKind, Verb
from app.records.questions import Question
from tests.conftest import Inside
from tests.records.scene import at, course, person, state


def arrange() -> None:
    """Three people complete a course in March 2026; one webinar is held."""
    key = course("module")
    course("talk", kind=ActivityKind.WEBINAR, starts_at=at(3))
    for n in range(3):
        state(person(f"p{n}"), key, Verb.COMPLETED, n)
    db.session.add(NamedFigure(id="module", indicator="completed", filters={"activities": ["module"]}))
    db.session.flush()


def publish(figure: str, value: float, qualifier: str = "exact", *, start: date | None = date(2026, 3, 1),
            end: date = date(2026, 3, 31)) -> None:  # fmt: skip
    """Enter a number as it was published."""
    db.session.add(
        PublishedFigure(
            public_id=f"{figure}-{value}-{qualifier}",
            figure=figure,
            value=value,
            qualifier=qualifier,
            starts_on=start,
            ends_on=end,
            symbol="A/1",
            paragraph="para 4",
            dated=date(2026, 4, 30),
        )
    )
    db.session.flush()


def run(app: TransactionalFlask, *words: str) -> Result:
    """The command, at the front door."""
    return app.test_cli_runner().invoke(args=["statistics", "compare", *words])


@pytest.mark.parametrize(
    ("qualifier", "said", "found", "as_said"),
    [
        *((Qualifier.EXACT, 30, 30, True), (Qualifier.EXACT, 30, 31, False)),
        *((Qualifier.MORE_THAN, 100, 101, True), (Qualifier.MORE_THAN, 100, 100, False)),
        *((Qualifier.MORE_THAN, 100, 109.9, True), (Qualifier.MORE_THAN, 100, 110, False)),
        *((Qualifier.NEARLY, 100, 99, True), (Qualifier.NEARLY, 100, 100, False)),
        *((Qualifier.NEARLY, 100, 90, False), (Qualifier.ABOUT, 100, 105, True)),
        *((Qualifier.ABOUT, 100, 95, True), (Qualifier.ABOUT, 100, 120, False)),
    ],
)
def test_a_number_holds_as_it_was_said(
    qualifier: Qualifier, said: float, found: float, as_said: bool
) -> None:
    assert comparing.holds(qualifier, said, found) is as_said


def test_all_that_hold_end_well(app: TransactionalFlask, inside: Inside) -> None:
    with inside():
        arrange()
        publish("completed", 3)
        publish("module", 2.8, "more_than", start=None)
        publish("webinars", 0, start=date(2025, 1, 1), end=date(2025, 12, 31))
    done = run(app)
    assert done.exit_code == 0, done.output
    assert "3 published figures, 3 hold, 0 do not" in done.output
    assert "by 2026-03-31" in done.output
    assert "A/1 para 4" in done.output


def test_one_that_does_not_hold_ends_with_1(app: TransactionalFlask, inside: Inside) -> None:
    with inside():
        arrange()
        publish("completed", 3)
        publish("trained", 4)
        publish("of_nothing", 1)
    done = run(app)
    assert done.exit_code == 1
    assert done.output.count("DOES NOT HOLD") == 2
    assert "no such figure" in done.output


def test_as_of_the_publication_nothing_later_is_known(app: TransactionalFlask, inside: Inside) -> None:
    with inside():
        arrange()
        publish("completed", 3)
        assert [one.holds for one in comparing.compare()] == [True]
        assert [one.computed for one in comparing.compare(as_published=True)] == [0]
    assert run(app, "--as-published").exit_code == 1
    assert run(app, "--as-of", "2026-03-31").exit_code == 1
    assert run(app, "--as-of", "soon").exit_code == 2


def test_nothing_published_is_nothing_wrong(app: TransactionalFlask) -> None:
    done = run(app)
    assert (done.exit_code, "0 published figures" in done.output) == (0, True)


def test_everything_counted_is_made_again(app: TransactionalFlask, inside: Inside) -> None:
    with inside() as session:
        arrange()
        session.execute(text("DELETE FROM counted_fact"))
        assert measuring.measure(["completed"], Question())["completed"].value == 0
    done = app.test_cli_runner().invoke(args=["statistics", "rebuild"])
    assert done.exit_code == 0, done.output
    with inside():
        assert measuring.measure(["completed"], Question())["completed"].value == 3
