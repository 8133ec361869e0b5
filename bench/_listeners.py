"""Many listeners at a gateway in one small process: says when all of them follow, and at the end who heard what when.

``python -m bench._listeners ADDRESS COOKIE TOPIC COUNT`` speaks WebSocket and Socket.IO by hand, as little as it takes,
so that what is measured is the server. It prints ``following`` and, when its input ends, JSON: for each number of an
announcement the times (monotonic, which processes share) at which it came.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from collections import defaultdict
from urllib.parse import urlsplit

HELLO, FOLLOW, FOLLOWING, NEWS = "40", '420["subscribe",{}]', '430[{"state":"following"', '42["news",'
TOGETHER = 25  # that connect at once


class Listener:
    """One socket."""

    def __init__(self, address: str, cookie: str, topic: str, heard: dict[int, list[float]]) -> None:
        self._address, self._cookie, self._topic, self._heard = urlsplit(address), cookie, topic, heard
        self.following = asyncio.Event()

    async def run(self) -> None:
        """Connect, follow, and keep the time of everything that is told. Raises OSError when it is refused."""
        reader, self._writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        host, key = self._address.netloc, base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Cookie: {self._cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise OSError(head.decode())
        while True:
            self._take(await self._frame(reader), time.monotonic())

    async def _frame(self, reader: asyncio.StreamReader) -> str:
        size = (await reader.readexactly(2))[1]
        if size >= 126:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
        return (await reader.readexactly(size)).decode()

    def _take(self, text: str, at: float) -> None:
        if text.startswith(NEWS):
            self._heard[int(text.partition('"number":')[2].rstrip("}]"))].append(at)
        elif text == "2":
            self._say("3")
        elif text.startswith("0"):
            self._say(HELLO)
        elif text.startswith(HELLO):
            self._say(FOLLOW.format(json.dumps(self._topic)))
        elif text.startswith(FOLLOWING):
            self.following.set()

    def _say(self, text: str) -> None:
        """Send a short frame; its mask is of zeros."""
        data = text.encode()
        assert len(data) < 126
        self._writer.write(bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data)


async def main(address: str, cookie: str, topic: str, count: int) -> None:
    """Run ``count`` listeners until the input ends."""
    heard: dict[int, list[float]] = defaultdict(list)
    tasks: list[asyncio.Task[None]] = []
    for start in range(0, count, TOGETHER):
        some = [Listener(address, cookie, topic, heard) for _ in range(min(TOGETHER, count - start))]
        tasks += [asyncio.create_task(one.run()) for one in some]
        await asyncio.wait_for(asyncio.gather(*(one.following.wait() for one in some)), 60)
    say("following")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    say(json.dumps(heard))
    for one in tasks:
        one.cancel()


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
