"""Many people of one live room in one small process, each by a raw socket: what they were told, when, what was lost.

``python -m bench._crowd`` reads a plan as one line of JSON: ``{"ports", "host", "topic", "cookies", "beats"}``. It
speaks WebSocket and Socket.IO by hand, as little as it takes, so that what is measured is the server. It prints
``following`` when all are in; then each line of its input is a question: ``mark`` forgets what was heard until now,
``tell`` prints what was heard since as JSON, ``all N`` waits until everybody was told up to entry N. Entries carry in
their body the moment at which they were made (monotonic, which processes share). A socket that is lost comes back
within ten seconds, at random, and asks for what came after the last number that it has.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any

TOGETHER = 25  # that connect at once
LONGEST_AWAY = 10.0
BEAT_EVERY = 10.0
KNOWN_FRAMES = 64


@dataclass
class Heard:
    """What the crowd was told since the last mark."""

    late: list[float] = field(default_factory=list)
    deliveries: int = 0
    entries: int = 0
    gaps: int = 0
    lost: int = 0
    back: list[float] = field(default_factory=list)
    refused: int = 0
    errors: int = 0


class Crowd:
    """All of them."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.heard = Heard()
        self.reached = asyncio.Event()
        self._frames: dict[bytes, Any] = {}
        self.people = [Person(self, number) for number in range(len(plan["cookies"]))]

    def parsed(self, data: bytes) -> Any:
        """Return what a frame says; the same frame goes to many, and is read once."""
        found = self._frames.get(data)
        if found is None:
            if len(self._frames) > KNOWN_FRAMES:
                self._frames.clear()
            found = self._frames[data] = json.loads(data[2:])
        return found

    def least(self) -> int:
        """Return the number that everybody has reached."""
        return min(person.number for person in self.people)


class Person:
    """One socket, which comes back when it is lost."""

    def __init__(self, crowd: Crowd, place: int) -> None:
        self.crowd, self.place = crowd, place
        self.following = asyncio.Event()
        self.number = -1
        self.beat = 0
        self.unanswered: set[int] = set()
        self.writer: asyncio.StreamWriter | None = None

    async def live(self) -> None:
        """Connect, follow, listen; for ever."""
        lost_at = 0.0
        while True:
            try:
                await self._connect()
                if lost_at:
                    self.crowd.heard.back.append(time.monotonic() - lost_at)
                await self._listen()
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass
            if self.following.is_set():
                self.crowd.heard.lost += 1
                lost_at = time.monotonic()
            self.following.clear()
            await asyncio.sleep(random.uniform(0.1, LONGEST_AWAY))

    async def _connect(self) -> None:
        plan = self.crowd.plan
        ports = plan["ports"]
        port, host = ports[self.place % len(ports)], plan["host"]
        reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.reader = reader
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Cookie: {plan['cookies'][self.place]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            self.crowd.heard.refused += 1
            raise OSError(head.decode())

    async def _listen(self) -> None:
        while True:
            size = (await self.reader.readexactly(2))[1]
            if size >= 126:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            self._take(await self.reader.readexactly(size))

    def _take(self, data: bytes) -> None:
        if data == b"2":
            self.say("3")
        elif data.startswith(b"42"):
            event, told = self.crowd.parsed(data)
            if event == "room":
                self._told(told, time.monotonic())
            elif event == "beats":
                self.unanswered -= set(told["acked"])
        elif data.startswith(b"0"):
            self.say("40")
        elif data.startswith(b"40"):
            beside = f',{{"after":{self.number}}}' if self.number >= 0 else ""
            self.say(f'420["subscribe",{json.dumps(self.crowd.plan["topic"])}{beside}]')
        elif data.startswith(b"430["):
            self._answered(json.loads(data[3:])[0])

    def _answered(self, answer: dict[str, Any]) -> None:
        if answer["state"] != "following":
            self.crowd.heard.errors += 1
            assert self.writer is not None
            self.writer.close()
            return
        if 0 <= self.number < answer["number"]:
            self.crowd.heard.gaps += answer["number"] - self.number
        self.number = max(answer["number"], self.number)  # a batch may come before the answer
        self.following.set()

    def _told(self, told: dict[str, Any], at: float) -> None:
        heard = self.crowd.heard
        if told["after"] > self.number:
            heard.gaps += told["after"] - self.number
        fresh = [entry for entry in told["entries"] if entry[0] > self.number]
        self.number = max(told["upto"], self.number)
        heard.deliveries += 1
        heard.entries += len(fresh)
        heard.late += [at - entry[2]["t"] for entry in fresh if "t" in entry[2]]

    def say(self, text: str) -> None:
        """Send a frame; its mask is of zeros."""
        data = text.encode()
        head = (
            bytes((0x81, 0x80 | len(data))) if len(data) < 126 else b"\x81\xfe" + len(data).to_bytes(2, "big")
        )
        if self.writer is not None and not self.writer.is_closing():
            self.writer.write(head + bytes(4) + data)

    async def give_signs(self) -> None:
        """Beat every ten seconds, from a moment of one's own; what was not acknowledged goes again."""
        await asyncio.sleep(random.uniform(0, BEAT_EVERY))
        while True:
            if self.following.is_set():
                self.beat += 1
                missed = sorted(self.unanswered)[-30:]
                self.unanswered.add(self.beat)
                said = {"topic": self.crowd.plan["topic"], "connection": f"crowd-{self.place}", "n": self.beat,
                        "step": "full", "missed": missed}  # fmt: skip
                self.say(f'42["beat",{json.dumps(said)}]')
            await asyncio.sleep(BEAT_EVERY)


async def main() -> None:
    """Run a crowd until the input ends."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    crowd = Crowd(json.loads(await lines.readline()))
    tasks = []
    for start in range(0, len(crowd.people), TOGETHER):
        some = crowd.people[start : start + TOGETHER]
        tasks += [asyncio.create_task(one.live()) for one in some]
        await asyncio.wait_for(asyncio.gather(*(one.following.wait() for one in some)), 120)
    if crowd.plan.get("beats"):
        tasks += [asyncio.create_task(one.give_signs()) for one in crowd.people]
    say("following")
    while line := (await lines.readline()).decode().strip():
        await answer(crowd, line)
    for task in tasks:
        task.cancel()


async def answer(crowd: Crowd, line: str) -> None:
    """Answer one question."""
    word, _, number = line.partition(" ")
    if word == "mark":
        crowd.heard = Heard()
        say("marked")
    elif word == "all":
        end = time.monotonic() + 60
        while (crowd.least() < int(number) or not all(one.following.is_set() for one in crowd.people)) and (
            time.monotonic() < end
        ):
            await asyncio.sleep(0.05)
        say(
            json.dumps(
                {"least": crowd.least(), "present": sum(one.following.is_set() for one in crowd.people)}
            )
        )
    elif word == "tell":
        unanswered = sum(len(one.unanswered) for one in crowd.people)
        say(json.dumps(vars(crowd.heard) | {"unanswered": unanswered}))


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))
    asyncio.run(main())
