"""``./run`` as a whole: first start, second start, Ctrl-C, and the death of parts."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.core import postgres
from tests.setup.test_postgres import python_for_everybody
from tests.support.databases import ROOT
from tests.support.servers import free_port

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

FIRST_START_SECONDS = 120.0
SECOND_START_SECONDS = 5.0
LOAD = 4.0  # other tests run beside this one; `./run bench start` measures


class Platform:
    """A ./run of a test's own."""

    def __init__(self, var: Path, root: Path = ROOT, python: str = sys.executable, **options: object) -> None:
        self.var, self.port, self.root, self.python, self.options = var, free_port(), root, python, options
        self.output = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 180.0) -> float:
        """Start it, wait until it says it is ready, and return after how many seconds it says so."""
        environment = {**os.environ, "CTLP_VAR": str(self.var), "PORT": str(self.port)}
        for name in ("DATABASE_URL", "CTLP_ENV", "PUBLIC_URL", "HOST", "PYTHONPATH"):
            environment.pop(name, None)
        self.var.parent.mkdir(parents=True, exist_ok=True)
        log = self.var.parent / "run.log"
        with log.open("wb") as sink:
            self.process = subprocess.Popen(
                [self.python, str(self.root / "run")], cwd="/", env=environment | {"HOME": str(self.var.parent)},
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, **self.options,  # type: ignore[call-overload]
            )  # fmt: skip
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.output = log.read_text("utf-8")
            ready = re.search(r"Ready after ([\d.]+) s: http://localhost:(\d+)", self.output)
            if ready:
                assert int(ready[2]) == self.port
                return float(ready[1])
            assert self.process.poll() is None, self.output
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.output}")

    def end(self, request: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit status."""
        assert self.process is not None
        self.process.send_signal(request)
        return self.process.wait(60)

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
        response = connection.getresponse()
        status, text = response.status, response.read().decode()
        connection.close()
        return status, text

    def people(self) -> int:
        """Return how many accounts there are."""
        url = postgres.address(self.var / "postgres")
        assert url is not None
        with psycopg.connect(url) as connection:
            row = connection.execute('SELECT count(*) FROM "user"').fetchone()
        return int(row[0]) if row else 0

    def pids(self, part: str) -> list[int]:
        """Return the processes of a part: those of this environment whose command line or own name names it."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                    words += (entry / "comm").read_text()
                    ours = f"CTLP_VAR={self.var}".encode() in (entry / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if part in words and (ours or str(self.var) in words):
                    found.append(int(entry.name))
        return found

    def clear(self) -> None:
        """Remove whatever a test left running."""
        for pid in self.pids(""):
            if pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
        postgres.stop(self.var / "postgres")

    def nothing_left(self) -> bool:
        """Whether no process of this platform lives."""
        own = {self.process.pid} if self.process else set()
        return not (set(self.pids("")) - own - {os.getpid()}) and not postgres.is_running(
            self.var / "postgres"
        )


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that was started once and stopped by Ctrl-C."""
    platform = Platform(tmp_path_factory.mktemp("prepared") / "var with space")
    platform.start()
    assert platform.get("/health")[0] == 200
    assert platform.end() == 0
    yield platform
    postgres.destroy(platform.var / "postgres")


@pytest.fixture
def platform(prepared: Platform) -> Iterator[Platform]:
    """The prepared platform, running; whatever the test leaves of it is removed."""
    prepared.start()
    yield prepared
    prepared.clear()


def test_first_start_says_where_things_are(prepared: Platform) -> None:
    accounts = prepared.var / "demo-accounts.json"
    assert str(accounts) in prepared.output
    assert accounts.stat().st_mode & 0o777 == 0o600
    roles = {entry["role"] for entry in json.loads(accounts.read_text("utf-8"))}
    assert {
        "practitioner",
        "trainer",
        "expert",
        "room_manager",
        "focal_point",
        "reporting_officer",
        "administrator",
    } <= roles
    assert prepared.nothing_left()


@pytest.mark.parametrize("request_", [signal.SIGINT, signal.SIGTERM])
def test_second_start_is_quick_and_everything_stops_together(
    platform: Platform, request_: signal.Signals
) -> None:
    seconds = re.search(r"Ready after ([\d.]+) s", platform.output)
    assert seconds is not None
    assert float(seconds[1]) < SECOND_START_SECONDS * LOAD
    assert json.loads(platform.get("/health")[1])["status"] == "ok"
    assert platform.pids("gunicorn")
    assert platform.pids("worker")
    assert platform.end(request_) == 0
    assert platform.nothing_left()


@pytest.mark.parametrize("part", ["gunicorn", "background.py", "ctlp-worker"])
def test_death_of_a_part_stops_all_and_is_said(platform: Platform, part: str) -> None:
    os.kill(min(platform.pids(part)), signal.SIGKILL)
    assert platform.process is not None
    assert platform.process.wait(60) == 1
    assert platform.nothing_left()


def test_death_of_the_database_stops_all(platform: Platform) -> None:
    os.kill(
        int((postgres._data(platform.var / "postgres") / "postmaster.pid").read_text().split()[0]),
        signal.SIGKILL,
    )
    assert platform.process is not None
    assert platform.process.wait(60) == 1
    wait_until(platform.nothing_left)


def test_recovers_from_kill_of_everything(platform: Platform) -> None:
    people = platform.people()
    assert people > 0
    for pid in platform.pids(""):
        if pid != os.getpid():
            os.kill(pid, signal.SIGKILL)
    assert platform.process is not None
    platform.process.wait()
    platform.start()
    assert platform.get("/health")[0] == 200
    assert platform.people() == people
    assert platform.end() == 0


def test_parts_do_not_outlive_a_killed_run(platform: Platform) -> None:
    assert platform.process is not None
    platform.process.kill()
    platform.process.wait()
    wait_until(lambda: not platform.pids("gunicorn") and not platform.pids("worker"))
    platform.start()
    assert platform.end() == 0
    assert platform.nothing_left()


def test_commands_share_the_running_server(platform: Platform) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run"), "flask", "access"], capture_output=True, text=True, check=True,
        env={**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, "CTLP_VAR": str(platform.var)},
    )  # fmt: skip
    assert "/health" in done.stdout
    assert platform.get("/health")[0] == 200
    assert platform.end() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_first_start_from_nothing_as_an_ordinary_user() -> None:
    """A copy of the sources at a very long path with a space, empty caches, an account without rights."""
    nobody = pwd.getpwnam("nobody")
    account: dict[str, object] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    base = Path(tempfile.mkdtemp(prefix="ctlp-first-", dir="/tmp"))
    try:
        root = base / "a place with spaces" / ("long-" * 12) / ("longer-" * 12) / "ctlp"
        copy_sources(root)
        subprocess.run(["chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", str(base)], check=True)
        platform = Platform(root / "var", root, python_for_everybody(nobody), **account)
        try:
            seconds = platform.start(FIRST_START_SECONDS * LOAD)
            assert seconds < FIRST_START_SECONDS * LOAD, platform.output
            assert (root / "var" / "postgres" / "data").stat().st_uid == nobody.pw_uid
            assert platform.end() == 0
            assert platform.start() < SECOND_START_SECONDS * LOAD
            assert platform.end() == 0
            assert platform.nothing_left()
        finally:
            platform.clear()
    finally:
        shutil.rmtree(base)


def copy_sources(root: Path) -> None:
    """Copy what git has, or would take, to ``root``."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in filter(None, listing.decode().split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
