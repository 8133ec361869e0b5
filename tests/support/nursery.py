"""A process that loaded the platform once and bears the programs of tests: a fork takes milliseconds.

``python -m tests.support.nursery`` reads one order a line and answers each with one line. What it bears runs a module
as ``python -m`` would, in the order's environment, in a process group of its own; it ends with the nursery.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import flask.cli

import app.cli
import app.factory

ROOT = Path(__file__).resolve().parents[2]
LOADED = (app.cli, app.factory, flask.cli)
_LOOK_EVERY = 0.02
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Born:
    """A program that a nursery has borne: of a ``Popen`` what tests of servers need."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status (negative: by that signal), None while it runs."""
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended and return its exit status. Raises TimeoutExpired."""
        end = time.monotonic() + timeout if timeout is not None else None
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(_LOOK_EVERY)
        return status


class Nursery:
    """The tests' end of a nursery."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        atexit.register(self._leave)

    def bear(self, module: str, words: Sequence[str], environment: Mapping[str, str], log: Path) -> Born:
        """Start ``python -m module words``; what it says goes to the end of ``log``."""
        order = {"module": module, "words": list(words), "environment": dict(environment), "log": str(log)}
        return Born(self, self.ask(**order))

    def ask(self, **order: Any) -> Any:
        """Send an order and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        return json.loads(self._process.stdout.readline())

    def _leave(self) -> None:
        self._process.communicate()


@cache
def nursery() -> Nursery:
    """Return the nursery of this process; it ends when this process does."""
    return Nursery()


# ------------------------------------------------------------------------------------------------ the other end


def main() -> None:
    """Serve orders until nobody can send any more."""
    gc.collect()
    gc.freeze()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        order = json.loads(line)
        answer = _look(order["poll"], ended) if "poll" in order else _bear(order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _look(pid: int, ended: dict[int, int]) -> int | None:
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended.get(pid)


def _bear(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: dict[str, Any]) -> NoReturn:
    status = 1
    try:
        os.setsid()
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
        with Path(order["log"]).open("ab") as sink, Path(os.devnull).open("rb") as nothing:
            for source, target in ((nothing, 0), (sink, 1), (sink, 2)):
                os.dup2(source.fileno(), target)
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = [order["module"], *order["words"]]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1 if error.code else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
