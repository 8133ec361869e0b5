"""The encoder: turns the pieces of every running stream into segments. A process of its own, which needs no database.

One ffmpeg a stream reads the pieces in their order and writes three variants: ``full`` (the picture as it was recorded
where browsers can play that, else made anew), ``low`` (180 lines, 12 a second) and ``sound`` (24 kbit/s).
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

from app.core import log
from app.webinars.media import streams

LOOK_EVERY = 0.25
PIECE_EVERY = 0.1
SILENT_AFTER = 60.0  # seconds without a piece after which a stream is over
CLEAR_EVERY = 600.0
SEGMENT = "1"  # seconds
LISTED = "10"  # segments in a playlist
_KEYS = ["-force_key_frames", "expr:gte(t,n_forced*1)"]
_FAST = ["libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"]


def run(ffmpeg: str) -> None:
    """Encode until SIGTERM or SIGINT."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _give_up_what_was_begun()
    known: dict[str, threading.Thread] = {}
    cleared = 0.0
    while not over.wait(LOOK_EVERY):
        for place in _waiting():
            if place.name not in known or not known[place.name].is_alive():
                known[place.name] = threading.Thread(target=_encode, args=(ffmpeg, place, over), daemon=True)
                known[place.name].start()
        if time.monotonic() - cleared > CLEAR_EVERY:
            streams.clear_old()
            cleared = time.monotonic()
    for thread in known.values():
        thread.join(5)


def _give_up_what_was_begun() -> None:
    """Streams in which an encoder was cut off are not taken up in their middle: who sends begins another one."""
    for place in _waiting():
        if streams.reached(place) > 0:
            (place / "done").touch()


def _waiting() -> list[Path]:
    """Return the folders of streams that have begun and are not done."""
    root = streams.root()
    if not root.exists():
        return []
    return [
        place
        for place in root.iterdir()
        if streams.piece_of(place, 0).exists()
        and (place / "stream.json").exists()
        and not (place / "done").exists()
    ]


def _encode(ffmpeg: str, place: Path, over: threading.Event) -> None:
    try:
        wanted = json.loads((place / "stream.json").read_text("utf-8"))
        command = arguments(ffmpeg, place, wanted, codec_of(ffmpeg, streams.piece_of(place, 0)))
        for variant in streams.VARIANTS:
            (place / "out" / variant).mkdir(parents=True, exist_ok=True)
        with (place / "ffmpeg.log").open("ab") as sink:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sink, stderr=sink)
        assert process.stdin is not None
        _feed(process, process.stdin, place, over)
        (place / "done").touch()
        shutil.rmtree(place / "in", ignore_errors=True)
    except Exception:
        log.failure("stream not encoded")
        (place / "done").touch()


def _feed(process: subprocess.Popen[bytes], sink: IO[bytes], place: Path, over: threading.Event) -> None:
    with suppress(BrokenPipeError):
        for piece in _pieces(place, over):
            sink.write(piece)
            sink.flush()
    if over.is_set():
        process.kill()  # it would say that the stream has ended
    with suppress(BrokenPipeError):
        sink.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pieces(place: Path, over: threading.Event) -> Iterator[bytes]:
    """Yield the pieces in their order as they come, until no more will."""
    index, heard = 0, time.monotonic()
    while not over.is_set() and time.monotonic() - heard < SILENT_AFTER:
        piece = streams.piece_of(place, index)
        if piece.exists():
            yield piece.read_bytes()
            index += 1
            heard = time.monotonic()
            streams.reach(place, index)
        elif (place / "end").exists():
            return
        else:
            over.wait(PIECE_EVERY)


def codec_of(ffmpeg: str, head: Path) -> dict[str, str]:
    """Return the codecs that a first piece holds: ``{"video": "h264", "audio": "opus"}``."""
    told = subprocess.run(
        [ffmpeg, "-hide_banner", "-i", str(head)],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
    ).stderr.decode(errors="replace")
    found = {}
    for line in told.splitlines():
        words = line.split()
        for kind in ("Video", "Audio"):
            if line.lstrip().startswith("Stream #") and f"{kind}:" in words:
                found[kind.lower()] = words[words.index(f"{kind}:") + 1].strip(",")
    return found


def arguments(ffmpeg: str, place: Path, wanted: dict[str, Any], codecs: dict[str, str]) -> list[str]:
    """Return the command for a stream that holds ``codecs``, as much of it as is ``wanted``."""
    picture = bool(wanted["picture"]) and "video" in codecs
    sound = bool(wanted["sound"]) and "audio" in codecs
    command = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-fflags", "+genpts", "-i", "pipe:0"]
    variants = []
    if picture:
        copied = codecs["video"] == "h264"
        full = ["copy"] if copied else [*_FAST, "-r:v:0", "15", "-b:v:0", "600k", "-maxrate:v:0", "800k",
                                        "-bufsize:v:0", "800k"]  # fmt: skip
        command += ["-map", "0:v", "-map", "0:v", "-c:v:0", *full, "-c:v:1", *_FAST, "-filter:v:1",
                    "scale=-2:180,fps=12", "-b:v:1", "110k", "-maxrate:v:1", "130k", "-bufsize:v:1", "130k",
                    *_KEYS]  # fmt: skip
    if sound:
        count = 3 if picture else 1
        command += ["-map", "0:a"] * count
        command += ["-c:a", "aac", "-ac", "1", "-ar", "24000", "-b:a", "24k"]
        if picture:
            command += ["-b:a:0", "48k"]
    if picture:
        voice = (",a:0", ",a:1") if sound else ("", "")
        variants += [f"v:0{voice[0]},name:full", f"v:1{voice[1]},name:low"]
    if sound:
        variants.append(f"a:{2 if picture else 0},name:sound")
    command += ["-f", "hls", "-hls_time", SEGMENT, "-hls_list_size", LISTED,
                "-hls_flags", "independent_segments+delete_segments+append_list+program_date_time+temp_file",
                "-hls_delete_threshold", "10", "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4",
                "-hls_segment_filename", f"{place}/out/%v/s%d.m4s", "-var_stream_map", " ".join(variants),
                f"{place}/out/%v/live.m3u8"]  # fmt: skip
    return command
