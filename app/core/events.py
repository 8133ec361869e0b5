"""Domain events: what one package tells the others, in the same transaction; ``app/wiring.py`` says who listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """Something that happened; subclasses are frozen dataclasses of plain values, named in the past tense."""


Listener = Callable[[Any], None]
_listeners: dict[type[Event], tuple[Listener, ...]] = {}


def listen(table: Mapping[type[Event], Sequence[Listener]]) -> None:
    """Install the table event -> listeners, replacing what was there."""
    _listeners.clear()
    _listeners.update({event: tuple(listeners) for event, listeners in table.items()})


def publish(event: Event) -> None:
    """Call every listener of ``event`` now, in order; one that raises undoes the transaction."""
    for listener in _listeners.get(type(event), ()):
        listener(event)
