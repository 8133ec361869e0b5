"""Programs that read strangers' files run here: with limits of their own, without network where the system allows it.

Such a program gets a folder, a task on standard input, and nothing of the application: no secret, no database, no
environment. Whatever it does, it ends: by itself, by a limit, or killed with everything it started.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PARSER = Path(__file__).resolve().parent / "parser"
_MAX_OUTCOME = 64_000_000
_GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of processor and of time, megabytes of memory and of one written file, whether threads are needed."""

    cpu: int
    seconds: int
    memory_mb: int = 2_000
    file_mb: int = 1_000
    threads: bool = False


EXAMINING = Limits(cpu=60, seconds=120)
DRAWING = Limits(cpu=60, seconds=90)
CONVERTING = Limits(cpu=120, seconds=180, memory_mb=6_000, file_mb=500, threads=True)


class Exceeded(RuntimeError):
    """The program was stopped by a limit, or ended without an outcome."""


def run(task: str, given: dict[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    """Run a task of the parser in ``folder`` and return its outcome, plain values to be looked at before they are used.

    Raises Exceeded.
    """
    program = [sys.executable, "-I", str(_PARSER / "child.py"), task]
    confined(program, folder, limits, json.dumps(given).encode())
    outcome = folder / "outcome.json"
    if not outcome.is_file() or outcome.stat().st_size > _MAX_OUTCOME:
        raise Exceeded("no outcome")
    try:
        found = json.loads(outcome.read_bytes())
    except ValueError:
        raise Exceeded("an outcome that cannot be read") from None
    finally:
        outcome.unlink()
    if not isinstance(found, dict):
        raise Exceeded("an outcome of another form")
    return found


def confined(program: Sequence[str], folder: Path, limits: Limits, given: bytes = b"") -> None:
    """Run a program with ``folder`` as its home; what it says is thrown away. Raises Exceeded unless it ends well."""
    numbers = [str(one) for one in (limits.cpu, limits.memory_mb, limits.file_mb, int(limits.threads))]
    launcher = [sys.executable, "-I", "-S", str(_PARSER / "confine.py"), *numbers, "--"]
    started = subprocess.Popen(
        [*launcher, *program],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        started.communicate(given, timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        raise Exceeded("time") from None
    finally:
        _end(started)
    if started.returncode != 0:
        raise Exceeded(f"ended with {started.returncode}")


def _environment(folder: Path) -> dict[str, str]:
    path = os.environ.get("PATH", "/usr/bin:/bin")
    home = str(folder)
    return {"PATH": path, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def _end(started: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the program's group, children that outlived it too."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        started.wait(_GRACE_SECONDS)
