"""What is asked: own questions in several languages, versions that answers keep, and what is chosen for an activity."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.core.database import db
from app.feedback import actions, queries
from app.feedback.actions import Content
from app.feedback.models import AT_THE_END, FeedbackQuestion, FeedbackVersion, Part
from app.records.models import Activity
from tests.cast import Cast
from tests.conftest import Inside
from tests.feedback import scene
from tests.support.forms import send

OWN = {
    "part": "end",
    "kind": "scale",
    "text_en": "The cases fit my country",
    "text_ar": "كانت القضايا مناسبة لبلدي",
}


def _add(cast: Cast, key: UUID, **changed: str) -> int:
    client = cast("administrator").client
    return send(client, scene.path(key, "/questions"), **(OWN | changed)).status_code


def test_an_own_question_is_asked_in_the_readers_language(owner_done: UUID, cast: Cast) -> None:
    assert _add(cast, owner_done) == 302
    owner, path = cast("owner").client, scene.path(owner_done)
    assert "The cases fit my country" in owner.get(path).text
    assert "كانت القضايا مناسبة لبلدي" in owner.get(f"{path}?lang=ar").text
    assert "The cases fit my country" in owner.get(f"{path}?lang=fr").text
    page = scene.texts(cast("administrator").client, scene.path(owner_done, "/questions?lang=en"))
    assert "The cases fit my country · العربية, English" in page.replace(
        "English, العربية", "العربية, English"
    )


def test_answers_keep_the_version_they_were_given_to(owner_done: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        people = scene.crowd(10, owner_done)
        scene.say(people[:5], owner_done, [4] * 5)
    _add(cast, owner_done)
    with inside():
        question = db.session.scalars(select(FeedbackQuestion)).one()
        activity, key = db.session.get_one(Activity, owner_done), f"own-{question.public_id}"
        for person in people[5:]:
            actions.give(person, activity, AT_THE_END, Content({"relevance": 2, key: 5}), "en")
        actions.remove_question(cast("administrator").actor(), question)
        versions = {one.id: one.number for one in db.session.scalars(select(FeedbackVersion))}
        assert [versions[one.version_id] for one in scene.answers(owner_done)] == [1] * 5 + [2] * 5
        assert key not in {one.key for one in queries.present(activity, Part.END)}
        rated = {one.text: one for one in queries.results_of(activity, AT_THE_END).rated}
        assert rated["It was relevant to my work"].mean == 3
        assert rated["The cases fit my country"].number == 5


def test_a_question_needs_words_and_there_are_not_too_many(owner_done: UUID, cast: Cast) -> None:
    assert _add(cast, owner_done, text_en="", text_ar=" ") == 422
    assert _add(cast, owner_done, kind="essay") == 422
    assert _add(cast, owner_done, text_en="x" * 301) == 422
    for number in range(8):
        assert _add(cast, owner_done, text_en=f"Question {number}") == 302
    assert _add(cast, owner_done) == 422


def test_removing_a_question(owner_done: UUID, cast: Cast, inside: Inside) -> None:
    _add(cast, owner_done)
    with inside():
        question = db.session.scalars(select(FeedbackQuestion.public_id)).one()
    page, action = (
        scene.path(owner_done, "/questions"),
        scene.path(owner_done, f"/questions/{question}/removal"),
    )
    assert send(cast("administrator").client, page, action).status_code == 302
    assert "The cases fit my country" not in cast("owner").client.get(scene.path(owner_done)).text
    token = cast("administrator").client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    again = cast("administrator").client.post(
        scene.path(owner_done, "/questions/nothing/removal"), data={"csrf_token": token}
    )
    assert again.status_code == 404


def test_it_can_be_asked_for_longer_or_not_at_all(owner_done: UUID, cast: Cast) -> None:
    client, owner = cast("administrator").client, cast("owner").client
    page, action = scene.path(owner_done, "/questions"), scene.path(owner_done, "/settings")
    for days in ("6", "366", "", "x"):
        assert send(client, page, action, asked="y", open_days=days, later="").status_code == 422
    assert send(client, page, action, asked="y", open_days="90", later="off").status_code == 302
    assert owner.get(scene.path(owner_done)).status_code == 200
    assert send(client, page, action, open_days="90", later="on").status_code == 302
    assert owner.get(scene.path(owner_done)).status_code == 404


@pytest.mark.parametrize("who", ["owner", "trainer", "reporting_officer", "room_manager"])
def test_questions_are_set_by_who_manages_the_course(owner_done: UUID, cast: Cast, who: str) -> None:
    client = cast(who).client
    assert client.get(scene.path(owner_done, "/questions")).status_code == 404
    token = client.get("/feedback").text.split('name="csrf_token" value="')[1].split('"')[0]
    for path in ("/questions", "/settings"):
        assert client.post(scene.path(owner_done, path), data={"csrf_token": token, **OWN}).status_code == 404
