"""``./run``: set everything up, start the parts, say where they are, stop all of it together."""

from __future__ import annotations

import ctypes
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from tooling import embedded, place
from tooling.console import Failed, complain, say, step, tail
from tooling.place import PYTHON, ROOT
from tooling.prepare import end_programs, prepare

GRACE = 20.0  # seconds that web and worker get to finish what they do
STARTING = 120.0  # seconds that they get to answer for the first time
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Stopped(BaseException):
    """Raised in the main thread by Ctrl-C and SIGTERM."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running part of the platform, in a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def start() -> int:
    """Run the platform until Ctrl-C, SIGTERM or the death of a part; returns the exit status. Raises Failed."""
    host, port = _address()
    begun = time.monotonic()
    _listen_for_signals()
    try:
        with _only_one(host, port):
            _port_must_be_free(host, port)
            prepare()
            with embedded.database() as environment:
                return _run_all(host, port, begun, environment)
    except Stopped:
        end_programs()
        say("Stopped before the start was complete.")
        return 130


def _run_all(host: str, port: int, begun: float, environment: dict[str, str]) -> int:
    """Start everything at once: the web process loads the platform while the other one boots, and waits for it."""
    programs: list[Program] = []
    try:
        with _pipe() as (gate, _opener), _pipe() as (said, sayer):
            with _interruptions_wait():
                programs.append(_background(environment, sayer.fileno()))
                sayer.close()
                programs.append(_web(host, port, environment, gate.fileno()))
            _wait_until_booted(said, programs[0])
        _wait_until_healthy(host, port, programs)
        _welcome(port, time.monotonic() - begun)
        return _watch(programs)
    finally:
        _end(programs)


@contextmanager
def _pipe() -> Iterator[tuple[FileIO, FileIO]]:
    """A pipe's two ends, to read from and to write to; both are closed at the end."""
    outlet, inlet = os.pipe()
    with FileIO(outlet, "r") as reading, FileIO(inlet, "w") as writing:
        yield reading, writing


# ---------------------------------------------------------------------------------------------------- parts


def _background(environment: dict[str, str], sayer: int) -> Program:
    """Start what boots and then is worker and encoder; ``sayer`` is where it says that boot is done."""
    command: list[str | Path] = [
        PYTHON, ROOT / "background.py", place.log("worker.log").parent, str(sayer),
    ]  # fmt: skip
    return _launch("worker", command, environment, sayer, speaks=True)


def _web(host: str, port: int, environment: dict[str, str], gate: int) -> Program:
    shown = f"[{host}]" if ":" in host else host
    command: list[str | Path] = [
        PYTHON, "-m", "gunicorn", "--config", ROOT / "deploy" / "gateway.conf.py", "--bind", f"{shown}:{port}",
        "gateway:app",
    ]  # fmt: skip
    return _launch("web", command, {**environment, "START_GATE": str(gate)}, gate)


def _launch(
    name: str, command: list[str | Path], environment: dict[str, str], pipe: int, *, speaks: bool = False
) -> Program:
    """Start a program that gets one end of a pipe; unless it ``speaks`` here, what it says goes into its log."""
    log = place.log(f"{name}.log")
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env={"MALLOC_ARENA_MAX": "2", **environment},
            stdin=subprocess.DEVNULL, stdout=None if speaks else sink, stderr=None if speaks else sink,
            pass_fds=(pipe,), start_new_session=True, preexec_fn=_at_birth(),  # noqa: PLW1509 - no other thread runs any more
        )  # fmt: skip
    return Program(name, process, log)


def _at_birth() -> Callable[[], None]:
    """Return what a child does before its program: take signals again, and get SIGTERM when this process is killed -9.

    The second is Linux only.
    """
    prctl = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None

    def prepare_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if prctl is not None:
            prctl(_DIE_WITH_PARENT, signal.SIGTERM)

    return prepare_child


def _wait_until_booted(said: FileIO, background: Program) -> None:
    """Wait until the database is ready. Raises Failed."""
    if not said.read(16):  # nobody is left who could say anything
        background.process.wait()
        raise Failed("The database could not be prepared (see above).")


def _wait_until_healthy(host: str, port: int, programs: list[Program]) -> None:
    answer = ""
    end = time.monotonic() + STARTING
    with step("Web and worker"):
        while time.monotonic() < end:
            _check_alive(programs)
            status, answer = _health(host, port)
            if status == 200:
                return
            time.sleep(0.1)
    raise Failed(f"The platform does not become healthy: {answer or 'no answer'}\n{tail(programs[-1].log)}")


def _health(host: str, port: int) -> tuple[int, str]:
    """Return status and body of /health; status 0 while nobody listens. No proxy of the environment is asked."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=10)
    try:
        connection.request("GET", "/health", headers={"Host": _public_host(port)})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace").strip()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _watch(programs: list[Program]) -> int:
    try:
        while True:
            _check_alive(programs)
            time.sleep(0.5)
    except Failed as error:
        complain(str(error))
        return 1
    except Stopped:
        say("\nStopping")
        return 0


def _check_alive(programs: list[Program]) -> None:
    for program in programs:
        status = program.process.poll()
        if status is not None:
            end = f"The end of {program.log}:\n{tail(program.log)}"
            raise Failed(f"The {program.name} process ended (status {status}); everything stops. {end}")
    if not os.environ.get("DATABASE_URL") and not embedded.alive():
        raise Failed(
            f"PostgreSQL ended; everything stops. The end of its log:\n{tail(embedded.folder() / 'server.log')}"
        )


def _end(programs: list[Program]) -> None:
    """End the programs and whatever they started; from here on further signals wait."""
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, signal.SIG_IGN)
    for program in programs:
        program.process.terminate()  # which hands it on to its own
    end = time.monotonic() + GRACE
    for program in programs:
        try:
            program.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            complain(f"The {program.name} process does not finish; it is cut off.")
        _signal_group(program, signal.SIGKILL)
        program.process.wait()


def _signal_group(program: Program, request: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody left in it (macOS says so by refusing)
        os.killpg(program.process.pid, request)


# ----------------------------------------------------------------------------------------- before the start


def _address() -> tuple[str, int]:
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Failed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return host, int(text)


def _port_must_be_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Failed(f"HOST is no address of this machine: {host!r} ({error.strerror}).") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise Failed(f"Port {port} needs more rights. Choose another one: PORT=8000 ./run") from None
        except OSError as error:
            raise Failed(
                f"Port {port} on {host} is taken ({error.strerror}). Choose another one: PORT={port + 1} ./run"
            ) from None


@contextmanager
def _only_one(host: str, port: int) -> Iterator[None]:
    """Hold var/ for this run; a second ./run on the same var is told who has it."""
    place.var().mkdir(parents=True, exist_ok=True)
    with (place.var() / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "starting"
            raise Failed(
                f"The platform already runs on {place.var()} ({holder}). "
                "Stop it first, or give this one a folder of its own: CTLP_VAR=… ./run"
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, {_public_url(port)}")
        file.flush()
        yield
        file.truncate(0)


def _public_url(port: int) -> str:
    return (os.environ.get("PUBLIC_URL") or f"http://localhost:{port}").rstrip("/")


def _public_host(port: int) -> str:
    return urlsplit(_public_url(port)).netloc


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _welcome(port: int, seconds: float) -> None:
    say(f"\nReady after {seconds:.1f} s: {_public_url(port)}")
    accounts = place.var() / "demo-accounts.json"
    if accounts.exists():
        try:
            roles = ", ".join(
                sorted({entry["role"].replace("_", " ") for entry in json.loads(accounts.read_text("utf-8"))})
            )
            say(f"Demo sign-ins ({roles}): {accounts}")
        except (ValueError, KeyError, PermissionError):
            say(f"Demo sign-ins: {accounts}")
    say(f"Logs: {place.var() / 'log'}. Ctrl-C stops everything.")


# -------------------------------------------------------------------------------------------------- signals


def _listen_for_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, stop)


@contextmanager
def _interruptions_wait() -> Iterator[None]:
    """Hold signals back while children are started, so that none is started and then forgotten."""
    wanted = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, wanted)
