"""What a live room carries: 500, 1,000 and 5,000 raw sockets in one room, and a session of 600 people.

``./run bench live [--sockets 500,1000,5000] [--people 600] [--minutes 10] [--no-anchor]``. For each number of sockets,
in one process of their own: connect, entries of the journal to everybody, chat at five a second, kill -9 of the gateway
and everybody's return; beside it, in the same run, Node's Socket.IO server telling the same. A delivery is one batch
that reaches one socket. Goals: no delivery lost; at most 25 µs of the gateway's processor a delivery.

Then the session: people with heartbeats, chat, hands and polls by HTTP, at a gateway held to one core, page views
beside. Goals: no error, no beat without answer, no second of anybody's presence lost. ``--minutes 0`` leaves it out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import config
from app.core import postgres
from app.core.database import TransactionalFlask, db, unit_of_work
from app.factory import create_app
from app.webinars import journal
from app.webinars.ledger import length, union
from app.webinars.models.planning import Webinar
from app.webinars.queries.attendance import presence_of
from bench import _live_room, _machine
from bench._live_room import Made
from bench.announce import prepare
from bench.pages import ROOT, environment, free_port, say, wait

TEXT = "The provider asks for the order before it gives subscriber data."
GOAL_US = 25.0
ENTRIES, PAUSE = 50, 0.2
CHAT_SECONDS, CHAT_PER_SECOND = 20, 5
AWAY_SECONDS = 20
MOST_SOCKETS = {"LIVE_MAX_SOCKETS": "12000", "LIVE_MAX_SOCKETS_PER_PERSON": "9"}
Tell = Callable[[], int]


@dataclass(slots=True)
class Row:
    """One server with one number of sockets; milliseconds, microseconds, kilobytes."""

    server: str
    sockets: int
    connect_s: float
    kilobytes_a_socket: float
    broadcast: dict[str, float] = field(default_factory=dict)
    chat: dict[str, float] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)
    lost: int = 0

    def __str__(self) -> str:
        told = [
            f"{self.server:<8}{self.sockets:>6}  connect {self.connect_s:>5} s  {self.kilobytes_a_socket:>6} kB"
        ]
        for name, one in (("broadcast", self.broadcast), ("chat", self.chat)):
            if one:
                times = "/".join(str(one[key]) for key in ("p50_ms", "p95_ms", "p99_ms"))
                told.append(f"{name} {times} ms, {one['us']} µs a delivery, {one['deliveries']} deliveries")
        if self.back:
            told.append(f"back after kill -9: p50 {self.back['p50_s']} s, last {self.back['last_s']} s")
        return "   ".join([*told, f"lost {self.lost}"])


class Crowd:
    """The process with the sockets."""

    def __init__(
        self, ports: list[int], host: str, topic: str, cookies: list[str], *, beats: bool = False
    ) -> None:
        plan = {"ports": ports, "host": host, "topic": topic, "cookies": cookies, "beats": beats}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench._crowd"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun = time.monotonic()
        assert self._ask(json.dumps(plan)) == "following", "the crowd was not let in"
        self.seconds = time.monotonic() - begun

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def mark(self) -> None:
        """Forget what was heard until now."""
        self._ask("mark")

    def all_at(self, number: int) -> dict[str, int]:
        """Wait until everybody was told up to a number (a minute at most); says how far they are."""
        return dict(json.loads(self._ask(f"all {number}")))

    def heard(self) -> dict[str, Any]:
        """Return what was heard since the last mark."""
        return dict(json.loads(self._ask("tell")))

    def end(self) -> None:
        """Let them go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


# ------------------------------------------------------------------------------------------------ servers


@contextmanager
def gateway(
    own: Path, url: str, port: int, public: int, core: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one gateway process at a port, as ``./run`` starts it."""
    given = environment(own, url, public) | MOST_SOCKETS
    command = ["gunicorn", "--config", "deploy/gateway.conf.py", "--bind", f"127.0.0.1:{port}", "gateway:app"]
    with _running(own, given, [sys.executable, "-m", *command], core) as process:
        wait_for(port)
        yield process


@contextmanager
def _running(
    own: Path, given: dict[str, str], command: list[str], core: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with (own / "live.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=log)
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        try:
            yield process
        finally:
            kill(process, gently=True)


def kill(process: subprocess.Popen[bytes], *, gently: bool = False) -> None:
    """End a process and what it started, as kill -9 does unless gently."""
    if process.poll() is None:
        family = _machine.family([process.pid])
        for pid in family[:1] if gently else family:
            os.kill(pid, 15 if gently else 9)
    process.wait(60)


def wait_for(port: int) -> None:
    """Wait until something answers at a port."""
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/about", headers={"Host": f"localhost:{port}"})
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a gateway did not start; see live.log")


# ------------------------------------------------------------------------------------------------ sockets


def tell_often(tell: Tell, times: int, pause: float) -> int:
    """Tell so often, at an even pace; returns the last number."""
    number, begun = 0, time.monotonic()
    for one in range(times):
        time.sleep(max(0.0, begun + one * pause - time.monotonic()))
        number = tell()
    return number


def phase(crowd: Crowd, pids: list[int], tell: Tell, times: int, pause: float) -> dict[str, float]:
    """Tell so often and return how it reached the crowd, and what the server spent on it."""
    crowd.mark()
    before = _machine.processor_seconds(pids)
    crowd.all_at(tell_often(tell, times, pause))
    spent = _machine.processor_seconds(pids) - before
    heard = crowd.heard()
    late = [seconds * 1000 for seconds in heard["late"]]
    quantiles = {f"p{share}_ms": round(_machine.quantile(late, share / 100), 1) for share in (50, 95, 99)}
    return quantiles | {
        "us": round(spent * 1e6 / max(1, heard["deliveries"]), 1),
        "deliveries": heard["deliveries"],
        "entries": heard["entries"],
        "gaps": heard["gaps"],
    }


def sockets(own: Path, url: str, app: TransactionalFlask, count: int) -> Row:
    """Measure one number of sockets at one gateway."""
    with app.app_context(), unit_of_work():
        made = _live_room.make(count)
    tell = teller(app, made)
    port = free_port()
    with gateway(own, url, port, port) as process:
        pids = [process.pid]
        empty = _machine.memory_megabytes(pids)
        crowd = Crowd([port], f"localhost:{port}", made.topic, made.cookies)
        full = _machine.memory_megabytes(pids)
        row = Row("gateway", count, round(crowd.seconds, 1), round((full - empty) * 1000 / count, 1))
        row.broadcast = phase(crowd, pids, tell, ENTRIES, PAUSE)
        row.chat = phase(crowd, pids, tell, CHAT_SECONDS * CHAT_PER_SECOND, 1 / CHAT_PER_SECOND)
        row.lost = _lost(row.broadcast, ENTRIES, count) + _lost(
            row.chat, CHAT_SECONDS * CHAT_PER_SECOND, count
        )
        crowd.mark()
        kill(process)
    with gateway(own, url, port, port):
        last = tell_often(tell, AWAY_SECONDS * CHAT_PER_SECOND, 1 / CHAT_PER_SECOND)
        reached = crowd.all_at(last)
        heard = crowd.heard()
        back = heard["back"] or [0.0]
        row.back = {"p50_s": round(_machine.quantile(back, 0.5), 1), "last_s": round(max(back), 1), **reached}
        row.lost += heard["gaps"] + (last - reached["least"]) + (count - reached["present"])
        crowd.end()
    return row


def _lost(one: dict[str, float], entries: int, count: int) -> int:
    return int(entries * count - one["entries"] + one["gaps"])


def teller(app: TransactionalFlask, made: Made) -> Tell:
    """Return what writes an entry into the journal, in a transaction of its own."""

    def tell() -> int:
        at = time.monotonic()
        with app.app_context(), unit_of_work():
            webinar = db.session.get_one(Webinar, made.webinar_id)
            return journal.tell(webinar, "bench.said", {"t": at, "text": TEXT})

    return tell


def anchor(own: Path, count: int) -> Row:
    """Measure the same at Node's Socket.IO server."""
    port, number = free_port(), 0

    def tell() -> int:
        nonlocal number
        number += 1
        entry = [number, "bench.said", {"t": time.monotonic(), "text": TEXT}, "2026-11-22T10:00:00+00:00"]
        told = {"topic": "bench:1", "after": number - 1, "upto": number, "entries": [entry]}
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/", json.dumps(told).encode(), method="POST")
        urllib.request.urlopen(asked).read()
        return number

    with _running(own, dict(os.environ), ["node", str(ROOT / "bench/_anchor.mjs"), str(port)]) as process:
        wait_for_port(port)
        empty = _machine.memory_megabytes([process.pid])
        crowd = Crowd([port], f"localhost:{port}", "bench:1", [""] * count)
        full = _machine.memory_megabytes([process.pid])
        row = Row("node", count, round(crowd.seconds, 1), round((full - empty) * 1000 / count, 1))
        row.broadcast = phase(crowd, [process.pid], tell, ENTRIES, PAUSE)
        row.lost = _lost(row.broadcast, ENTRIES, count)
        crowd.end()
    return row


def wait_for_port(port: int) -> None:
    """Wait until something listens at a port."""
    for _ in range(200):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("Node's server did not start; see live.log")


# ------------------------------------------------------------------------------------------------ a session


@dataclass(slots=True)
class Acts:
    """What was done by HTTP, and how it was answered."""

    times: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Visitor:
    """Somebody's browser for pages and acts: one connection, one sign-in."""

    def __init__(self, port: int, public: int, cookie: str, base: str, acts: Acts) -> None:
        self._port, self._host, self._cookie, self._base, self._acts = (
            port,
            f"localhost:{public}",
            cookie,
            base,
            acts,
        )
        self._token = ""

    def ask(self, name: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask for something and keep how long it took; returns JSON where there is some."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Host": self._host, "Cookie": self._cookie, "X-CSRFToken": self._token,
                   "Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(8)}  # fmt: skip
        begun = time.monotonic()
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self._acts.times.setdefault(name, []).append((time.monotonic() - begun) * 1000)
        if answer.status != 200:
            self._acts.faults.append(f"{name} {answer.status} {text[:200]}")
        found = re.search(r'"csrf": "([^"]+)"', text)
        self._token = found[1] if found else self._token
        return dict(json.loads(text)) if text.startswith("{") else {}

    def enter(self) -> None:
        """Open the room's page, which gives the token that acts need."""
        self.ask("room page", "GET", self._base)

    def act(self, name: str, rest: str, body: object) -> dict[str, Any]:
        """Do something in the room."""
        return self.ask(name, "POST", f"{self._base}/{rest}", body)


def session(own: Path, url: str, app: TransactionalFlask, people: int, minutes: float) -> dict[str, Any]:
    """Hold a session and return what it cost and what was lost."""
    with app.app_context(), unit_of_work():
        made = _live_room.make(people)
    acts, public, port = Acts(), free_port(), free_port()
    web = ["gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{public}", "wsgi:app"]
    given = environment(own, url, public) | {"WEB_CONCURRENCY": "1"}
    with ExitStack() as stack:
        process = stack.enter_context(gateway(own, url, port, public, core=0))
        pages = stack.enter_context(_running(own, given, [sys.executable, "-m", *web]))
        stack.enter_context(_running(own, given, [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]))
        wait(public)
        crowd = Crowd([port], f"localhost:{public}", made.topic, made.cookies, beats=True)
        time.sleep(11)  # everybody has given a first sign
        begun = time.time()
        before = [_machine.processor_seconds([one.pid]) for one in (process, pages)]
        hold(public, made, acts, minutes * 60)
        spent = [
            _machine.processor_seconds([one.pid]) - was
            for one, was in zip((process, pages), before, strict=True)
        ]
        seconds = time.time() - begun
        time.sleep(12)
        with app.app_context(), unit_of_work():
            last = journal.last(db.session.get_one(Webinar, made.webinar_id))
        reached = crowd.all_at(last)
        heard = crowd.heard()
        crowd.end()
        with app.app_context(), unit_of_work():
            short = lost_seconds(made.webinar_id, people, begun, begun + seconds)
    return {
        "people": people, "minutes": minutes, "entries": last, "deliveries": heard["deliveries"],
        "gaps": heard["gaps"], "behind": last - reached["least"], "sockets_lost": heard["lost"],
        "beats_without_answer": heard["unanswered"], "attendance_seconds_lost": short,
        "gateway_core_share": round(spent[0] / seconds, 3), "web_core_share": round(spent[1] / seconds, 3),
        "http": {name: quantiles(times) for name, times in acts.times.items()},
        "faults": acts.faults[:20], "fault_count": len(acts.faults),
    }  # fmt: skip


def hold(public: int, made: Made, acts: Acts, seconds: float) -> None:
    """Let people chat, raise hands, vote and look at pages for some time, at an even pace."""
    base = f"/webinars/{made.public_id}/room"
    some = [Visitor(public, public, cookie, base, acts) for cookie in made.cookies[:40]]
    for one in some:
        one.enter()
    host, others = some[0], some[1:]
    end = time.monotonic() + seconds

    def chat() -> None:
        number = 0
        while time.monotonic() < end:
            others[number % len(others)].act(
                "chat", "chat/messages", {"text": f"{TEXT} {number}", "channel": "all"}
            )
            number += 1
            time.sleep(1 / CHAT_PER_SECOND)

    def hands() -> None:
        number = 0
        while time.monotonic() < end:
            others[number % len(others)].act("hand", "hands", {"up": number // len(others) % 2 == 0})
            number += 1
            time.sleep(0.5)

    def polls() -> None:
        while time.monotonic() < end:
            asked = {
                "kind": "single",
                "text": "Which comes first?",
                "options": ["Order", "Request"],
                "open": True,
            }
            poll = host.act("poll", "polls", asked).get("id")
            for one in others:
                one.act("vote", f"polls/{poll}/vote", {"choices": ["1"]})
                time.sleep(0.2)
            host.act("poll", f"polls/{poll}/closing", {})
            time.sleep(20)

    def look() -> None:
        while time.monotonic() < end:
            others[-1].ask("page", "GET", f"/webinars/{made.public_id}")
            time.sleep(0.5)

    threads = [Thread(target=work) for work in (chat, hands, polls, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def quantiles(times: list[float]) -> dict[str, float]:
    """Return how many there were and how long they took, in milliseconds."""
    shares = {f"p{share}_ms": round(_machine.quantile(times, share / 100), 1) for share in (50, 95, 99)}
    return {"count": len(times)} | shares


def lost_seconds(webinar_id: int, people: int, begun: float, ended: float) -> float:
    """Return how many seconds of anybody's presence between two moments are not in the record."""
    present = presence_of(webinar_id)
    window = (datetime.fromtimestamp(begun, UTC), datetime.fromtimestamp(ended, UTC))
    lost = 0.0
    for spans in present.values():
        whole = union(span for some in spans.values() for span in some)
        inside = [(max(begins, window[0]), min(ends, window[1])) for begins, ends in whole]
        there = length(span for span in inside if span[0] < span[1])
        lost += max(0.0, (window[1] - window[0] - there) / timedelta(seconds=1))
    return round(lost + (people - len(present)) * (ended - begun), 1)


def main(arguments: list[str]) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="./run bench live")
    parser.add_argument("--sockets", default="500,1000,5000")
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--no-anchor", action="store_true")
    asked = parser.parse_args(arguments)
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    rows: list[Row] = []
    with postgres.serve(var / "bench-postgres") as server:
        url = prepare(own, server)
        app = create_app(config.load({**os.environ, **environment(own, url, 8000)}))
        for count in [int(one) for one in asked.sockets.split(",") if one]:
            rows.append(sockets(own, url, app, count))
            say(str(rows[-1]))
            if not asked.no_anchor:
                rows.append(anchor(own, count))
                say(str(rows[-1]))
        held = session(own, url, app, asked.people, asked.minutes) if asked.minutes else None
        db.engine.dispose()
    if held is not None:
        say(json.dumps(held, indent=2))
    target = var / "bench" / "live.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    table = [{name: getattr(row, name) for name in Row.__slots__} for row in rows]
    whole = {"machine": _machine.busy(), "goal_us": GOAL_US, "rows": table, "session": held}
    target.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    say(f"\nWritten to {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
