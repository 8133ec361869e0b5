"""One transaction per request; hooks after it; a repeated submit; input that nothing may hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response, abort, request
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core import access, database, errors, forms, i18n, idempotency, input, log, security, ui
from app.core.database import TransactionalFlask, db
from app.core.idempotency import idempotent
from app.core.models import OutboxMail, RateCounter
from app.core.settings import KEY
from tests.conftest import settings_for_tests
from tests.support import databases

told: list[str] = []


def note(name: str) -> None:
    db.session.execute(
        text(
            "INSERT INTO rate_counter (key, count, expires_at) VALUES (:key, 1, now()) "
            "ON CONFLICT (key) DO UPDATE SET count = rate_counter.count + 1"
        ),
        {"key": name},
    )
    database.after_commit(lambda: told.append(name))


@access.public
def good() -> str:
    note("good")
    return "good"


@access.public
def returned() -> tuple[str, int]:
    note("returned")
    return "kept", 422


@access.public
def raised() -> str:
    note("raised")
    abort(409)


@access.public
def broken() -> str:
    note("broken")
    raise RuntimeError("broken")


@access.public
@idempotent
def create() -> Response | tuple[str, int]:
    if request.form.get("wrong"):
        return "wrong", 422
    note("created")
    return Response("made", status=201, headers={"Location": "/made/1"})


@pytest.fixture(scope="module")
def probe(
    application: TransactionalFlask, clone_database_for_module: str, tmp_path_factory: pytest.TempPathFactory
) -> TransactionalFlask:
    kept = db.engine
    app = TransactionalFlask("app", root_path=str(Path(__file__).resolve().parents[2] / "app"))
    app.config[KEY] = settings_for_tests(clone_database_for_module, tmp_path_factory.mktemp("probe"))
    for part in (log, security, database, i18n, input, errors, access, forms, idempotency, ui):
        part.init_app(app)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.update(navigation=list, actor=access.current_actor)
    for view, methods in (
        (good, "POST"),
        (returned, "POST"),
        (raised, "POST"),
        (broken, "POST"),
        (create, "POST"),
    ):
        app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=[methods])
    db.engine.dispose()
    db.bind(kept)  # to make an application is to bind its database
    return app


@pytest.fixture(scope="module")
def clone_database_for_module() -> Iterator[str]:
    url = databases.clone_database()
    yield url
    databases.drop_database(url)


@pytest.fixture
def browser_of_probe(probe: TransactionalFlask) -> Iterator[FlaskClient]:
    kept = db.engine
    with probe.app_context():
        db.bind(database.make_engine(probe.config[KEY].database_url, 2))
    told.clear()
    yield probe.test_client()
    db.engine.dispose()
    db.bind(kept)


def kept(probe: TransactionalFlask, name: str) -> int:
    with probe.app_context():
        return db.session.scalar(select(RateCounter.count).where(RateCounter.key == name)) or 0


@pytest.mark.parametrize(
    ("path", "status", "rows"),
    [("good", 200, 1), ("returned", 422, 1), ("raised", 409, 0), ("broken", 500, 0)],
)
def test_what_is_returned_stays_and_what_is_raised_is_undone(
    probe: TransactionalFlask, browser_of_probe: FlaskClient, path: str, status: int, rows: int
) -> None:
    assert browser_of_probe.post(f"/{path}").status_code == status
    assert kept(probe, path) == rows
    assert told == [path] * rows


def test_a_repeated_submit_gets_the_first_answer_and_creates_nothing(
    probe: TransactionalFlask, browser_of_probe: FlaskClient
) -> None:
    before = kept(probe, "created")
    first = browser_of_probe.post("/create", data={"idempotency_key": "k-1"})
    second = browser_of_probe.post("/create", data={"idempotency_key": "k-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Location"] == first.headers["Location"]
    assert second.data == first.data
    assert kept(probe, "created") == before + 1


def test_a_refused_submit_may_be_corrected_under_the_same_key(
    probe: TransactionalFlask, browser_of_probe: FlaskClient
) -> None:
    before = kept(probe, "created")
    assert browser_of_probe.post("/create", data={"idempotency_key": "k-2", "wrong": "1"}).status_code == 422
    assert browser_of_probe.post("/create", data={"idempotency_key": "k-2"}).status_code == 201
    assert kept(probe, "created") == before + 1


@pytest.mark.parametrize("key", ["x" * 81, "é", "a\nb"])
def test_a_malformed_key_is_refused(browser_of_probe: FlaskClient, key: str) -> None:
    assert browser_of_probe.post("/create", data={"idempotency_key": key}).status_code == 400


@pytest.mark.parametrize("value", ["a\x00b", "x" * 200_001])
def test_text_that_cannot_be_kept_is_refused_with_a_page(browser_of_probe: FlaskClient, value: str) -> None:
    answer = browser_of_probe.post("/good", data={"text": value})
    assert answer.status_code == 400
    assert b"<h1" in answer.data


@pytest.mark.parametrize("path", ["/good?q=%00", "/%00", "/good?q=%ED%A0%80", "/good?q=" + "x" * 2001])
def test_an_address_that_cannot_be_kept_never_fails_on_our_side(
    browser_of_probe: FlaskClient, path: str
) -> None:
    assert 400 <= browser_of_probe.get(path).status_code < 500


def test_an_unknown_host_learns_nothing(browser_of_probe: FlaskClient) -> None:
    answer = browser_of_probe.post("/good", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_every_answer_carries_the_policy_and_a_reference(browser_of_probe: FlaskClient) -> None:
    answer = browser_of_probe.post("/broken")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
    assert answer.headers["X-Request-Id"].encode() in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_hooks_and_rows_of_a_unit_of_work_vanish_together(
    probe: TransactionalFlask, browser_of_probe: FlaskClient
) -> None:
    def fail() -> None:
        with database.unit_of_work() as session:
            session.add(OutboxMail(recipient="a@b.example", language="en", subject="s", text="t", html="h"))
            database.after_commit(lambda: told.append("never"))
            raise ZeroDivisionError

    with probe.app_context(), pytest.raises(ZeroDivisionError):
        fail()
    with probe.app_context():
        assert db.session.scalar(select(OutboxMail.id)) is None
    assert told == []
