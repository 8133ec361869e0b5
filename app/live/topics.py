"""Who may follow what: each feature answers for its own topics, and is asked again at every subscription."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from werkzeug.exceptions import NotFound

from app.core import clock
from app.core.access import Actor
from app.live.messages import is_topic, lies_under


@dataclass(frozen=True, slots=True)
class Seat:
    """A place among those who follow a topic: until when (None: until the sign-in ends).

    ``label`` is what the others see while this person types (a name, a role, a pseudonym); empty: nobody is told.
    ``audiences`` are those entries of the topic's journal that the person is told, where it has one (``feeds``).
    ``watched``: its feature wants to know within seconds when this person is gone.
    """

    until: datetime | None = None
    label: str = ""
    audiences: frozenset[str] = frozenset()
    watched: bool = False


Answer: TypeAlias = Seat | datetime | bool | None
MaySubscribe: TypeAlias = Callable[[Actor, str], Answer]
_providers: dict[str, MaySubscribe] = {}


def provide(prefix: str, may_subscribe: MaySubscribe) -> None:
    """Let a feature answer for the topics at and under ``prefix``; the longest prefix decides. Asking again replaces.

    ``may_subscribe(actor, topic)`` returns until when (aware), True for as long as the sign-in lasts, a :class:`Seat`
    to say more, and None or False, or raises NotFound, for "no": missing and forbidden look alike.
    """
    _providers[prefix] = may_subscribe


def seat_of(actor: Actor, topic: object) -> Seat | None:
    """Return the seat that ``actor`` may have under ``topic`` now; None for no topic, nobody's, or not theirs."""
    if not isinstance(topic, str) or not is_topic(topic):
        return None
    answering = [prefix for prefix in _providers if lies_under(topic, prefix)]
    if not answering:
        return None
    try:
        answer = _providers[max(answering, key=len)](actor, topic)
    except NotFound:
        return None
    return _seat(answer)


def _seat(answer: Answer) -> Seat | None:
    if answer is None or answer is False:
        return None
    if answer is True:
        return Seat()
    seat = Seat(answer) if isinstance(answer, datetime) else answer
    return seat if seat.until is None or seat.until > clock.now() else None


def own(actor: Actor, topic: str) -> bool:
    """Whether ``topic`` is ``person:<id>`` of the actor themselves."""
    return actor.approved and topic == f"person:{actor.user_id}"
