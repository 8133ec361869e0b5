"""ffmpeg and ffprobe, as recordings need them.

Both read strangers' files, so both run confined (``app/media/sandbox``): limits, no network, no environment of ours.
Of ffmpeg's own doors one is open only: a file of a kind that was decided before.

What a file says of itself decides nothing: the reader for it is named by us, lists of further files and addresses are
kinds that it is not allowed to be, and no protocol but ``file`` exists. Every path is a plain name in one folder.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.media import sandbox

READERS: Mapping[str, str] = {
    "webm": "matroska", "mkv": "matroska", "mp4": "mov", "m4a": "mov", "mp3": "mp3", "ogg": "ogg", "wav": "wav",
    "flac": "flac",
}  # fmt: skip
"""The one reader for each kind of file that is taken (names of ``app/media``'s closed list, and our own ``mkv``)."""
LONGEST = 12 * 3600.0
WIDEST = 4096
SHORTEST = 0.2
_ALLOWED = {
    "matroska": "matroska,webm",
    "mov": "mov,mp4,m4a,3gp,3g2,mj2",
    "concat": "concat,matroska,webm",
}
_PROBING = sandbox.Limits(cpu=60, seconds=90, threads=True)
COPYING = sandbox.Limits(cpu=900, seconds=1800, memory_mb=3_000, file_mb=16_000, threads=True)
ENCODING = sandbox.Limits(cpu=7_200, seconds=5_400, memory_mb=4_000, file_mb=16_000, threads=True)
_MOST_PROBED = 4_000_000


class Unplayable(RuntimeError):
    """The file is no film or sound that can be used; the word is one of ``recording_words.PROBLEMS``."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file holds. Codecs are empty where there is no picture or sound; ``sameness`` is equal for two files that
    can follow each other without being encoded anew."""

    seconds: float
    video: str = ""
    audio: str = ""
    width: int = 0
    height: int = 0
    sameness: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A file in the folder with the reader for it, from ``start`` for ``length`` seconds (None: to its end)."""

    name: str
    reader: str = "matroska"
    start: float = 0.0
    length: float | None = None

    def arguments(self) -> list[str]:
        """Return what ffmpeg and ffprobe are told of it."""
        allowed = _ALLOWED.get(self.reader, self.reader)
        given = ["-protocol_whitelist", "file", "-format_whitelist", allowed, "-f", self.reader]
        if self.start > 0:
            given += ["-ss", f"{self.start:.3f}"]
        if self.length is not None:
            given += ["-t", f"{self.length:.3f}"]
        return [*given, "-i", f"file:{self.name}"]


@lru_cache(maxsize=4)
def program(name: str) -> str | None:
    """Return the path of ``ffmpeg`` or ``ffprobe``, None when the machine has none."""
    return shutil.which(name)


def installed() -> bool:
    """Whether recordings can be made on this machine."""
    return program("ffmpeg") is not None and program("ffprobe") is not None


def kind_of(path: Path) -> str:
    """Return what a recorder's file is by its first octets: ``webm``, ``mp4``, or empty."""
    with path.open("rb") as file:
        return kind_of_octets(file.read(16))


def kind_of_octets(head: bytes) -> str:
    """Return what octets begin: ``webm``, ``mp4``, or empty."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    return "mp4" if head[4:8] == b"ftyp" else ""


def run(folder: Path, *arguments: str, limits: sandbox.Limits = COPYING) -> None:
    """Run ffmpeg in ``folder``. Raises Unplayable when it does not end well."""
    _confined("ffmpeg", folder, ["-nostdin", "-v", "error", "-y", *arguments], limits)


def write(
    folder: Path, inputs: Sequence[Input], target: str, *arguments: str, limits: sandbox.Limits = COPYING
) -> Path:
    """Write ``target`` in ``folder`` from inputs, without anything they carry along; return its path.

    Raises Unplayable.
    """
    read = [word for one in inputs for word in one.arguments()]
    bare = ["-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"]
    run(folder, *read, *arguments, *bare, f"file:{target}", limits=limits)
    made = folder / target
    if not made.is_file() or not made.stat().st_size:
        raise Unplayable("damaged")
    return made


def probe(folder: Path, source: Input) -> Probe:
    """Return what a file holds. Raises Unplayable for what is no film and no sound, or beyond all measure."""
    asked = ["-v", "error", *source.arguments(), "-show_data_hash", "md5"]
    asked += ["-show_format", "-show_streams", "-of", "json", "-o", "probe.json"]
    _confined("ffprobe", folder, asked, _PROBING)
    outcome = folder / "probe.json"
    if not outcome.is_file() or outcome.stat().st_size > _MOST_PROBED:
        raise Unplayable("damaged")
    try:
        return _believed(json.loads(outcome.read_bytes()))
    except (KeyError, TypeError, ValueError):
        raise Unplayable("damaged") from None
    finally:
        outcome.unlink()


def key_frame_before(folder: Path, source: Input, at: float) -> float:
    """Return when the last picture at or before ``at`` begins that needs no other; 0 when that is the first one."""
    begin = max(0.0, at - 30)
    asked = [
        "-v",
        "error",
        *source.arguments(),
        "-select_streams",
        "V:0",
        "-read_intervals",
        f"{begin:.3f}%{at + 0.1:.3f}",
    ]
    asked += ["-show_entries", "packet=pts_time,flags", "-of", "json", "-o", "packets.json"]
    _confined("ffprobe", folder, asked, _PROBING)
    try:
        packets = json.loads((folder / "packets.json").read_bytes())["packets"]
        keys = [
            float(one["pts_time"]) for one in packets if "K" in one["flags"] and float(one["pts_time"]) <= at
        ]
    except (OSError, KeyError, TypeError, ValueError):
        return 0.0
    return max(keys, default=0.0)


def _confined(name: str, folder: Path, arguments: Sequence[str], limits: sandbox.Limits) -> None:
    found = program(name)
    if found is None:
        raise Unplayable("no_program")
    try:
        sandbox.confined([found, *arguments], folder, limits)
    except sandbox.Exceeded as error:
        raise Unplayable("too_demanding" if str(error) == "time" else "damaged") from error


def _believed(found: dict[str, Any]) -> Probe:
    """Return plain numbers of what ffprobe said; nothing of it is taken as it stands."""
    streams = found["streams"]
    video = next((one for one in streams if one["codec_type"] == "video" and not _is_cover(one)), None)
    audio = next((one for one in streams if one["codec_type"] == "audio"), None)
    if video is None and audio is None:
        raise Unplayable("no_media")
    seconds = float(found["format"].get("duration", 0) or 0)
    width, height = (int(video["width"]), int(video["height"])) if video else (0, 0)
    if seconds > LONGEST or width > WIDEST or height > WIDEST:
        raise Unplayable("too_demanding")
    if video and not (width and height):
        raise Unplayable("damaged")
    return Probe(
        seconds=max(0.0, seconds),
        video=str(video["codec_name"]) if video else "",
        audio=str(audio["codec_name"]) if audio else "",
        width=width,
        height=height,
        sameness=_sameness(video, audio),
    )


def _is_cover(stream: Mapping[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _sameness(video: Mapping[str, Any] | None, audio: Mapping[str, Any] | None) -> str:
    asked = ("codec_name", "width", "height", "pix_fmt", "sample_rate", "channels", "extradata_hash")
    return json.dumps([[str(one.get(name, "")) for name in asked] if one else None for one in (video, audio)])
