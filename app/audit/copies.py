"""Copies of the head, kept where whoever changes the database cannot change them too: a file or a mailbox.

One line a sealed batch: how long the chain was, the id and the hash of its last entry, when. A batch is sealed in the
order of ids, so between two lines the ids on the chain rise. ``flask audit verify`` holds the lines against the chain.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.settings import settings

MAILTO = "mailto:"
_LINE = re.compile(r"audit-head seq=(\d{1,18}) id=(\d{1,18}) sha256=([0-9a-f]{64}) at=(\S{20,40})\s*$")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """The head as it was: ``seq`` entries sealed, the last of them ``entry_id`` with ``hash``, at ``at`` (aware)."""

    seq: int
    entry_id: int
    hash: bytes
    at: datetime

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"audit-head seq={self.seq} id={self.entry_id} sha256={self.hash.hex()} at={at}"


def parse(text: str) -> Line | None:
    """Return the line that ``text`` ends with (a mail may have quoted it); None when it holds none."""
    found = _LINE.search(text)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[4])
    except ValueError:
        return None
    return Line(int(found[1]), int(found[2]), bytes.fromhex(found[3]), at) if at.tzinfo else None


def address() -> str | None:
    """Return the mail address copies go to; None when they go to a file."""
    target = settings().audit_copy
    return target.removeprefix(MAILTO) if target.startswith(MAILTO) else None


def file() -> Path | None:
    """Return the file copies go to; None when they go by mail."""
    if address():
        return None
    chosen = settings()
    return Path(chosen.audit_copy) if chosen.audit_copy else chosen.var / "audit-heads.log"


def append(path: Path, line: Line) -> None:
    """Add a line and wait until the disk has it. OSError when the file cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (("\n" if torn else "") + f"{line}\n").encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def last(path: Path) -> Line | None:
    """Return the newest line of a copy; None when there is none."""
    try:
        with path.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, os.SEEK_END) - _LONGEST))
            lines = opened.read().decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return None
    return parse(lines[-1]) if lines else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line of our own file that is none: its number."""

    number: int


def read(path: Path, until: int | None = None) -> Iterator[Line | Unreadable]:
    """Yield every line of a copy up to octet ``until``, oldest first.

    In our own file (its first line is a head) every line must be one; in a file of mails other lines are passed over,
    and lines that mail programs broke (quoted-printable) are put together.
    """
    own, rest = False, b""
    with path.open("rb") as opened:
        for number, raw in enumerate(opened, start=1):
            if not own and raw.rstrip().endswith(b"="):
                rest = (rest + raw.rstrip()[:-1])[-_LONGEST:]
                continue
            whole, rest = (rest + raw).replace(b"=3D", b"="), b""
            line = parse(whole[-_LONGEST:].decode("utf-8", "replace"))
            own = own or (number == 1 and line is not None)
            if line is not None:
                yield line
            elif own and raw.strip():
                yield Unreadable(number)
            if until is not None and opened.tell() >= until:
                return
