"""Crowds, and how many queries a page takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert

from app.accounts.models import User
from app.core import clock
from app.core.ids import public_id
from tests.conftest import Inside

MOST_QUERIES = 8


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def queries(engine: Engine) -> Callable[[FlaskClient, str], int]:
    """Give a function that opens a page twice and returns how many queries the second time took."""

    def count(client: FlaskClient, path: str) -> int:
        assert client.get(path).status_code == 200
        with _counted(engine) as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    return count


@pytest.fixture
def crowd(inside: Inside) -> Callable[..., list[int]]:
    """Give a function that makes ``count`` people and returns their numbers; keywords are columns."""

    def make(count: int, **columns: Any) -> list[int]:
        now = clock.now()
        rows = [
            {
                "email": f"crowd-{number}-{public_id()[:6].lower()}@crowd.example",
                "public_id": public_id(),
                "fs_uniquifier": public_id(),
                "active": True,
                "given_name": f"Given{number:03}",
                "family_name": f"Crowd{number:03}",
                "country": "KE",
                "profession": "judge",
                "legal_system": "common",
                "institution": "Court of the Crowd",
                "gender": "",
                "language": "en",
                "working_languages": ["en"],
                "zone": "UTC",
                "reason": "To learn",
                "is_test": False,
                "standing": "approved",
                "confirmed_at": now,
                "registered_at": now,
            }
            | columns
            for number in range(count)
        ]
        with inside() as session:
            return list(session.scalars(insert(User).returning(User.id), rows))

    return make
