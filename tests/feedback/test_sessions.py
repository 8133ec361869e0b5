"""Sessions ask with a form of their own: its answers stand on the common page, by whole batches of five."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.feedback import actions, queries
from app.feedback.models import Part
from app.records.models import Activity, Fact, Verb
from app.webinars.actions.closing import close_books
from app.webinars.forms.feedback import QUESTIONS
from app.webinars.models.after import WebinarFeedback
from tests.cast import Cast
from tests.conftest import Inside
from tests.feedback import scene
from tests.records import scene as register
from tests.support.forms import send
from tests.webinars.beats import end, stay
from tests.webinars.conftest import OpenSession, open_session
from tests.webinars.scene import WebinarScene

__all__ = ["open_session"]
SAID = {"useful": "5", "clear": "4", "part": "3", "line": "2", "again": "5", "words": "More cases, please."}


@pytest.fixture
def over(open_session: OpenSession, inside: Inside, cast: Cast) -> WebinarScene:
    begins = clock.now().replace(microsecond=0) - timedelta(hours=1)
    made = open_session(starts_at=begins, ends_at=begins + timedelta(hours=1))
    with inside():
        webinar = made.webinar()
        webinar.opened_at = webinar.begun_at = begins
        stay(made, cast("owner").id, begins, begins + timedelta(minutes=30))
        close_books(end(made, begins + timedelta(minutes=60)))
    return made


@pytest.fixture
def key(over: WebinarScene, inside: Inside) -> UUID:
    with inside():
        return over.webinar().activity_key


def test_one_page_for_both_forms(over: WebinarScene, key: UUID, cast: Cast, inside: Inside) -> None:
    with inside():
        people = [register.person(f"p{number}") for number in range(7)]
        for number, one in enumerate(people):
            at = clock.now() + timedelta(minutes=number)
            points = dict.fromkeys(QUESTIONS, 5 if number < 5 else 1)
            row = WebinarFeedback(
                webinar_id=over.id, user_id=one.id, points=points, words=f"Word {number}", given_at=at
            )
            db.session.add(row)
    page = scene.texts(cast("trainer").client, scene.path(key, "/results"))
    assert "What I learned is useful in my work Mean 5" in page
    assert "Word 4" in page
    assert "Word 5" not in page  # the sixth and the seventh wait for three more
    assert "The figures below count 5 answers." in page
    assert scene.path(key, "/results") in cast("trainer").client.get(over.path("/report/feedback")).text


def test_few_answers_are_not_shown_on_the_common_page(over: WebinarScene, key: UUID, cast: Cast) -> None:
    assert send(cast("owner").client, over.path("/feedback"), **SAID).status_code == 302
    page = scene.texts(cast("trainer").client, scene.path(key, "/results"))
    assert "Fewer than five answers" in page
    assert "More cases, please." not in page


def test_a_sessions_own_questions_follow_its_five(
    over: WebinarScene, key: UUID, cast: Cast, inside: Inside
) -> None:
    with inside():
        activity = db.session.get_one(Activity, key)
        made = actions.add_question(
            cast("trainer").actor(), activity, Part.END, "scale", {"en": "The cases fit"}
        )
        field = f"own-{made.public_id}"
    owner = cast("owner").client
    assert "The cases fit" in owner.get(over.path("/feedback")).text
    assert send(owner, over.path("/feedback"), **SAID, **{field: "9"}).status_code == 422
    assert send(owner, over.path("/feedback"), **SAID, **{field: "4"}).status_code == 302
    with inside():
        kept = scene.answers(key)
        assert [(one.user_id, one.points) for one in kept] == [(cast("owner").id, {field: 4})]
        assert db.session.scalars(select(WebinarFeedback.user_id)).all() == [cast("owner").id]
        facts = db.session.scalars(select(Fact.activity_key).where(Fact.verb == Verb.FEEDBACK_GIVEN)).all()
        assert facts == [key]


def test_a_session_that_was_given_feedback_says_so_to_the_register(
    over: WebinarScene, key: UUID, cast: Cast, inside: Inside
) -> None:
    send(cast("owner").client, over.path("/feedback"), **SAID)
    with inside():
        facts = db.session.scalars(select(Fact.result).where(Fact.verb == Verb.FEEDBACK_GIVEN)).all()
        assert facts == [{"stage": 0}]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("trainer", 200),
        ("administrator", 200),
        ("reporting_officer", 200),
        ("expert", 404),
        ("owner", 404),
        ("outsider", 404),
    ],
)
def test_results_of_a_session_are_for_who_runs_it_and_who_reports(
    over: WebinarScene, key: UUID, cast: Cast, who: str, status: int
) -> None:
    assert cast(who).client.get(scene.path(key, "/results")).status_code == status


def test_the_common_form_does_not_ask_what_the_session_asks(
    over: WebinarScene, key: UUID, cast: Cast, inside: Inside
) -> None:
    owner = cast("owner").client
    assert owner.get(scene.path(key)).status_code == 404
    assert str(key) not in owner.get("/feedback").text
    with inside():
        assert queries.waiting(cast("owner").actor()) == []
