"""Sessions of the cast: ``live`` is one that runs now, ``open_session(**wanted)`` what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, WebinarScene, make_scene

OpenSession = Callable[..., WebinarScene]


@pytest.fixture
def open_session(cast: Cast, inside: Inside) -> OpenSession:
    """Give a function that makes a session with the cast around it; keywords are those of :func:`make_scene`."""

    def opened(**wanted: Any) -> WebinarScene:
        for name in (HOST, SPEAKER, *REGISTERED):
            cast(name)  # made outside the transaction: each has one of their own
        with inside():
            return make_scene(cast, **wanted)

    return opened


@pytest.fixture
def live(open_session: OpenSession) -> WebinarScene:
    """A session that runs now, for vetted people, its room with the host, a speaker and two participants in it."""
    return open_session()
