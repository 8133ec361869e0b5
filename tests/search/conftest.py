"""What the tests of search share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.core import scopes
from app.core.access import Actor
from app.core.database import TransactionalFlask

Holding = Callable[..., Actor]


@pytest.fixture
def holding(app: TransactionalFlask) -> Iterator[Holding]:
    """Give ``holding("room:1", …)``: somebody who holds just these scopes, besides what everybody does."""
    held: dict[int, tuple[str, ...]] = {}

    def actor(*names: str) -> Actor:
        number = 1_000_000_000 + len(held)
        held[number] = names
        return Actor(user_id=number, approved=True, name="Somebody")

    scopes.provide("tests", lambda one: held.get(one.user_id or 0, ()))
    yield actor
    scopes.provide("tests", lambda one: ())
