"""The files of broadcasts: pieces as they arrive, segments as they are made. One folder a stream under CTLP_VAR.

The web processes and the encoder share that folder and nothing else, so a piece that is there twice is there once, and
either side may be started anew at any moment.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from app.core import clock
from app.core.settings import settings

MOST_PIECE = 4_000_000  # bytes of one piece
MOST_AHEAD = 240  # pieces that may lie there unread: two minutes
KEPT_PIECES = 20  # read ones that stay, so that an encoder that is started anew goes on where it was
GONE_AFTER = 3600.0  # seconds after the last sign of life until a folder is removed
VARIANTS = ("full", "low", "sound")


def root() -> Path:
    """Return the folder of all streams."""
    return settings().var / "streams"


def folder(stream_id: str) -> Path:
    """Return a stream's folder, which need not be there."""
    return root() / stream_id


def begin(stream_id: str, *, sound: bool, picture: bool) -> None:
    """Make a stream's folder and say what it may hold."""
    place = folder(stream_id)
    (place / "in").mkdir(parents=True, exist_ok=True)
    _write(place / "stream.json", json.dumps({"sound": sound, "picture": picture}).encode())


def put(stream_id: str, index: int, piece: bytes) -> bool:
    """Keep a piece; once it is there it stays as it is. False when there is no room for it, or no such stream."""
    place = folder(stream_id)
    if not (place / "stream.json").exists() or index > reached(stream_id) + MOST_AHEAD:
        return False
    target = piece_of(place, index)
    if index >= reached(stream_id) and not target.exists():
        _write(target, piece)
    return True


def end(stream_id: str) -> None:
    """Say that no further piece will come."""
    if folder(stream_id).exists():
        _write(folder(stream_id) / "end", b"")


def reached(stream_id: str) -> int:
    """Return up to which piece the encoder has read."""
    try:
        return int((folder(stream_id) / "reached").read_text("ascii"))
    except (OSError, ValueError):
        return 0


def reach(place: Path, index: int) -> None:
    """Write down up to which piece the encoder has read; older ones go, the first holds the head and stays."""
    _write(place / "reached", str(index).encode())
    old = index - KEPT_PIECES
    if old > 0:
        piece_of(place, old).unlink(missing_ok=True)


def piece_of(place: Path, index: int) -> Path:
    """Return the file of a piece."""
    return place / "in" / f"{index:07d}"


def segment(stream_id: str, variant: str, name: str) -> Path | None:
    """Return a file for listeners; None when there is none of that name."""
    if (
        variant not in VARIANTS
        or not name.replace(".", "").replace("_", "").isalnum()
        or name.startswith(".")
    ):
        return None
    path = folder(stream_id) / "out" / variant / name
    return path if path.is_file() else None


def clear_old() -> None:
    """Remove the folders of streams that nobody has touched for an hour."""
    limit = clock.now().timestamp() - GONE_AFTER
    for place in root().iterdir() if root().exists() else ():
        if (
            place.is_dir()
            and max(one.stat().st_mtime for one in (place, place / "in") if one.exists()) < limit
        ):
            shutil.rmtree(place, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
