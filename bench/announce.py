"""How fast an announcement reaches 200 listeners, and what a delivery costs.

One gateway process as ``./run`` starts it, one process of listeners, one that announces: each announcement is a
transaction of its own, its time counted from before it begins until a listener has the frame in hands. Goal: 100 ms at
the 95th percentile on a quiet machine.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from sqlalchemy import insert

import config
from app.accounts import actions as people
from app.accounts.models import WebSession
from app.accounts.sessions import digest
from app.core import clock, postgres
from app.core.database import db, unit_of_work
from app.factory import create_app
from app.live import actions
from bench import _machine
from bench.pages import ROOT, config_url, environment, free_port, say, wait

LISTENERS, ANNOUNCEMENTS, PAUSE = 200, 200, 0.05
GOAL_MS = 100.0


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured; times in milliseconds, processor time in microseconds."""

    listeners: int
    announcements: int
    deliveries: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    gateway_us: float
    kilobytes_a_socket: float

    def __str__(self) -> str:
        return (
            f"{self.announcements} announcements to {self.listeners} listeners, {self.deliveries} deliveries\n"
            f"p50 {self.p50_ms} ms   p95 {self.p95_ms} ms   p99 {self.p99_ms} ms   goal {GOAL_MS} ms at p95\n"
            f"gateway: {self.gateway_us} µs of processor a delivery, {self.kilobytes_a_socket} kB a socket"
        )


def measure(
    address: str,
    cookie: str,
    topic: str,
    announce: Callable[[], int],
    gateway: list[int],
    listeners: int = LISTENERS,
    announcements: int = ANNOUNCEMENTS,
) -> Result:
    """Let ``listeners`` follow ``topic`` at ``address``, announce, and return how it went.

    ``announce`` commits one announcement and returns its number; ``gateway`` are the process ids to charge.
    """
    empty = _machine.memory_megabytes(gateway)
    command = [sys.executable, "-m", "bench._listeners", address, cookie, topic, str(listeners)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as crowd:
        assert crowd.stdin is not None
        assert crowd.stdout is not None
        assert crowd.stdout.readline() == "following\n", "the listeners were not let in"
        full = _machine.memory_megabytes(gateway)
        before = _machine.processor_seconds(gateway)
        begun: dict[int, float] = {}
        for _ in range(announcements):
            at = time.monotonic()
            begun[announce()] = at
            time.sleep(PAUSE)
        time.sleep(1)
        spent = _machine.processor_seconds(gateway) - before
        heard = json.loads(crowd.communicate()[0])
    late = [(at - begun[int(number)]) * 1000 for number, times in heard.items() for at in times]
    assert len(late) == listeners * announcements, f"{len(late)} of {listeners * announcements} arrived"
    p50, p95, p99 = (round(_machine.quantile(late, share), 1) for share in (0.5, 0.95, 0.99))
    return Result(
        listeners, announcements, len(late), p50, p95, p99,
        round(spent * 1e6 / len(late), 1), round((full - empty) * 1000 / listeners, 1),
    )  # fmt: skip


@contextmanager
def platform(own: Path, url: str) -> Iterator[tuple[str, list[int]]]:
    """Run gateway and worker; gives the address and the gateway's process ids."""
    port = free_port()
    given = environment(own, url, port) | {"LIVE_MAX_SOCKETS_PER_PERSON": "1000"}
    bind = ["--bind", f"127.0.0.1:{port}"]
    commands = (
        ["gunicorn", "--config", "deploy/gateway.conf.py", *bind, "gateway:app"],
        ["flask", "--app", "wsgi", "worker"],
    )
    with ExitStack() as stack, (own / "bench.log").open("ab") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=given, stdout=log, stderr=log)
            for words in commands
        ]
        for process in running:
            stack.callback(process.wait)
            stack.callback(process.terminate)
        wait(port)
        yield f"http://localhost:{port}", [running[0].pid]


def prepare(own: Path, url: str) -> str:
    """Return the address of a new database with the schema and nothing else."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_live WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_live")
    made = config_url(url, "bench_live")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=environment(own, made, 8000), check=True, stdout=subprocess.DEVNULL)
    return made


def sign_in() -> tuple[int, str]:
    """Make a person and return their number and the cookie of a sign-in."""
    profile = {
        "country": "KE",
        "profession": "judge",
        "institution": "Court",
        "legal_system": "common",
        "reason": "-",
    }
    names = {
        "email": "listener@bench.example",
        "given_name": "Lia",
        "family_name": "Stener",
        "language": "en",
    }
    person = people.create_person(None, **names, **profile, zone="UTC")
    assert person is not None
    people.approve(None, person)
    token, now = secrets.token_urlsafe(32), clock.now()
    row: dict[str, object] = {"token_digest": digest(token), "user_id": person.id, "signed_in_at": now,
           "created_at": now, "last_seen_at": now, "public_id": secrets.token_urlsafe(16), "data": {}}  # fmt: skip
    db.session.execute(insert(WebSession).values(row))
    return person.id, f"ctlp={token}"


def main() -> None:
    """Measure, print, write."""
    var = config.load().var
    own = var / "bench-var"
    own.mkdir(parents=True, exist_ok=True)
    say(f"Machine: {_machine.busy()}")
    with postgres.serve(var / "bench-postgres") as server:
        url = prepare(own, server)
        app = create_app(config.load({**os.environ, **environment(own, url, 8000)}))
        with app.app_context(), unit_of_work():
            number, cookie = sign_in()
        topic = f"person:{number}"

        def announce() -> int:
            with app.app_context(), unit_of_work():
                return actions.announce(topic)

        with platform(own, url) as (address, gateway):
            result = measure(address, cookie, topic, announce, gateway)
        db.engine.dispose()
    say(str(result))
    target = var / "bench" / "announce.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"machine": _machine.busy(), **asdict(result)}, indent=2), "utf-8")
    say(f"\nWritten to {target}")


if __name__ == "__main__":
    main()
