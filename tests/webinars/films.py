"""Small films and sounds, made once a run by ffmpeg; tests that need them are skipped by name without it."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="no ffmpeg on this machine"
)
_PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d={seconds}"]
_SOUND = ["-f", "lavfi", "-i", "sine=440:d={seconds}"]
_VP8 = ["-c:v", "libvpx", "-b:v", "80k", "-deadline", "realtime", "-cpu-used", "8", "-g", "10"]
_OPUS = ["-c:a", "libopus", "-b:a", "16k"]


@lru_cache
def _folder() -> Path:
    return Path(mkdtemp(prefix="ctlp-films-"))


def _made(
    name: str, seconds: float, *arguments: str, inputs: tuple[list[str], ...] = (_PICTURE, _SOUND)
) -> bytes:
    path = _folder() / name
    if not path.exists():
        given = [word.format(seconds=seconds) for one in inputs for word in one]
        made = path.with_name(f"{path.stem}-new{path.suffix}")
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *given, *arguments, str(made)], check=True)
        made.rename(path)
    return path.read_bytes()


def webm(seconds: float = 3) -> bytes:
    """A film as browsers record it: VP8 and Opus in WebM without a length, in clusters of half a second."""
    live = ["-live", "1", "-cluster_time_limit", "500", "-f", "webm"]
    return _made(f"live-{seconds}.webm", seconds, *_VP8, *_OPUS, *live)


def mp4(seconds: float = 3) -> bytes:
    """A film as telephones make it: H.264 and AAC in MP4."""
    return _made(f"film-{seconds}.mp4", seconds, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")


def old(seconds: float = 2) -> bytes:
    """A film that no browser plays: MPEG-4 part 2 in MP4."""
    return _made(f"old-{seconds}.mp4", seconds, "-c:v", "mpeg4", "-c:a", "aac")


def sound(seconds: float = 2) -> bytes:
    """A sound alone."""
    return _made(f"sound-{seconds}.m4a", seconds, "-c:a", "aac", inputs=(_SOUND,))


def pieces(film: bytes, count: int = 6) -> list[bytes]:
    """Return a film in even pieces, as they leave a browser."""
    size = -(-len(film) // count)
    return [film[start : start + size] for start in range(0, len(film), size)]


def probed(film: bytes, name: str = "probed") -> dict[str, Any]:
    """Return what ffprobe says of a film: ``format``, ``streams``; raises when it cannot be played."""
    path = _folder() / name
    path.write_bytes(film)
    asked = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    found = json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"], check=True
    )
    assert isinstance(found, dict)
    return found


def seconds_of(film: bytes) -> float:
    """Return how long a film is; it is played through on the way."""
    return float(probed(film)["format"]["duration"])
