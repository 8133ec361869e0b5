"""What a client may say, each with its access rule, as views have theirs. The application does not start without them.

Every event runs in an application context and a transaction of its own. What comes from a client is not trusted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.core import log
from app.core.access import Access, AccessError, Rule, access, act_as, approved, signed_in
from app.core.database import unit_of_work
from app.live.actions import tell
from app.live.connection import Connection
from app.live.gateway import LATER, REFUSED, Gateway
from app.live.messages import Typing, is_topic

Handler: TypeAlias = Callable[[Gateway, Connection, "Said"], Any]
TYPING_EVERY = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Said:
    """What came with an event: its topic, if that is what it said first, all of it, and the connection's doubts from
    before anything was read."""

    topic: str
    values: tuple[object, ...]
    doubts: int

    def number(self, key: str) -> int | None:
        """Return a number that was said beside the topic; None for none."""
        beside = self.values[1] if len(self.values) > 1 else None
        value = beside.get(key) if isinstance(beside, Mapping) else None
        return value if isinstance(value, int) and 0 <= value < 2**31 and value is not True else None


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """One word of the protocol: its name, its rule, what it does; ``anew``: rights are read from the database first."""

    name: str
    rule: Rule
    handler: Handler
    anew: bool


_handlers: dict[str, tuple[Handler, bool]] = {}


def on(name: str, *, anew: bool = False) -> Callable[[Handler], Handler]:
    """Register what a client's event does. Its rule is declared with ``@access`` like a view's."""

    def register(handler: Handler) -> Handler:
        _handlers[name] = (handler, anew)
        return handler

    return register


def events() -> Mapping[str, ClientEvent]:
    """Return every event by name. Raises AccessError when one states no rule."""
    silent = sorted(name for name, (handler, _) in _handlers.items() if _declared(handler) is None)
    if silent:
        raise AccessError(
            f"The application does not start: socket events without access rule: {', '.join(silent)}"
        )
    return {
        name: ClientEvent(name, declared.rule, handler, anew)
        for name, (handler, anew) in _handlers.items()
        if (declared := _declared(handler)) is not None
    }


def _declared(handler: Handler) -> Access | None:
    own = getattr(handler, "__access__", None)
    return own if isinstance(own, Access) else None


def listen(gateway: Gateway, connection_of: Callable[[dict[str, Any]], Connection]) -> None:
    """Let the gateway's clients speak. ``connection_of`` finds the connection in the environment of its handshake."""

    def connect(sid: str, environ: dict[str, Any], _auth: object = None) -> bool:
        connection = connection_of(environ)
        gateway.join(sid, connection)
        return _run(gateway, known["connect"], connection, ()) is True

    def disconnect(sid: str, _reason: object = None) -> None:
        connection = gateway.connection_of(sid)
        if connection is not None:  # it said goodbye, but keeps the line
            gateway.drop(connection)

    def receive(event: ClientEvent) -> Callable[..., Any]:
        def handle(sid: str, *said: object) -> Any:
            connection = gateway.connection_of(sid)
            return None if connection is None else _run(gateway, event, connection, said)

        return handle

    known = events()
    for name in known.keys() - {"connect"}:
        gateway.server.on(name, receive(known[name]))
    gateway.server.on("connect", connect)
    gateway.server.on("disconnect", disconnect)


def _run(gateway: Gateway, event: ClientEvent, connection: Connection, values: tuple[object, ...]) -> Any:
    """Check the rule and do what the event says; the reply to whom it is refused is that to whom nothing is found."""
    topic = values[0] if values and isinstance(values[0], str) else ""
    said = Said(topic, values, connection.doubts)
    try:
        with gateway.app.app_context(), unit_of_work():
            actor = gateway.actor_now(connection) if event.anew else connection.actor
            if actor is None:
                gateway.drop(connection, "ended")
                return {"state": REFUSED}
            act_as(actor)
            if not event.rule.allows(actor):
                return {"state": REFUSED}
            return event.handler(gateway, connection, said)
    except Exception:
        log.failure("socket event failed", event=event.name)
        return {"state": LATER}


# ------------------------------------------------------------------------------------------------ the words


@on("connect")
@access(signed_in)
def connect(_gateway: Gateway, _connection: Connection, _said: Said) -> bool:
    """Say hello. The sign-in was looked up at the door."""
    return True


@on("subscribe", anew=True)
@access(approved)
def subscribe(gateway: Gateway, connection: Connection, said: Said) -> dict[str, Any]:
    """Follow a topic: ``{"state": "following", "number": n}``, ``refused`` whatever the reason, or ``later``.

    With ``{"after": n}`` beside it a journal is told from that number on, if it is not too long ago.
    """
    if not is_topic(said.topic):
        return {"state": REFUSED}
    return gateway.subscribe(connection, said.topic, said.doubts, said.number("after"))


@on("leave")
@access(signed_in)
def leave(gateway: Gateway, connection: Connection, said: Said) -> None:
    """Follow a topic no longer."""
    gateway.leave(connection, said.topic)


@on("heartbeat")
@access(signed_in)
def heartbeat(gateway: Gateway, connection: Connection, _said: Said) -> dict[str, dict[str, int]]:
    """Ask how far everything is that this socket follows; a client that is behind, or missing from it, notices."""
    return {"numbers": gateway.numbers(connection)}


@on("typing")
@access(approved)
def typing(_gateway: Gateway, connection: Connection, said: Said) -> None:
    """Let the others know that somebody writes, by the label that the feature gave; without one nobody is told."""
    follow = connection.follows.get(said.topic)
    if follow is None or not follow.seat.label:
        return
    if time.monotonic() - follow.typed_at >= TYPING_EVERY:
        follow.typed_at = time.monotonic()
        tell(Typing(said.topic, follow.seat.label, connection.sid))


@on("beat")
@access(approved)
def beat(gateway: Gateway, connection: Connection, said: Said) -> None:
    """Give a numbered sign of life under a topic that this socket follows: ``{"topic", "connection", "n", "step",
    "missed"}``. Those that were kept are told later: ``beats {"topic", "connection", "acked"}``."""
    value = said.values[0] if said.values else None
    topic = value.get("topic") if isinstance(value, Mapping) else None
    if isinstance(topic, str) and topic in connection.follows:
        gateway.take_beats(connection, topic, value)
