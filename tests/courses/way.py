"""The way through a course as a person's browser takes it, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.access import Actor
from app.core.database import db
from app.courses.actions import enrolling, learning
from app.courses.models import Attempt, AttemptAnswer, Course, Enrolment
from app.courses.seats import bank_of, seat
from app.records.models import Fact, LearnerAccount
from tests.cast import COURSE
from tests.courses.factory import RIGHT

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HOME = f"/courses/{COURSE}"
ITEMS = ("first", "check", "reading", "case")


_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


def token_of(client: FlaskClient) -> str:
    """Return the CSRF token of a browser's session, from a page that any signed-in person sees; asked for once."""
    if client not in _tokens:
        found = TOKEN.search(client.get("/courses").get_data(as_text=True))
        assert found is not None
        _tokens[client] = found[1]
    return _tokens[client]


def post(client: FlaskClient, path: str, json: bool = False, **values: str | list[str]) -> TestResponse:
    """Send a form as the page would, with its token."""
    headers = {"Accept": "application/json"} if json else {}
    return client.post(path, data={"csrf_token": token_of(client), **values}, headers=headers)


def text(response: TestResponse) -> str:
    """Return a page's text."""
    return response.get_data(as_text=True)


def enrol(client: FlaskClient, edition: str = "en", home: str = HOME) -> TestResponse:
    """Enrol in an edition."""
    return post(client, f"{home}/enrolment", edition=edition)


def do_item(client: FlaskClient, item: str) -> None:
    """Open an item and do it."""
    assert client.get(f"{HOME}/items/{item}").status_code == 200
    if item == "check":
        for question, right in RIGHT.items():
            done = post(client, f"{HOME}/items/check/answers/{question}", answer=right)
            assert done.status_code == 302
    else:
        assert post(client, f"{HOME}/items/{item}/completion").status_code == 302


def do_items(client: FlaskClient) -> None:
    """Enrol and do every required item."""
    enrol(client)
    for item in ITEMS:
        do_item(client, item)


def have_done(person: Actor, slug: str = COURSE) -> None:
    """Enrol somebody and do every required item for them, inside a transaction, without a browser."""
    place = seat(person, slug)
    assert place is not None
    enrolment = enrolling.enrol(person, place.course, place.choices[0])
    for item in place.structure.required:
        learning.mark_done(place.course, place.structure, enrolment, item)


def start_test(client: FlaskClient) -> str:
    """Start the test and return the address of the attempt, without a slash at its end."""
    begun = post(client, f"{HOME}/test/attempts")
    assert begun.status_code == 302, text(begun)
    assert "/attempts/" in begun.location, begun.location
    return begun.location.removesuffix("/questions/1")


# What the tables say; to be called inside a transaction.


def attempt_at(address: str) -> Attempt:
    """Return the attempt of an address."""
    public_id = address.rsplit("/", 1)[-1]
    return db.session.scalars(
        select(Attempt).where(Attempt.public_id == public_id).execution_options(populate_existing=True)
    ).one()


def right_answers(attempt: Attempt) -> list[list[str]]:
    """Return the right options of each question of an attempt, in the order of the paper."""
    bank = bank_of(attempt.version_id)
    return [sorted(bank[entry["id"]].right) for entry in attempt.paper]


def saved(attempt: Attempt) -> dict[str, list[str]]:
    """Return what is saved of an attempt."""
    rows = db.session.scalars(
        select(AttemptAnswer)
        .where(AttemptAnswer.attempt_id == attempt.id)
        .execution_options(populate_existing=True)
    )
    return {row.question_id: row.chosen for row in rows}


def facts_of(user_id: int, key: UUID | None = None) -> list[Fact]:
    """Return a person's facts of the course in the order they were recorded."""
    learner = select(LearnerAccount.learner_key).where(LearnerAccount.user_id == user_id)
    activity = key or db.session.scalars(select(Course.activity_key).where(Course.slug == COURSE)).one()
    return list(
        db.session.scalars(
            select(Fact).where(Fact.learner_key.in_(learner), Fact.activity_key == activity).order_by(Fact.id)
        )
    )


def verbs_of(user_id: int) -> list[str]:
    """Return the verbs of a person's facts of the course, the certificate's left out."""
    return [fact.verb for fact in facts_of(user_id) if not fact.verb.startswith("certificate")]


def enrolment_of(user_id: int, slug: str = COURSE) -> Enrolment:
    """Return a person's enrolment."""
    return db.session.scalars(
        select(Enrolment)
        .join(Course)
        .where(Enrolment.user_id == user_id, Course.slug == slug)
        .execution_options(populate_existing=True)
    ).one()


def answer_all(client: FlaskClient, address: str, answers: Sequence[Sequence[str]]) -> None:
    """Answer the questions of an attempt one after the other."""
    for position, chosen in enumerate(answers, start=1):
        answered = post(client, f"{address}/questions/{position}", answer=list(chosen), go="next")
        assert answered.status_code == 302, text(answered)
