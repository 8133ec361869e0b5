"""The way out of a connection: whole frames in their order, and a limit to what a slow line may leave waiting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from engineio.packet import MESSAGE, Packet
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import TextMessage

from app.live.outlet import LONGEST_TAIL, Outlet, framed

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    with ours, theirs:
        yield ours, theirs


def read(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        got += line.recv(size - len(got))
    return got


def test_what_a_slow_line_does_not_take_follows_whole_and_in_order(pair: Pair) -> None:
    ours, theirs = pair
    waiting: list[Callable[[], None]] = []
    outlet = Outlet(ours, waiting.append)
    sent = [bytes([number]) * 60_000 for number in range(12)]
    for one in sent:
        assert outlet.send(one) == len(one)
    assert 0 < outlet.waiting < 720_000
    assert len(waiting) == 1  # one helper, however much waits
    ours.setblocking(True)  # as gevent's sockets wait for the line
    first = read(theirs, 720_000 - outlet.waiting)
    helper = threading.Thread(target=waiting[0])
    helper.start()
    assert first + read(theirs, 720_000 - len(first)) == b"".join(sent)
    helper.join()
    outlet.send(b"after")
    assert (outlet.waiting, read(theirs, 5)) == (0, b"after")


def test_a_line_that_takes_nothing_is_cut(pair: Pair) -> None:
    ours, theirs = pair
    outlet = Outlet(ours, lambda _work: None)
    sent = 0
    while sent < 3 * LONGEST_TAIL:
        try:
            sent += outlet.send(b"x" * 50_000)
        except OSError:
            break
        assert outlet.waiting <= LONGEST_TAIL
    while theirs.recv(65_536):
        pass  # then comes the end


def test_nothing_is_written_to_who_has_the_number_next(pair: Pair) -> None:
    ours, _theirs = pair
    outlet = Outlet(ours, lambda _work: None)
    outlet.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        outlet.send(b"for somebody else")


@pytest.mark.parametrize("text", ["", "short", "x" * 124, "x" * 125, "é赵" * 100, "x" * 65_534, "x" * 65_535])
def test_a_frame_is_what_the_library_would_make(text: str) -> None:
    packet = Packet(MESSAGE, text)
    theirs = Connection(ConnectionType.SERVER).send(TextMessage(data=packet.encode()))
    assert framed(packet) == theirs
    assert framed(packet) is framed(packet)
