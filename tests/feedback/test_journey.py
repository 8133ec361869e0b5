"""The way of feedback in a browser: somebody completes a course, says what it was like; months later; its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from app.core.database import db, unit_of_work
from app.courses.models import Course
from app.feedback import links
from app.feedback.actions import claim
from app.feedback.models import FeedbackInvitation
from app.records.actions import learner_of
from tests.browser.seats import Sits, seated
from tests.cast import COURSE, Player
from tests.courses.factory import make_course
from tests.feedback import scene
from tests.support.servers import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

Within = Callable[[], AbstractContextManager[None]]
WAYS = {
    "en-360": ("en", "owner"),
    "ar-360": ("ar", "practitioner"),
    "en-1280": ("en", "member"),
}
SAID = {"relevance": 4, "use": 5, "explained": 4, "pace": 3, "technical": 2, "recommend": 5}


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A platform that signs links with the key of the tests, so that a test knows the link of a mail."""
    with running(tmp_path_factory.mktemp("live"), {"SECRET_KEY": "test " * 8}) as server:
        yield server


@pytest.fixture
def within(platform_app: Flask) -> Within:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def entered() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return entered


@pytest.fixture
def sits(new_page: Callable[..., Page], platform_app: Flask, live_server: Server) -> Sits:
    """Give ``sits("owner", "en-360")``: that person in front of a browser, signed in; without a name, a stranger."""
    return partial(seated, new_page, platform_app, live_server, "feedback")


def _course() -> UUID:
    found = db.session.scalars(select(Course).where(Course.slug == COURSE)).one_or_none()
    return (found or make_course()).activity_key


@pytest.mark.parametrize("key", WAYS)
def test_from_the_end_of_a_course_to_its_results(
    platform_app: Flask, within: Within, sits: Sits, key: str
) -> None:
    name = WAYS[key][1]
    person = Player(platform_app, name)
    with within():
        course = _course()
        scene.complete(person.id, course)
        people = scene.crowd(6, course, f"{key.replace('-', '')}x")
        scene.say(people, course, [5, 4, 4, 3, 5, 2], words="More cases, please.")
        claim(3, [(course, learner_of(person.id), person.id)])
        public_id = db.session.scalars(
            select(FeedbackInvitation.public_id).where(FeedbackInvitation.user_id == person.id)
        ).one()
        survey = links.survey(public_id, WAYS[key][0]).split("localhost:8000")[-1].partition("?")[0]

    learner = sits(name, key)
    learner.open("/")
    learner.follow(scene.path(course))
    learner.press(scene.path(course))  # nothing chosen: refused, with what to do
    assert learner.page.locator(".error-summary").count() == 1
    for question, point in SAID.items():
        learner.page.check(f'input[name="{question}"][value="{point}"]')
    learner.page.fill("#useful_part", "The exercise.")
    learner.press(scene.path(course))
    assert learner.page.locator(".error-summary").count() == 0
    assert learner.page.locator('input[name="use"][value="5"]').is_checked()
    learner.open("/feedback")

    stranger = sits("", key)
    stranger.open(survey)
    for question, chosen in scene.LATER.items():
        stranger.page.check(f'input[name="{question}"][value="{chosen}"]')
    stranger.press(survey)
    assert stranger.page.locator(".notice--done").count() >= 1

    officer = sits("reporting_officer", key)
    officer.open("/feedback/results")
    officer.follow(scene.path(course, "/results"))
    assert officer.page.locator("meter.share").count() >= 5
    officer.follow(f"{scene.path(course, '/results')}?stage=3")

    manager = sits("administrator", key)
    manager.open(scene.path(course, "/questions"))
    manager.page.check('input[name="part"][value="end"]')
    manager.page.check('input[name="kind"][value="words"]')
    manager.page.fill("#text_en", "Which case would you add?")
    manager.page.fill("#text_ar", "أي قضية تضيف؟")
    manager.press(scene.path(course, "/questions"))
    assert manager.page.locator(".feedback-asked form").count() >= 1
