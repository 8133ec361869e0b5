"""The course of the cast in the register, and people who completed it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cast import Cast
from tests.conftest import Inside
from tests.courses.factory import make_course
from tests.feedback import scene


@pytest.fixture
def course(inside: Inside) -> UUID:
    """The key of the cast's course, which exists with pages."""
    with inside():
        return make_course().activity_key


@pytest.fixture
def owner_done(cast: Cast, inside: Inside, course: UUID) -> UUID:
    """The course, which the owner has completed."""
    cast("owner")
    with inside():
        scene.complete(cast("owner").id, course)
    return course
