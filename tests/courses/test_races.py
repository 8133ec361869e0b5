"""What happens at once: each of these ends as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.certificates.models import Certificate
from app.core import jobs
from app.core.database import TransactionalFlask, db, unit_of_work
from app.courses.models import Attempt, Enrolment
from tests.cast import Player
from tests.courses.way import (
    HOME,
    answer_all,
    attempt_at,
    do_items,
    enrol,
    right_answers,
    saved,
    start_test,
    token_of,
    verbs_of,
)

DEVICES = 4


@pytest.fixture
def owner(committing: TransactionalFlask) -> Player:
    """Somebody with several devices."""
    return Player(committing, "owner")


def at_once(clients: list[FlaskClient], path: str, **values: str | list[str]) -> list[TestResponse]:
    """Send one form from every client at the same moment."""
    barrier = Barrier(len(clients))
    tokens = [token_of(client) for client in clients]

    def send(client: FlaskClient, token: str) -> TestResponse:
        barrier.wait()
        return client.post(path, data={"csrf_token": token, **values})

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(send, clients, tokens))


def devices(owner: Player) -> list[FlaskClient]:
    """Return several browsers of one person."""
    return [owner.new_client() for _ in range(DEVICES)]


def look(app: TransactionalFlask, at: Callable[[], object]) -> object:
    """Return what ``at`` finds in the database."""
    with app.app_context(), unit_of_work():
        return at()


def test_enrolling_from_every_device_is_enrolling_once(committing: TransactionalFlask, owner: Player) -> None:
    answers = at_once(devices(owner), f"{HOME}/enrolment", edition="en")
    assert [answer.status_code for answer in answers] == [302] * DEVICES
    assert look(committing, lambda: db.session.scalar(select(func.count(Enrolment.id)))) == 1
    assert look(committing, lambda: verbs_of(owner.id)) == ["enrolled"]


def test_opening_and_marking_from_every_device_tells_once(
    committing: TransactionalFlask, owner: Player
) -> None:
    enrol(owner.client)
    clients = devices(owner)
    with ThreadPoolExecutor(DEVICES) as pool:
        opened = list(pool.map(lambda client: client.get(f"{HOME}/items/first").status_code, clients))
    assert opened == [200] * DEVICES
    answers = at_once(clients, f"{HOME}/items/first/completion")
    assert [answer.status_code for answer in answers] == [302] * DEVICES
    assert look(committing, lambda: verbs_of(owner.id)) == ["enrolled", "started", "progressed"]


def test_starting_from_every_device_starts_one_attempt(committing: TransactionalFlask, owner: Player) -> None:
    do_items(owner.client)
    answers = at_once(devices(owner), f"{HOME}/test/attempts")
    assert len({answer.location for answer in answers}) == 1
    assert look(committing, lambda: db.session.scalar(select(func.count(Attempt.id)))) == 1


def test_sending_from_every_device_has_one_result(committing: TransactionalFlask, owner: Player) -> None:
    do_items(owner.client)
    address = start_test(owner.client)
    rights = look(committing, lambda: right_answers(attempt_at(address)))
    assert isinstance(rights, list)
    answer_all(owner.client, address, rights)
    answers = at_once(devices(owner), f"{address}/sending")
    assert {answer.location for answer in answers} == {f"{address}/review"}
    verbs = look(committing, lambda: verbs_of(owner.id))
    assert isinstance(verbs, list)
    assert (verbs.count("passed"), verbs.count("completed")) == (1, 1)
    assert look(committing, lambda: db.session.scalar(select(func.count(Certificate.id)))) == 1


def test_a_save_is_counted_or_refused_when_the_test_is_sent_meanwhile(
    committing: TransactionalFlask, owner: Player
) -> None:
    do_items(owner.client)
    address = start_test(owner.client)
    rights = look(committing, lambda: right_answers(attempt_at(address)))
    assert isinstance(rights, list)
    saver, sender = owner.new_client(), owner.new_client()
    tokens = token_of(saver), token_of(sender)
    barrier = Barrier(2)

    def save() -> int:
        barrier.wait()
        values = {"csrf_token": tokens[0], "answer": rights[0]}
        return saver.post(
            f"{address}/questions/1", data=values, headers={"Accept": "application/json"}
        ).status_code

    def send() -> int:
        barrier.wait()
        return sender.post(f"{address}/sending", data={"csrf_token": tokens[1]}).status_code

    with ThreadPoolExecutor(2) as pool:
        saving, sending = pool.submit(save), pool.submit(send)
        assert sending.result() == 302
        accepted = saving.result() == 200
    found = look(committing, lambda: (attempt_at(address).score, bool(saved(attempt_at(address)))))
    assert found == ((25.0, True) if accepted else (0.0, False))


def test_the_job_and_the_person_close_an_attempt_once(committing: TransactionalFlask, owner: Player) -> None:
    do_items(owner.client)
    address = start_test(owner.client)
    with committing.app_context(), unit_of_work():
        attempt = attempt_at(address)
        attempt.deadline = attempt.started_at.replace(year=2020)

    def close(_number: int) -> None:
        with committing.app_context():
            jobs.run_now("courses.close_overdue")

    with ThreadPoolExecutor(DEVICES) as pool:
        closing = pool.map(close, range(2))
        pages = [pool.submit(owner.new_client().get, f"{HOME}/test") for _ in range(2)]
        list(closing)
        assert [page.result().status_code for page in pages] == [200, 200]
    verbs = look(committing, lambda: verbs_of(owner.id))
    assert isinstance(verbs, list)
    assert verbs.count("failed") == 1
