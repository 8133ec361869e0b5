"""kill -9 of web, worker and database while people write: what was acknowledged is there, nothing is half-written."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core import postgres
from tests.support.servers import Server
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
PEOPLE = ("owner", "member", "practitioner", "outsider")
COURSE = "/courses/electronic-evidence"
ROUNDS = 3


@dataclass
class Place:
    """A platform on a database server of its own, so that the server may be killed."""

    folder: Path
    server: Server

    def kill_database(self) -> None:
        """End every process of the database server as a power cut does, then start it again."""
        mine = [
            one
            for one in psutil.process_iter(["cmdline"])
            if str(self.folder) in " ".join(one.info["cmdline"] or [])
        ]
        for postmaster in mine:
            for process in [postmaster, *postmaster.children(recursive=True)]:
                os.kill(process.pid, signal.SIGKILL)
        postgres.start(self.folder)

    def kill(self, part: str) -> None:
        """End one part and start it again."""
        if part == "database":
            self.kill_database()
            return
        self.server.kill(part)
        self.server.start_web() if part == "web" else self.server.start_worker()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "postgres"
    server = Server(postgres.start(folder), tmp_path / "var")
    server.var.mkdir()
    try:
        server.command("upgrade")
        server.command("content", "sync")
        server.start()
        yield Place(folder, server)
    finally:
        server.stop()
        postgres.destroy(folder)


@dataclass
class Writer:
    """One person who enrols and withdraws again and again, counting what was acknowledged."""

    visitor: Visitor
    acknowledged: int = 0
    unsure: int = 0
    faults: list[str] = field(default_factory=list)

    def work(self, until: threading.Event) -> None:
        """Write until told to stop; a lost line or a busy platform is tried again, as people do."""
        steps = ("enrolment", "withdrawal")
        place = 0
        while not until.is_set():
            try:
                answer = self.visitor.submit(COURSE, f"{COURSE}/{steps[place % 2]}")
            except (OSError, AssertionError):  # no line, or the page offers the other step: look again
                self.unsure += 1
                place = self._step()
                time.sleep(0.1)
                continue
            if answer.status == 200:
                self.acknowledged += 1
                place += 1
            else:
                self.unsure += 1
                if answer.status != 503:
                    self.faults.append(f"{answer.status} from {answer.url}")
                place = self._step()

    def _step(self) -> int:
        """Find out from the page what comes next."""
        try:
            return 1 if f'action="{COURSE}/withdrawal"' in self.visitor.get(COURSE).text else 0
        except OSError:
            return 0


def facts_of(url: str) -> list[tuple[str, list[str], str]]:
    """Return per person their e-mail, their verbs in order, and the state of their enrolment."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            """SELECT u.email, array_agg(f.verb ORDER BY f.id), max(e.state) FROM fact f
               JOIN learner_account l ON l.learner_key = f.learner_key JOIN "user" u ON u.id = l.user_id
               JOIN enrolment e ON e.user_id = u.id WHERE f.verb IN ('enrolled', 'withdrawn') GROUP BY u.email"""
        ).fetchall()


@pytest.mark.parametrize("part", ["web", "worker", "database"])
def test_what_was_acknowledged_survives(place: Place, part: str) -> None:
    writers = []
    for who in place.server.cast(*PEOPLE):
        writers.append(Writer(Visitor(place.server.url)))
        writers[-1].visitor.sign_in(who)
    over = threading.Event()
    threads = [threading.Thread(target=writer.work, args=(over,)) for writer in writers]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        time.sleep(2)
        place.kill(part)
        place.server.wait()
    time.sleep(2)
    over.set()
    for thread in threads:
        thread.join()

    acknowledged, unsure = sum(one.acknowledged for one in writers), sum(one.unsure for one in writers)
    rows = facts_of(place.server.database_url)
    written = sum(len(verbs) for _, verbs, _ in rows)
    assert acknowledged > 20
    assert acknowledged <= written <= acknowledged + unsure
    for email, verbs, state in rows:
        assert verbs == ["enrolled", "withdrawn"] * (len(verbs) // 2) + ["enrolled"] * (len(verbs) % 2), email
        assert state == ("active" if verbs[-1] == "enrolled" else "withdrawn"), email
    assert [fault for one in writers for fault in one.faults if part != "database"] == []
    place.server.command("records", "check")
    wait_until_sealed(place.server.database_url)
    assert "ok" in place.server.command("audit", "verify").lower()


def wait_until_sealed(url: str) -> None:
    """Wait until the worker has sealed every audit entry."""
    for _ in range(300):
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT count(*) FROM audit_entry WHERE seq IS NULL").fetchone()
        if found == (0,):
            return
        time.sleep(0.2)
    raise AssertionError("entries stay unsealed")
