"""A start in steps: a process that was started early waits, all it needs loaded, until it is its turn."""

from __future__ import annotations

import os
from contextlib import suppress

GATE = "START_GATE"
"""Environment variable: the number of a pipe's end to read from, set by ``./run``; unset, nobody waits."""


def wait_for_turn() -> None:
    """Wait until whoever started this process lets go of the other end of the pipe, or has ended."""
    gate = os.environ.get(GATE, "")
    if gate.isdecimal():
        with suppress(OSError):
            os.read(int(gate), 1)
