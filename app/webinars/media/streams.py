"""The files of broadcasts: pieces as they arrive, segments as they are made. One folder a stream under CTLP_VAR.

The web processes and the encoder share that folder and nothing else, so a piece that is there twice is there once, and
either side may be started anew at any moment. A stream whose encoder was cut off is *done*: who sends begins another.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from enum import StrEnum
from pathlib import Path

from app.core import clock
from app.core.settings import settings

MOST_PIECE = 4_000_000  # bytes of one piece
MOST_AHEAD = 240  # pieces that may lie there unread: two minutes
GONE_AFTER = 3600.0  # seconds after the last sign of life until a folder is removed


class Put(StrEnum):
    """What became of a piece."""

    KEPT = "kept"
    LATER = "later"  # the encoder is too far behind
    OVER = "over"  # the stream takes no more: begin another


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


def put(stream_id: str, index: int, piece: bytes) -> Put:
    """Keep a piece, unless it is there; once it is there it stays as it is."""
    place = folder(stream_id)
    if not (place / "stream.json").exists() or (place / "done").exists():
        return Put.OVER
    if index > reached(place) + MOST_AHEAD:
        return Put.LATER
    target = piece_of(place, index)
    if index >= reached(place) and not target.exists():
        _write(target, piece)
    return Put.KEPT


def end(stream_id: str) -> None:
    """Say that no further piece will come."""
    if folder(stream_id).exists():
        _write(folder(stream_id) / "end", b"")


def reached(place: Path) -> int:
    """Return up to which piece of the stream in a folder the encoder has read."""
    try:
        return int((place / "reached").read_text("ascii"))
    except (OSError, ValueError):
        return 0


def reach(place: Path, index: int) -> None:
    """Write down up to which piece the encoder has read, and let those go that it has."""
    _write(place / "reached", str(index).encode())
    if index > 1:  # the first says that there is a stream
        piece_of(place, index - 1).unlink(missing_ok=True)


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
