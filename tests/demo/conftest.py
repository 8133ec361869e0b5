"""The demo world, loaded once for the tests of a file into a transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.core.database import TransactionalFlask, db, unit_of_work
from app.courses.content import publishing
from demo.load import Loaded, load


@dataclass(frozen=True)
class DemoWorld:
    """An application on whose database the demo world is; ``said`` is what the load said."""

    app: TransactionalFlask
    loaded: Loaded
    said: list[str]

    def rows(self, statement: str, **given: Any) -> list[Any]:
        """Return what a statement finds."""
        with self.app.app_context(), unit_of_work() as session:
            return list(session.execute(text(statement), given))

    def value(self, statement: str, **given: Any) -> Any:
        """Return the one value that a statement finds."""
        return self.rows(statement, **given)[0][0]


@contextmanager
def undone(application: TransactionalFlask, engine: Engine) -> Iterator[None]:
    """Join everything the application does to one transaction, and undo it at the end."""
    with engine.connect() as connection:
        transaction = connection.begin()
        db.bind_for_tests(connection)
        try:
            yield
        finally:
            db.bind_for_tests(None)
            transaction.rollback()


@pytest.fixture(scope="module")
def with_content(application: TransactionalFlask, engine: Engine) -> Iterator[TransactionalFlask]:
    """The application with the real course synced and nobody there."""
    with undone(application, engine):
        with application.app_context(), unit_of_work():
            publishing.sync_all()
        yield application


@pytest.fixture(scope="module")
def register(with_content: TransactionalFlask) -> DemoWorld:
    """People and the training register of the demo world, without what has pages."""
    said: list[str] = []
    with with_content.app_context(), unit_of_work():
        loaded = load(said.append, whole=False)
    return DemoWorld(with_content, loaded, said)


@pytest.fixture(scope="module")
def world(with_content: TransactionalFlask) -> DemoWorld:
    """The demo world."""
    said: list[str] = []
    with with_content.app_context(), unit_of_work():
        loaded = load(said.append)
    return DemoWorld(with_content, loaded, said)
