"""What the tests of courses share."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.conftest import Inside
from tests.courses.factory import make_course


@pytest.fixture
def course(inside: Inside) -> UUID:
    """The small course, published and open to all; its activity key."""
    with inside():
        return make_course().activity_key
