"""The only clock. Everything that asks for the time asks here, so tests can move it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen: list[datetime] = []


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Hold the clock at ``to`` (aware) inside the block. For tests and for the demo world only."""
    if to.tzinfo is None:
        raise ValueError("the clock takes aware datetimes only")
    _frozen.append(to.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
