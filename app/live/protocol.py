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
from app.live.gateway import LATER, REFUSED, Connection, Gateway
from app.live.messages import Typing, is_topic

Handler: TypeAlias = Callable[[Gateway, Connection, str, int], Any]
TYPING_EVERY = 2.0  # seconds


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
        return _run(gateway, known["connect"], connection, "") is True

    def disconnect(sid: str, _reason: object = None) -> None:
        connection = gateway.connection_of(sid)
        if connection is not None:  # it said goodbye, but keeps the line
            gateway.drop(connection)

    def receive(event: ClientEvent) -> Callable[..., Any]:
        def handle(sid: str, *said: object) -> Any:
            connection = gateway.connection_of(sid)
            topic = said[0] if said and isinstance(said[0], str) else ""
            return None if connection is None else _run(gateway, event, connection, topic)

        return handle

    known = events()
    for name in known.keys() - {"connect"}:
        gateway.server.on(name, receive(known[name]))
    gateway.server.on("connect", connect)
    gateway.server.on("disconnect", disconnect)


def _run(gateway: Gateway, event: ClientEvent, connection: Connection, topic: str) -> Any:
    """Check the rule and do what the event says; the reply to whom it is refused is that to whom nothing is found."""
    doubts = connection.doubts  # from before anything is read
    try:
        with gateway.app.app_context(), unit_of_work():
            actor = gateway.actor_now(connection) if event.anew else connection.actor
            if actor is None:
                gateway.drop(connection, "ended")
                return {"state": REFUSED}
            act_as(actor)
            if not event.rule.allows(actor):
                return {"state": REFUSED}
            return event.handler(gateway, connection, topic, doubts)
    except Exception:
        log.failure("socket event failed", event=event.name)
        return {"state": LATER}


# ------------------------------------------------------------------------------------------------ the words


@on("connect")
@access(signed_in)
def connect(_gateway: Gateway, _connection: Connection, _topic: str, _doubts: int) -> bool:
    """Say hello. The sign-in was looked up at the door."""
    return True


@on("subscribe", anew=True)
@access(approved)
def subscribe(gateway: Gateway, connection: Connection, topic: str, doubts: int) -> dict[str, Any]:
    """Follow a topic: ``{"state": "following", "number": n}``, ``refused`` whatever the reason, or ``later``."""
    return gateway.subscribe(connection, topic, doubts) if is_topic(topic) else {"state": REFUSED}


@on("leave")
@access(signed_in)
def leave(gateway: Gateway, connection: Connection, topic: str, _doubts: int) -> None:
    """Follow a topic no longer."""
    gateway.leave(connection, topic)


@on("heartbeat")
@access(signed_in)
def heartbeat(
    gateway: Gateway, connection: Connection, _topic: str, _doubts: int
) -> dict[str, dict[str, int]]:
    """Ask how far everything is that this socket follows; a client that is behind, or missing from it, notices."""
    return {"numbers": gateway.numbers(connection)}


@on("typing")
@access(approved)
def typing(_gateway: Gateway, connection: Connection, topic: str, _doubts: int) -> None:
    """Let the others know that somebody writes, by the label that the feature gave; without one nobody is told."""
    follow = connection.follows.get(topic)
    if follow is None or not follow.seat.label:
        return
    if time.monotonic() - follow.typed_at >= TYPING_EVERY:
        follow.typed_at = time.monotonic()
        tell(Typing(topic, follow.seat.label, connection.sid))
