"""What ``./run`` starts beside the web process: boot, then the job worker and the encoder of broadcasts.

Each is a child of one process that has loaded the platform and does nothing with it: they share its memory, and none
takes seconds to load it again. Boot is a child too, so that the memory it needed is given back.
"""

from __future__ import annotations

import gc

gc.disable()  # nothing of what is loaded here is ever let go: looking through it again and again costs a third

import ctypes
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy.orm import configure_mappers

from app.core import jobs
from app.factory import create_app
from app.webinars.media import broadcast, encoder

READY = b"ready"
_DIE_WITH_PARENT, _NAME = 1, 15  # prctl's
_system = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None


class Family:
    """The children of this process. SIGTERM is handed on to them."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._ends = False
        signal.signal(signal.SIGTERM, lambda _number, _frame: self._tell_to_end())

    def start(self, name: str, work: Callable[[], object], log: Path | None = None) -> None:
        """Let a child do ``work``; what it says goes to the end of ``log``, else where this process speaks."""
        sys.stdout.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        pid = os.fork()
        if pid == 0:
            _become(name, work, log)
        self._names[pid] = name
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def wait_for_one(self) -> tuple[str, int]:
        """Wait until any child has ended and return its name and exit status (negative: by that signal)."""
        pid, status = os.wait()
        return self._names.pop(pid), os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """End all children that are left."""
        self._tell_to_end()
        while self._names:
            self.wait_for_one()

    def is_ending(self) -> bool:
        """Whether the children have been told to end."""
        return self._ends

    def _tell_to_end(self) -> None:
        if not self._ends:
            self._ends = True
            for pid in list(self._names):
                os.kill(pid, signal.SIGTERM)


def _become(name: str, work: Callable[[], object], log: Path | None) -> NoReturn:
    """Do a child's work and end this process, whatever happens."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        if _system is not None:
            _system(_DIE_WITH_PARENT, signal.SIGTERM)
            _system(_NAME, f"ctlp-{name}".encode())
        if log is not None:
            with log.open("ab") as sink:
                os.dup2(sink.fileno(), 1)
                os.dup2(sink.fileno(), 2)
        work()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _boot() -> None:
    """Run ``flask boot``, which loads what is needed once only: migrations, the demo world."""
    sys.argv = ["flask", "--app", "wsgi", "boot"]
    runpy.run_module("flask", run_name="__main__", alter_sys=True)


def main(logs: Path, sayer: int) -> int:
    """Boot, then run worker and encoder until stopped, or until one of them has ended (status 1).

    ``sayer`` is the number of a pipe's end, which gets the word ready when boot is done.
    """
    app = create_app()
    with app.app_context():
        ffmpeg = broadcast.program()
    configure_mappers()
    gc.freeze()
    gc.enable()
    family = Family()
    family.start("boot", _boot)
    _name, status = family.wait_for_one()
    if status or family.is_ending():
        return abs(status)
    os.write(sayer, READY)
    os.close(sayer)
    family.start("worker", lambda: jobs.work(app), logs / "worker.log")
    if ffmpeg is not None:
        family.start("encoder", lambda: _encode(app, ffmpeg), logs / "encoder.log")
    name, status = family.wait_for_one()
    asked = family.is_ending()
    if not asked:
        click.echo(f"The {name} ended (status {status}).")
    family.end()
    return 0 if asked else 1


def _encode(app: Flask, ffmpeg: str) -> None:
    with app.app_context():
        encoder.run(ffmpeg)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
