"""A real clamd with one signature of our own: the industry's test string. Nothing is fetched."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.hostile_files import EICAR
from tests.support.servers import free_port

SIGNATURE = "Own.Test.EICAR"
_STARTING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Scanner:
    """A running scanner: its two addresses, as the setting takes them."""

    by_port: str
    by_socket: str


def program() -> str | None:
    """Return clamd's path, None when the machine has none."""
    return shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def scanner(largest: str = "50M") -> Iterator[Scanner]:
    """A scanner that takes streams up to ``largest``. Raises AssertionError with its log when it does not start."""
    found = program()
    assert found is not None
    with tempfile.TemporaryDirectory(prefix="ctlp-clamd-", dir="/tmp") as name:
        home, port = Path(name), free_port()
        signatures = home / "signatures"
        signatures.mkdir()
        (signatures / "own.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        (home / "clamd.conf").write_text(
            f"DatabaseDirectory {signatures}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {home}/clamd.sock\n"
            f"StreamMaxLength {largest}\nForeground yes\nLogFile {home}/clamd.log\nMaxThreads 4\n"
        )
        started = subprocess.Popen(
            [found, "--config-file", str(home / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(started, port, home / "clamd.log")
            yield Scanner(f"tcp://127.0.0.1:{port}", f"unix:{home}/clamd.sock")
        finally:
            started.terminate()
            started.wait(20)


def _wait(started: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < end and started.poll() is None:
        try:
            with closing(socket.create_connection(("127.0.0.1", port), 1)) as line:
                line.sendall(b"zPING\0")
                if line.recv(10).startswith(b"PONG"):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "clamd wrote nothing")
