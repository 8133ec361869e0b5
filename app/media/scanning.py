"""The virus scanner clamd, asked over its own protocol; nothing is written where it would have to read it."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.core.settings import settings
from app.media.vocabulary import Scan

_PIECE = 1 << 16
_ANSWER = 4_096
CONNECT_SECONDS, ANSWER_SECONDS = 5, 300


class ScannerSilent(RuntimeError):
    """The scanner is configured and does not answer: the file waits, it is never let through."""


class ScannerRefused(RuntimeError):
    """The scanner does not take the file (it is larger than its own limit)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said; ``found`` is its name for what it found."""

    scan: Scan
    found: str = ""


def scan(path: Path) -> Verdict:
    """Return the scanner's verdict on a file. Raises ScannerSilent and ScannerRefused."""
    address = settings().clamd_address
    if not address:
        return Verdict(Scan.UNSCANNED)
    try:
        answer = _ask(address, path)
    except OSError as error:
        raise ScannerSilent(type(error).__name__) from error
    return _read(answer)


def _ask(address: str, path: Path) -> str:
    with closing(_connected(address)) as line, path.open("rb") as file:
        line.settimeout(ANSWER_SECONDS)
        line.sendall(b"zINSTREAM\0")
        try:
            while piece := file.read(_PIECE):
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it stopped listening because it has something to say
        answer = b""
        while (piece := line.recv(_ANSWER)) and len(answer) < _ANSWER:
            answer += piece
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname or "", where.port or 0), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(CONNECT_SECONDS)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line


def _read(answer: str) -> Verdict:
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return Verdict(Scan.CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(Scan.INFECTED, said.removesuffix(" FOUND")[:200])
    if "size limit exceeded" in said:
        raise ScannerRefused(said[:200])
    raise ScannerSilent(said[:200] or "no answer")
