"""What the tests of courses share."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.core.database import TransactionalFlask, unit_of_work
from tests.conftest import Inside
from tests.courses.factory import make_course


@pytest.fixture
def course(inside: Inside) -> UUID:
    """The small course, published and open to all; its activity key."""
    with inside():
        return make_course().activity_key


@pytest.fixture
def committing(committing: TransactionalFlask) -> TransactionalFlask:
    """The application on a database of the test's own, with the course in it."""
    with committing.app_context(), unit_of_work():
        make_course()
    return committing
