"""Rooms of the cast: ``room`` shows names, ``masked_room`` pseudonyms, ``open_room(**policy)`` what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.scene import ROLES, RoomScene, open_scene

OpenRoom = Callable[..., RoomScene]


@pytest.fixture
def open_room(cast: Cast, inside: Inside) -> OpenRoom:
    """Give a function that opens a room with the cast in it; keywords are those of :func:`open_scene`."""

    def opened(**wanted: Any) -> RoomScene:
        for name in ("room_manager", "expelled", *wanted.get("people", ROLES)):
            cast(name)  # made outside the transaction: each has one of their own
        with inside():
            return open_scene(cast, **wanted)

    return opened


@pytest.fixture
def room(open_room: OpenRoom) -> RoomScene:
    """A room that is not listed, shows names, by invitation."""
    return open_room()


@pytest.fixture
def masked_room(open_room: OpenRoom) -> RoomScene:
    """A hidden room of pseudonyms."""
    return open_room(title="CANARY-MASKED-TITLE", identity="pseudonym")
