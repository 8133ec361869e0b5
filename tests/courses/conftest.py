"""What the tests of courses share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.core.database import TransactionalFlask, db, unit_of_work
from app.factory import create_app
from tests.conftest import Inside, settings_for_tests
from tests.courses.factory import make_course


@pytest.fixture
def course(inside: Inside) -> UUID:
    """The small course, published and open to all; its activity key."""
    with inside():
        return make_course().activity_key


@pytest.fixture
def committing(
    application: TransactionalFlask, clone_database: Callable[[], str], tmp_path: Path
) -> Iterator[TransactionalFlask]:
    """The application on a database of the test's own, where every request commits: for what happens at once."""
    kept = db.engine
    app = create_app(settings_for_tests(clone_database(), tmp_path))
    app.testing = True
    try:
        with app.app_context(), unit_of_work():
            make_course()
        yield app
    finally:
        db.engine.dispose()
        db.bind(kept)
