"""One browser's socket: who it belongs to, what it follows, the way out to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.core.access import Actor
from app.live.outlet import Outlet, framed
from app.live.topics import Seat

BURST, PER_SECOND = 60, 10  # messages that a client may send at once, and steadily
PING, PONG, MESSAGE = 2, 3, 4  # Engine.IO's numbers of packets; messages are what Socket.IO says


@dataclass(eq=False, slots=True)
class Follow:
    """A topic that a connection follows, by the seat that its feature gave.

    Of a journal ``at`` is the number up to which everything was told. ``in_doubt`` it is asked anew what may be told,
    and nothing is until then; of a follow that has ended, nothing ever again.
    """

    topic: str
    seat: Seat
    typed_at: float = -1e9
    at: int = 0
    in_doubt: bool = False


@dataclass(eq=False, slots=True)
class Connection:
    """A connection, from its handshake on; ``attach`` gives it Engine.IO's socket."""

    actor: Actor
    token: str
    key: str = ""  # Engine.IO's name of it
    sid: str = ""  # Socket.IO's
    follows: dict[str, Follow] = field(default_factory=dict)
    outlet: Outlet | None = None
    doubts: int = 0  # how often something was taken from its person, or may have been
    messages: float = BURST
    counted_at: float = field(default_factory=time.monotonic)
    read_at: float = field(default_factory=time.monotonic)  # when its person's rights were read
    heard_at: float = field(default_factory=time.monotonic)  # when its client last gave any sign of life
    pulses: int = 0  # pings of our own whose answers are on their way
    engine: Any = None
    _queue_up: Callable[[Any], None] = field(init=False)
    _take: Callable[[Any], None] = field(init=False)

    def attach(self, engine: Any) -> None:
        """Stand between Engine.IO's socket and what it sends and receives."""
        self.engine, self._queue_up, self._take = engine, engine.send, engine.receive
        engine.send, engine.receive = self._send, self._receive

    def may_send(self) -> bool:
        """Whether one more message is within what a client may send; counts it."""
        now = time.monotonic()
        self.messages = min(BURST, self.messages + (now - self.counted_at) * PER_SECOND)
        self.counted_at = now
        self.messages -= 1
        return self.messages >= 0

    def push(self, packet: Any) -> None:
        """Send a packet to the client, unless it is gone; one that many get is framed once for all of them."""
        engine = self.engine
        if engine is not None and not engine.closed:
            self._send(packet)

    def _send(self, packet: Any) -> None:
        """Send a packet: a message straight to the line where nothing waits before it, else behind what does.

        The guards matter: during an upgrade from polling the queue's order is all there is, and Engine.IO gives a
        socket up whose queue never has anything, so that its own pings stay in the queue.
        """
        engine, outlet = self.engine, self.outlet
        frame = getattr(packet, "frame", None)
        if frame is None and packet.packet_type == MESSAGE and isinstance(packet.data, str):
            frame = framed(packet)
        straight = engine.upgraded and not engine.upgrading and not engine.closed and engine.queue.empty()
        if outlet is None or frame is None or not straight:
            return self._queue_up(packet)
        try:
            outlet.send(frame)
        except OSError:
            outlet.abort()
        return None

    def _receive(self, packet: Any) -> None:
        """Take a packet of the client, which lives. Answers to our own pings are kept from Engine.IO: it would answer
        each with a ping of its own, sooner or later."""
        self.heard_at = time.monotonic()
        if packet.packet_type == PONG and self.pulses > 0:
            self.pulses -= 1
            return
        self._take(packet)
