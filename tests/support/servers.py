"""The platform as it runs for people: a web process, a worker, a database of their own, on a free port."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.cast import Credentials
from tests.support import databases
from tests.support.databases import ROOT
from tests.support.nursery import Born, nursery

STARTING_SECONDS = 60.0
_GROUP_SIGNALS = {"stop": signal.SIGTERM, "kill": signal.SIGKILL}


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running platform; parts can be killed and started again."""

    database_url: str
    var: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    application: str = "gateway:app"
    _parts: dict[str, subprocess.Popen[bytes] | Born] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address a browser opens."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every part, and of commands that tests run beside them."""
        return {
            **os.environ,
            "CTLP_ENV": "test",
            "CTLP_VAR": str(self.var),
            "DATABASE_URL": self.database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "RATE_LIMITS": "false",
            **self.settings,
        }

    def start(self) -> None:
        """Start both parts and wait until they answer."""
        self.start_web()
        self.start_worker()
        self.wait()

    def start_web(self) -> None:
        """Start the web part, pages and sockets as ./run serves them, on the same port as ever."""
        self.start_gateway("web", self.port)

    def start_gateway(self, name: str, port: int) -> None:
        """Start one more process like the web part, under a name and a port of its own."""
        self._start(
            name,
            "gunicorn",
            "--config",
            "deploy/gateway.conf.py",
            "--bind",
            f"127.0.0.1:{port}",
            self.application,
        )

    def start_worker(self) -> None:
        """Start the job worker."""
        self._bear("worker", "worker")

    def start_encoder(self) -> None:
        """Start what makes broadcasts of live rooms."""
        self._bear("encoder", "webinars", "encode")

    def kill(self, part: str) -> None:
        """End a part (``web``, ``worker``, a gateway's name) as kill -9 does, its children too."""
        self._end(part, "kill")

    def stop(self) -> None:
        """Stop what still runs, all at once."""
        for part in self._parts.values():
            _signal_group(part.pid, signal.SIGTERM)
        for name in list(self._parts):
            self._end(name, "stop")

    def wait(self, path: str = "/health", port: int = 0) -> None:
        """Wait until ``path`` answers 200, at ``port`` (0: the web part's). Raises AssertionError with the log."""
        end = time.monotonic() + STARTING_SECONDS
        answer: object = None
        while time.monotonic() < end:
            ended = [name for name, part in self._parts.items() if part.poll() is not None]
            assert not ended, f"{ended} ended:\n{self.log(ended[0])}"
            answer = self._get(path, port or self.port)
            if answer == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.url}{path} answers {answer}:\n{self.log('web')}\n{self.log('worker')}")

    def command(self, *words: str) -> str:
        """Run ``flask WORDS`` beside the server and return what it printed. Raises CalledProcessError."""
        return self._run("flask", "--app", "wsgi", *words)

    def cast(self, *names: str) -> list[Credentials]:
        """Make people of the cast in this server's database and return what they sign in with."""
        said = self._run("tests.cast", *names)
        return [Credentials(**one) for one in json.loads(said.splitlines()[-1])]

    def log(self, part: str) -> str:
        """Return what a part has written."""
        path = self.var / f"{part}.log"
        return path.read_text("utf-8", errors="replace")[-6000:] if path.exists() else ""

    def _get(self, path: str, port: int) -> int | str:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            try:
                connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
                return connection.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                return str(error)

    def _start(self, name: str, module: str, *arguments: str) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / f"{name}.log").open("ab") as sink:
            self._parts[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                start_new_session=True,
            )  # fmt: skip

    def _bear(self, name: str, *words: str) -> None:
        """Start a part that is a command, by the nursery."""
        self.var.mkdir(parents=True, exist_ok=True)
        log = self.var / f"{name}.log"
        self._parts[name] = nursery().bear("flask", ["--app", "wsgi", *words], self.environment, log)

    def _run(self, module: str, *words: str) -> str:
        """Run a module by the nursery and return what it printed. Raises CalledProcessError."""
        with tempfile.NamedTemporaryFile() as said:
            status = nursery().bear(module, words, self.environment, Path(said.name)).wait()
            printed = Path(said.name).read_text("utf-8")
        if status:
            raise subprocess.CalledProcessError(status, [module, *words], printed)
        return printed

    def _end(self, name: str, how: str) -> None:
        part = self._parts.pop(name, None)
        if part is None:
            return
        _signal_group(part.pid, _GROUP_SIGNALS[how])
        with suppress(subprocess.TimeoutExpired):
            part.wait(20)
        _signal_group(part.pid, signal.SIGKILL)
        part.wait()


@contextmanager
def running(var: Path, settings: Mapping[str, str], application: str = "gateway:app") -> Iterator[Server]:
    """Start a platform with settings of its own on a database of its own; both are gone afterwards."""
    url = databases.clone_database()
    server = Server(url, var, settings=dict(settings), application=application)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        databases.drop_database(url)


def _signal_group(pid: int, request: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, request)
