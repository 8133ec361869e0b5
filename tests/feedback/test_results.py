"""Results: without names, never of fewer than five, moving by five or not at all, a response rate beside every mean."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from app.core.access import Actor
from app.core.database import db
from app.feedback import actions, keepers, queries
from app.feedback.actions import Content
from app.feedback.keepers import Keeper
from app.feedback.models import AT_THE_END, Part
from app.feedback.queries import Results
from app.records.models import Activity
from tests.cast import Cast
from tests.conftest import Inside
from tests.feedback import scene
from tests.records import scene as register


def _results(key: UUID, stage: int = AT_THE_END) -> Results:
    return queries.results_of(db.session.get_one(Activity, key), stage)


def test_a_mean_stands_beside_its_median_and_its_response_rate(
    course: UUID, cast: Cast, inside: Inside
) -> None:
    with inside():
        people = scene.crowd(10, course)
        scene.say(people[:5], course, [1, 4, 5, 5, 5], words="More cases, please.")
    page = scene.texts(cast("trainer").client, scene.path(course, "/results"))
    assert "Mean 4 Median 5 Answers 5 Response rate 50 % (5 of 10)" in page
    assert "More cases, please." in page
    assert "Yes, fully (5) 3 60 %" in page


@pytest.mark.parametrize("who", ["trainer", "reporting_officer", "administrator"])
def test_fewer_than_five_are_not_shown_to_anybody(course: UUID, cast: Cast, inside: Inside, who: str) -> None:
    with inside():
        people = scene.crowd(4, course)
        scene.say(people, course, [1, 2, 3, 4], words="A secret.")
    client = cast(who).client
    page = scene.texts(client, scene.path(course, "/results"))
    assert "Fewer than five answers" in page
    assert "Mean" not in page
    assert "A secret." not in page
    file = client.get(scene.path(course, "/results.csv")).text
    assert "A secret." not in file
    assert "Fewer than five answers" in file


@pytest.mark.parametrize(
    "who", ["member", "outsider", "other_trainer", "focal_point", "expert", "room_manager"]
)
def test_results_are_for_who_runs_the_course_and_who_reports(course: UUID, cast: Cast, who: str) -> None:
    client = cast(who).client
    assert client.get(scene.path(course, "/results")).status_code == 404
    assert client.get(scene.path(course, "/results.csv")).status_code == 404


def test_results_move_by_five_answers_or_not_at_all(course: UUID, inside: Inside) -> None:
    """Whoever compares two days learns at least five new answers at once: a sixth, or one changed, is not told."""
    with inside():
        people = scene.crowd(12, course)
        scene.say(people[:5], course, [1, 1, 1, 1, 1])
        before = _results(course)
        scene.say(people[5:6], course, [5])
        after = _results(course)
        assert (after.given, after.counted) == (6, 5)
        assert after.rated == before.rated
        scene.say(people[:3], course, [2, 2, 2])  # changed: four differ from what is shown
        assert _results(course).rated == before.rated
        scene.say(people[6:7], course, [5])  # the fifth
        moved = _results(course)
        assert (moved.given, moved.counted) == (7, 7)
        assert moved.rated[0].counts == {5: 2, 4: 0, 3: 0, 2: 3, 1: 2}


def test_an_answer_changed_and_changed_back_does_not_count_as_a_change(course: UUID, inside: Inside) -> None:
    with inside():
        people = scene.crowd(9, course)
        scene.say(people[:5], course, [3, 3, 3, 3, 3])
        for one in people[:4]:
            scene.say([one], course, [4])
            scene.say([one], course, [3])
        scene.say(people[5:6], course, [1])
        assert _results(course).counted == 5


def test_a_question_that_few_answered_is_not_shown(course: UUID, inside: Inside) -> None:
    with inside():
        people = scene.crowd(5, course)
        activity = db.session.get_one(Activity, course)
        for number, one in enumerate(people):
            said = Content({"relevance": 4} | ({"use": 5} if number else {}))
            actions.give(one, activity, AT_THE_END, said, "en")
        rated = {one.text: one for one in _results(course).rated}
        assert rated["It was relevant to my work"].mean == 4
        assert rated["I will use what I learned in my work"].mean is None
        assert rated["I will use what I learned in my work"].counts is None


def test_what_is_said_to_an_own_question_moves_by_five_too(course: UUID, cast: Cast, inside: Inside) -> None:
    """It need not be answered: of five new answers one may be to it, and would be told by the difference."""
    planner = cast("administrator")
    with inside():
        activity = db.session.get_one(Activity, course)
        made = actions.add_question(planner.actor(), activity, Part.END, "scale", {"en": "The cases fit"})
        key = f"own-{made.public_id}"
        people = scene.crowd(14, course)

        def say(numbers: range, own: int | None = None) -> tuple[int, object]:
            for number in numbers:
                said = {"relevance": 4} | ({key: own} if own else {})
                actions.give(people[number], activity, AT_THE_END, Content(said), "en")
            told = _results(course)
            found = next((one for one in told.rated if one.text == "The cases fit"), None)
            return told.counted, found and found.counts and {p: n for p, n in found.counts.items() if n}

        assert say(range(5), 5) == (5, {5: 5})
        say(range(5, 9))
        assert say(range(9, 10), 1) == (10, {5: 5})  # the one waits
        assert say(range(5, 8), 1) == (10, {5: 5})  # four by now
        assert say(range(8, 9), 1) == (10, {5: 5, 1: 5})
        assert say(range(10, 14), 2) == (10, {5: 5, 1: 5})  # four are new


def test_test_accounts_are_not_counted(course: UUID, inside: Inside) -> None:
    with inside():
        people = scene.crowd(4, course)
        tester = register.person("tester", is_test=True)
        scene.complete(tester.id, course)
        scene.say([*people, tester], course, [1, 2, 3, 4, 5])
        found = _results(course)
        assert (found.given, found.asked, found.counted) == (4, 4, 0)


def test_who_is_erased_leaves_points_and_no_word(course: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        people = scene.crowd(6, course)
        scene.say(people, course, [1, 2, 3, 4, 5, 5], words="My own words")
        before = _results(course)
        assert len(before.said[0].items) == 5
        assert actions.erase_person(people[0].id) == 1
        after = _results(course)
        assert after.rated == before.rated
        assert (after.given, after.asked) == (before.given, before.asked)
        assert [text for text, _ in after.said[0].items if "Learner0" in text] == []
        gone = scene.answers(course)[0]
        assert (gone.user_id, gone.words, gone.language) == (None, {}, "")
    assert "Learner0" not in cast("trainer").client.get(scene.path(course, "/results")).text


def test_the_file_holds_what_the_page_shows_safely(course: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        people = scene.crowd(5, course)
        scene.say(people, course, [4, 4, 4, 4, 4], words="=HYPERLINK(1)")
    answer = cast("trainer").client.get(scene.path(course, "/results.csv"))
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    shown = [row for row in rows if row["Question"] == "It was relevant to my work"]
    assert [(row["Answer"], row["How many"]) for row in shown][:2] == [
        ("5: Yes, fully", "0"),
        ("4: Mostly", "5"),
    ]
    assert {(row["Mean"], row["Response rate"]) for row in shown} == {("4", "1.0")}
    assert all(row["Answer"].startswith("'=") for row in rows if "HYPERLINK" in row["Answer"])


def test_deliveries_are_compared_and_no_sum_tells_of_the_small_one(cast: Cast, inside: Inside) -> None:
    cast("reporting_officer")
    with inside():
        parent = register.course("programme")
        keys = [
            register.course(
                f"delivery-{number}",
                kind="delivery",
                parent_key=parent,
                address="",
                starts_at=datetime(2026, number, 1, tzinfo=UTC),
                ends_at=datetime(2026, number, 28, tzinfo=UTC),
            )
            for number in (1, 2, 3)
        ]
        for number, (key, count) in enumerate(zip(keys, (5, 4, 6), strict=True)):
            people = scene.crowd(count, key, f"group{number}x")
            scene.say(people, key, [number + 2] * count)
    page = scene.texts(cast("reporting_officer").client, scene.path(keys[0], "/results"))
    table = page[page.index("Over the deliveries") :]
    assert "Delivery-1 1 Jan 2026 2 –" in table
    assert "Delivery-2 1 Feb 2026 – – – – – 100% (4 of 4)" in table
    assert "Delivery-3 1 Mar 2026 4 –" in table
    ran = cast("expert")
    mine = Keeper(
        "/elsewhere/", lambda actor: _of(actor, ran.id, keys[:1]), lambda actor: _of(actor, 0, keys)
    )
    keepers.provide("test", mine)
    try:
        own = scene.texts(ran.client, scene.path(keys[0], "/results"))
        assert "5 of 5" in own
        assert "Delivery-3" not in own  # somebody else's, of which one learns nothing elsewhere either
        assert ran.client.get(scene.path(keys[2], "/results")).status_code == 404
    finally:
        keepers.provide(
            "test", Keeper("/elsewhere/", lambda actor: _of(actor, 0, []), lambda actor: _of(actor, 0, []))
        )


def _of(actor: Actor, user_id: int, keys: list[UUID]) -> Select[UUID]:
    """Select what somebody runs."""
    return select(Activity.key).where(Activity.key.in_(keys if actor.user_id == user_id else []))


def test_the_list_holds_what_one_may_see(course: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        scene.say(scene.crowd(2, course), course, [4, 5])
    for who in ("trainer", "reporting_officer"):
        assert "Keeping evidence" in scene.texts(cast(who).client, "/feedback/results")
    assert "Keeping evidence" not in scene.texts(cast("other_trainer").client, "/feedback/results")
    assert cast("member").client.get("/feedback/results").status_code == 404
