"""The way out of a connection: frames written at once where the line takes them, kept in order where it does not.

A broadcast reaches many sockets: its frame is made once for all of them and handed to the operating system without a
queue or a task between. What a slow line does not take waits in a tail of its own, which one helper empties; whoever
lets it grow past :data:`LONGEST_TAIL` is cut, comes back and reads again what was missed. Everything that goes to a
WebSocket goes through here, so frames never interleave and none is cut short.

All of this relies on gevent: nothing switches to another greenlet between looking and writing.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LONGEST_TAIL = 1_000_000  # bytes
_TEXT_FRAME = 0x81
_NONE = -1

Spawn = Callable[[Callable[[], None]], object]


class Outlet:
    """A connection's socket as simple-websocket sees it; ``send`` never waits and never writes half a frame."""

    def __init__(self, line: Any, spawn: Spawn) -> None:
        self._line, self._spawn = line, spawn
        self._number = int(line.fileno())  # asked once: every delivery needs it
        self._tail: deque[bytes] = deque()
        self.waiting = 0  # bytes in the tail

    def send(self, data: bytes) -> int:
        """Write ``data`` now, or keep what the line does not take; returns its length. A line too slow is cut."""
        try:
            sent = 0 if self._tail else os.write(self._number, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._keep(data[sent:])
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return what the client sent, waiting for it; empty at the end."""
        received = self._line.recv(size)
        assert isinstance(received, bytes)
        return received

    def close(self) -> None:
        """Let the line go; nothing is written to who may have its number next."""
        self._number = _NONE
        self._line.close()

    def abort(self) -> None:
        """End the line in both directions, whatever still waits."""
        self._tail.clear()
        self.waiting = 0
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _keep(self, rest: bytes) -> None:
        idle = not self._tail
        self._tail.append(rest)
        self.waiting += len(rest)
        if self.waiting > LONGEST_TAIL:
            self.abort()
        elif idle:
            self._spawn(self._empty)

    def _empty(self) -> None:
        while self._tail:
            first = self._tail[0]
            try:
                self._line.sendall(first)
            except OSError:
                self.abort()
            if self._tail:  # an abort meanwhile has emptied it
                self._tail.popleft()
                self.waiting -= len(first)


def framed(packet: Any) -> bytes:
    """Return a packet (Engine.IO's) of text as a WebSocket frame, made once and kept on the packet."""
    made = getattr(packet, "frame", None)
    if made is None:
        text = packet.encode().encode()
        size = len(text)
        if size < 126:
            head = bytes((_TEXT_FRAME, size))
        elif size < 65_536:
            head = bytes((_TEXT_FRAME, 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((_TEXT_FRAME, 127)) + size.to_bytes(8, "big")
        made = packet.frame = head + text
    assert isinstance(made, bytes)
    return made
