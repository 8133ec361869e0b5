"""Recordings of the media server: it writes one file a track; we make one film of them, of those only who agreed to it.

A file's head says when its first packet came, so tracks are laid side by side in time. One person's sound and picture
are copied as they are; several people are laid out as tiles and their sound is mixed.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.core import clock, log
from app.core.database import after_commit, db
from app.core.jobs import defer, job
from app.core.settings import settings
from app.media import sandbox
from app.media.examining import workplace
from app.media.storage import storage
from app.webinars import recording_ffmpeg as ffmpeg
from app.webinars import recording_files as files
from app.webinars import recording_jobs as jobs
from app.webinars.actions.media_control import media_room
from app.webinars.media import Unavailable, adapter_of
from app.webinars.models.media import WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.recording import (
    RecordingState,
    Source,
    WebinarRecording,
    WebinarRecordingChunk,
    WebinarRecordingTake,
)
from app.webinars.models.room import WebinarParticipant
from app.webinars.queries.recording import consents, takes
from app.webinars.recording_ffmpeg import ENCODING, Input, Unplayable
from app.webinars.recording_timeline import spans_of

WRITTEN_AFTER = timedelta(seconds=5)
LEEWAY = timedelta(seconds=2)
WIDTH, HEIGHT = 1280, 720
MOST_TILES = 25
_NAME = re.compile(r".*-user-(?P<feed>[A-Za-z0-9_-]+?)-(?P<at>\d+)-(?P<what>audio|video)(?:-\d+)?\.mjr")
_MAGIC, _LONGEST_HEAD = b"MJR0000", 20_000
_UNPACKING = sandbox.Limits(cpu=600, seconds=900, memory_mb=2_000, file_mb=16_000)

__all__ = ["Track", "composed", "fetch_later", "records", "switch", "track_of"]


@dataclass(frozen=True, slots=True)
class Track:
    """A file of the server: whose, sound or picture, and when its first packet came."""

    path: Path
    feed: str
    video: bool
    begins: datetime


def records(webinar: Webinar) -> bool:
    """Whether the media server writes this session's recording."""
    return webinar.media == MediaKind.JANUS and bool(settings().janus_recordings)


def switch(webinar: Webinar, recording: WebinarRecording, *, on: bool) -> None:
    """Let the server write, or stop; it is told with the commit, and once more by a job if it did not answer."""
    if recording.source != Source.JANUS:
        return
    room, adapter = media_room(webinar), adapter_of(webinar)
    room.recording = on
    db.session.flush()

    def tell() -> None:
        with suppress(Unavailable):  # the job does it
            adapter.record(room, on)

    after_commit(tell)
    defer(align, at=clock.now() + timedelta(seconds=3), webinar_id=webinar.id)


@job("webinars.align_recording")
def align(webinar_id: int) -> None:
    """Let the server write exactly while a session is recorded; tried again while it does not answer."""
    webinar = db.session.get_one(Webinar, webinar_id)
    if webinar.running:
        room = media_room(webinar)
        adapter_of(webinar).record(room, room.recording)


def fetch_later(recording: WebinarRecording) -> None:
    """Take over what the server wrote once it has closed its files."""
    defer(fetch, at=clock.now() + WRITTEN_AFTER, recording_id=recording.id)


@job("webinars.fetch_recording")
def fetch(recording_id: int) -> None:
    """Make one film of each take of the server's files, keep it as the take's only piece, and have an edition made."""
    recording = db.session.get(WebinarRecording, recording_id)
    if recording is None or recording.source != Source.JANUS or recording.state != RecordingState.STOPPED:
        return
    webinar = db.session.get_one(Webinar, recording.webinar_id)
    tracks = _allowed(webinar, record_files(webinar))
    made: list[WebinarRecordingChunk] = []
    for take in takes(recording):
        with workplace() as place:
            try:
                film = composed(_of_take(tracks, take), place, _begin(take))
            except Unplayable as error:
                log.event(
                    "no film of the media server's files", recording=recording.public_id, reason=str(error)
                )
                continue
            made.append(_kept(recording, take, film))
    db.session.add_all(made)
    for take in takes(recording):
        take.pieces = 1
    jobs.remake(recording)


def record_files(webinar: Webinar) -> list[Path]:
    """Return what the media server has written of a session."""
    folder = Path(settings().janus_recordings) / media_room(webinar).key
    return sorted(folder.glob("*.mjr")) if settings().janus_recordings and folder.is_dir() else []


def _allowed(webinar: Webinar, paths: Sequence[Path]) -> list[Track]:
    """Return the tracks of those who agreed to be recorded."""
    agreed = {person for person, yes in consents(webinar.id).items() if yes}
    rows = db.session.execute(
        select(WebinarMediaSeat.public_id, WebinarParticipant.public_id)
        .join(WebinarParticipant, WebinarParticipant.id == WebinarMediaSeat.participant_id)
        .where(WebinarMediaSeat.webinar_id == webinar.id)
    )
    feeds = {feed for feed, person in rows if person in agreed}
    tracks = [track_of(path) for path in paths]
    return [one for one in tracks if one is not None and one.feed in feeds]


def _of_take(tracks: Sequence[Track], take: WebinarRecordingTake) -> list[Track]:
    spans = spans_of(take.spans)
    return [
        one for one in tracks
        if any(begin - LEEWAY <= one.begins and (end is None or one.begins < end) for begin, end in spans)
    ]  # fmt: skip


def _begin(take: WebinarRecordingTake) -> datetime:
    spans = spans_of(take.spans)
    return spans[0][0] if spans else take.begun_at


def _kept(recording: WebinarRecording, take: WebinarRecordingTake, film: Path) -> WebinarRecordingChunk:
    name = files.chunk_name(recording, take.number, 0)
    storage().put(name, film)
    return WebinarRecordingChunk(
        recording_id=recording.id, take=take.number, index=0, name=name, size=film.stat().st_size, sha256="",
        at_ms=0, for_ms=0,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ files


def track_of(path: Path) -> Track | None:
    """Return what a file of the server is by its name and head; None for anything else."""
    named = _NAME.fullmatch(path.name)
    head = _head(path)
    if named is None or head is None:
        return None
    try:
        first = int(str(head.get("u") or head["s"]))
        begins = datetime.fromtimestamp(first / 1_000_000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return Track(path, named["feed"], named["what"] == "video", begins)


def _head(path: Path) -> dict[str, object] | None:
    """Return the JSON at the begin of a file: magic, two octets of length, text."""
    with path.open("rb") as file:
        if not file.read(8).startswith(_MAGIC):
            return None
        length = struct.unpack("!H", file.read(2).rjust(2, b"\0"))[0]
        if not 0 < length <= _LONGEST_HEAD:
            return None
        try:
            found = json.loads(file.read(length))
        except ValueError:
            return None
    return found if isinstance(found, dict) else None


def composed(tracks: Sequence[Track], place: Path, begin: datetime) -> Path:
    """Return one film of tracks, with ``begin`` as its second 0. Raises Unplayable."""
    unpacked = [(one, name) for number, one in enumerate(tracks) if (name := _unpacked(one, place, number))]
    if not unpacked:
        raise Unplayable("nothing")
    pictures = [pair for pair in unpacked if pair[0].video][:MOST_TILES]
    sounds = [pair for pair in unpacked if not pair[0].video]
    if len(pictures) <= 1 and len(sounds) <= 1:
        return _copied(place, [*pictures, *sounds], begin)
    return _laid_out(place, pictures, sounds, begin)


def _unpacked(track: Track, place: Path, number: int) -> str:
    """Unpack a track with the server's own tool; the name of the result, empty when nothing came of it."""
    program = shutil.which("janus-pp-rec")
    if program is None:
        raise Unplayable("no_program")
    packed = place / f"track-{number}.mjr"
    shutil.copyfile(track.path, packed)
    name = f"track-{number}.{'webm' if track.video else 'opus'}"
    try:
        sandbox.confined([program, packed.name, name], place, _UNPACKING)
        reader = "matroska" if track.video else "ogg"
        found = ffmpeg.probe(place, Input(name, reader))
        ffmpeg.write(
            place, [Input(name, reader)], f"track-{number}.mkv", "-map", "0", "-c", "copy", "-f", "matroska"
        )
    except (sandbox.Exceeded, Unplayable):
        return ""  # somebody whose microphone was never on leaves a head and nothing else
    finally:
        packed.unlink()
    return f"track-{number}.mkv" if found.video or found.audio else ""


def _late(track: Track, begin: datetime) -> float:
    return max(0.0, (track.begins - begin).total_seconds())


def _copied(place: Path, pairs: Sequence[tuple[Track, str]], begin: datetime) -> Path:
    """Lay one picture and one sound side by side, as they are."""
    words: list[str] = []
    arguments: list[str] = []
    for number, (track, name) in enumerate(pairs):
        words += ["-itsoffset", f"{_late(track, begin):.3f}", *Input(name).arguments()]
        arguments += ["-map", f"{number}:0"]
    ffmpeg.run(place, *words, *arguments, "-c", "copy", "-f", "matroska", "file:film.mkv")
    return place / "film.mkv"


def _laid_out(
    place: Path, pictures: Sequence[tuple[Track, str]], sounds: Sequence[tuple[Track, str]], begin: datetime
) -> Path:
    """Lay several people out as tiles, each for as long as they were there, and mix what they said."""
    pairs = [*pictures, *sounds]
    lengths = [ffmpeg.probe(place, Input(name)).seconds for _track, name in pairs]
    whole = max(_late(track, begin) + length for (track, _name), length in zip(pairs, lengths, strict=True))
    words = [word for _track, name in pairs for word in Input(name).arguments()]
    graph, arguments = [], []
    if pictures:
        graph += _tiles([_late(track, begin) for track, _name in pictures], whole)
        arguments += [
            "-map",
            "[film]",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "26",
            "-pix_fmt",
            "yuv420p",
        ]
    if sounds:
        graph += _mixed([_late(track, begin) for track, _name in sounds], len(pictures))
        arguments += ["-map", "[sound]", "-c:a", "aac", "-b:a", "96k", "-ac", "1"]
    ending = ["-t", f"{whole:.3f}", "-f", "matroska", "file:film.mkv"]
    ffmpeg.run(place, *words, "-filter_complex", ";".join(graph), *arguments, *ending, limits=ENCODING)
    return place / "film.mkv"


def _tiles(late: Sequence[float], whole: float) -> list[str]:
    columns = math.ceil(math.sqrt(len(late)))
    rows = math.ceil(len(late) / columns)
    width, height = WIDTH // columns // 2 * 2, HEIGHT // rows // 2 * 2
    graph = [f"color=black:s={WIDTH}x{HEIGHT}:r=15:d={whole:.3f}[ground0]"]
    for number, after in enumerate(late):
        fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease,setsar=1"
        x = f"{number % columns * width}+({width}-w)/2"
        y = f"{number // columns * height}+({height}-h)/2"
        graph.append(f"[{number}:v]setpts=PTS-STARTPTS+{after:.3f}/TB,{fit}[tile{number}]")
        over = "film" if number == len(late) - 1 else f"ground{number + 1}"
        graph.append(f"[ground{number}][tile{number}]overlay={x}:{y}:eof_action=pass[{over}]")
    return graph


def _mixed(late: Sequence[float], first: int) -> list[str]:
    graph = [
        f"[{first + number}:a]aresample=48000:async=1,adelay={round(after * 1000)}:all=1[voice{number}]"
        for number, after in enumerate(late)
    ]
    voices = "".join(f"[voice{number}]" for number in range(len(late)))
    return [*graph, f"{voices}amix=inputs={len(late)}:normalize=0[sound]"]
