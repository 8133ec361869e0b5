"""Saying what an activity was like: by who completed it, once, changed until the form closes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.courses.events import CourseCompleted
from app.feedback import jobs, listeners
from app.feedback.models import FeedbackVersion
from app.notifications.models import Notice
from app.records.models import Fact, Verb
from tests.cast import Cast
from tests.conftest import Inside
from tests.feedback import scene
from tests.records import scene as register
from tests.records.scene import statements
from tests.support.forms import send


def test_the_form_asks_in_plain_words_and_keeps_the_answers(
    owner_done: UUID, cast: Cast, inside: Inside
) -> None:
    owner, path = cast("owner").client, scene.path(owner_done)
    page = scene.texts(owner, path)
    assert "It was relevant to my work" in page
    assert "only once 5 people have answered" in page
    answered = send(owner, path, **scene.ANSWERS)
    assert answered.status_code == 302
    assert "You have answered. Thank you." in scene.texts(owner, path)
    with inside():
        kept = scene.answers(owner_done)
        assert [one.points["relevance"] for one in kept] == [5]
        assert kept[0].words == {"useful_part": "The exercise on preservation requests."}
        assert kept[0].quotable
        facts = db.session.scalars(select(Fact).where(Fact.verb == Verb.FEEDBACK_GIVEN)).all()
        assert [(fact.activity_key, fact.result) for fact in facts] == [(owner_done, {"stage": 0})]


def test_answers_can_be_changed_until_the_form_closes(owner_done: UUID, cast: Cast, inside: Inside) -> None:
    owner, path = cast("owner").client, scene.path(owner_done)
    send(owner, path, **scene.ANSWERS)
    changed = send(owner, path, **{**scene.ANSWERS, "relevance": "2", "useful_part": ""})
    assert changed.status_code == 302
    with inside():
        kept = scene.answers(owner_done)
        assert [(one.points["relevance"], one.words, one.quotable) for one in kept] == [(2, {}, False)]
        assert db.session.scalars(select(Fact).where(Fact.verb == Verb.FEEDBACK_GIVEN)).all().__len__() == 1
    opened = owner.get(path).text
    with clock.travel(clock.now() + timedelta(days=61)):
        late = cast("owner").new_client()
        assert "takes no answers any more" in late.get(path).text
        token = opened.split('name="csrf_token" value="')[1].split('"')[0]
        refused = owner.post(path, data={**scene.ANSWERS, "csrf_token": token, "idempotency_key": "late"})
        assert refused.status_code in {302, 422}
    with inside():
        assert scene.answers(owner_done)[0].points["relevance"] == 2


def test_what_is_missing_or_no_choice_is_refused_with_the_form_as_typed(
    owner_done: UUID, cast: Cast, inside: Inside
) -> None:
    owner, path = cast("owner").client, scene.path(owner_done)
    missing = send(owner, path, **{**scene.ANSWERS, "pace": ""})
    assert missing.status_code == 422
    assert "The exercise on preservation requests." in missing.text
    assert send(owner, path, **{**scene.ANSWERS, "pace": "6"}).status_code == 422
    assert send(owner, path, **{**scene.ANSWERS, "change": "x" * 4001}).status_code == 422
    with inside():
        assert scene.answers(owner_done) == []


@pytest.mark.parametrize("who", ["member", "trainer", "outsider", "reporting_officer"])
def test_who_did_not_complete_it_is_not_asked(owner_done: UUID, cast: Cast, who: str) -> None:
    client = cast(who).client
    assert client.get(scene.path(owner_done)).status_code == 404
    assert client.get(scene.path(scene.unknown())).status_code == 404
    assert client.get("/feedback/no-key").status_code == 404


def test_who_completes_a_course_is_told_once_at_home_and_on_its_page(
    owner_done: UUID, cast: Cast, inside: Inside
) -> None:
    event = CourseCompleted(cast("owner").id, owner_done, "x", clock.now(), 90, "en")
    with inside():
        listeners.ask_on_completion(event)
        listeners.ask_on_completion(event)
    with inside():
        jobs.ask_at_the_end()
        told = db.session.scalars(select(Notice).where(Notice.kind == "feedback.asked")).all()
        assert [(one.user_id, one.count) for one in told] == [(cast("owner").id, 1)]
    owner = cast("owner").client
    assert "How was “Keeping evidence”?" in scene.texts(owner, "/notices")
    assert scene.path(owner_done) in owner.get("/").text
    send(owner, scene.path(owner_done), **scene.ANSWERS)
    assert scene.path(owner_done) not in owner.get("/").text
    assert "Keeping evidence" in scene.texts(owner, "/feedback")


def test_the_page_of_a_completed_course_leads_to_the_form(cast: Cast, inside: Inside, course: UUID) -> None:
    with inside():
        scene.complete(cast("owner").id, course)
    owner = cast("owner").client
    assert "Answered" not in scene.texts(owner, "/feedback")
    assert scene.path(course) in owner.get("/feedback").text


def test_what_was_entered_or_imported_is_asked_about_by_the_daily_job(cast: Cast, inside: Inside) -> None:
    cast("owner"), cast("member")
    with inside():
        key = register.course("workshop", kind="workshop", channel="in_person", address="")
        old = register.course("old", kind="workshop", channel="in_person", address="")
        scene.complete(cast("owner").id, key)
        scene.complete(cast("member").id, old, clock.now() - timedelta(days=40))
    with inside():
        jobs.ask_at_the_end()
        jobs.ask_at_the_end()
        told = db.session.scalars(select(Notice).where(Notice.kind == "feedback.asked")).all()
        assert [one.user_id for one in told] == [cast("owner").id]
    assert "Place, time and documents were well organised" in scene.texts(
        cast("owner").client, scene.path(key)
    )


def test_a_questionnaire_becomes_a_version_when_it_is_first_answered(
    owner_done: UUID, inside: Inside
) -> None:
    with inside():
        people = scene.crowd(2, owner_done)
        scene.say(people, owner_done, [4, 5])
        versions = db.session.scalars(select(FeedbackVersion)).all()
        assert [(one.number, one.part) for one in versions] == [(1, "end")]
        assert versions[0].questions[0] == {"key": "relevance", "kind": "scale", "scale": "agreement"}
        assert {one.version_id for one in scene.answers(owner_done)} == {versions[0].id}


def test_pages_cost_few_statements(owner_done: UUID, cast: Cast, inside: Inside) -> None:
    owner, trainer = cast("owner").client, cast("trainer").client
    with inside():
        scene.say(scene.crowd(5, owner_done), owner_done, [1, 2, 3, 4, 5], words="Said")
    for client, path in (
        (owner, "/feedback"),
        (owner, scene.path(owner_done)),
        (trainer, scene.path(owner_done, "/results")),
        (trainer, "/feedback/results"),
    ):
        client.get(path)
        with inside(), statements() as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 8, (path, len(sent), sent)
