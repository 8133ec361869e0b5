"""The fixtures themselves."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import Inside
from tests.support.servers import Server


def test_stranger_is_answered(client: FlaskClient) -> None:
    assert client.get("/health").status_code in {200, 503}


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_test_writes_is_undone(inside: Inside, number: int) -> None:
    with inside() as session:
        session.execute(text("INSERT INTO rate_counter (key, count, expires_at) VALUES ('k', 1, now())"))
    with inside() as session:
        assert session.execute(text("SELECT count(*) FROM rate_counter")).scalar() == 1


def test_clones_are_migrated_and_separate(clone_database: Callable[[], str]) -> None:
    first, second = clone_database(), clone_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    with psycopg.connect(second) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert ("rate_counter",) in names
    assert ("only_here",) not in names


def test_live_server_answers(live_server: Server) -> None:
    live_server.wait("/health")
