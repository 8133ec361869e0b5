"""What the set-up says: one line a step with its seconds, and the end of a log when a step fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Failed(Exception):
    """A chore cannot go on; the message is for the person at the terminal."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print to the error stream at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step that may take a while, and say how long it took.

    Steps go to the error stream: what a command prints may be read by a script.
    """
    begun = time.monotonic()
    complain(f"  {title} …")
    yield
    complain(f"  {title}: {time.monotonic() - begun:.1f} s")


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, indented."""
    if not path.exists():
        return "    (empty)"
    last = path.read_text("utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in last) or "    (empty)"
