"""Starts a program with limits: ``confine.py CPU_SECONDS MEMORY_MB FILE_MB THREADS -- PROGRAM ARGUMENTS…``.

Standard library only, and nothing of the application. What the system cannot limit is left: rlimits are everywhere, a
process without network only where Linux lets an ordinary account make one.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from contextlib import suppress

_NO_NEW_PRIVILEGES = 38
_DIE_WITH_PARENT = 1
_KILL = 9
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def _limit(what: int, most: int) -> None:
    with suppress(
        ValueError, OSError
    ):  # a lower limit is in force already, or the system has none of this kind
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Set the limits and become the program."""
    cpu, memory, size, threads = map(int, sys.argv[1:5])
    _limit(resource.RLIMIT_CPU, cpu)
    _limit(resource.RLIMIT_AS, memory * 1_000_000)
    _limit(resource.RLIMIT_FSIZE, size * 1_000_000)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 256)
    if not threads:
        _limit(resource.RLIMIT_NPROC, 0)
    if sys.platform == "linux":
        system = ctypes.CDLL(None, use_errno=True)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        system.prctl(_DIE_WITH_PARENT, _KILL, 0, 0, 0)
        system.unshare(_NEW_USER | _NEW_NETWORK)
    os.nice(5)
    program = sys.argv[6:]
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
