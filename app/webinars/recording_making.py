"""An edition is made in pieces of work, one a job, so that others get their turn, progress shows, and a killed worker
loses one piece only. Each piece may be done twice.

``gather`` joins what arrived; ``sound`` and ``small:<n>`` are encoded, ten minutes at a time; the film is copied as it
is, and encoded anew (``film:<n>``) only where no browser could play it, or the cut would not be where it was asked for.
Nothing is written before the other programs are done: a transaction that waits must not count as one that writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from app.accounts.locking import lock
from app.core import log
from app.core.database import JSON, db
from app.media.examining import workplace
from app.media.models import MediaFile
from app.media.storage import FILES, ORIGINAL, Missing, storage
from app.webinars import recording_ffmpeg as ffmpeg
from app.webinars import recording_files as files
from app.webinars.models.recording import (
    Part,
    RecordingState,
    Source,
    WebinarRecording,
    WebinarRecordingFile,
    WebinarRecordingTake,
)
from app.webinars.queries.recording import chunks, pieces, takes
from app.webinars.recording_ffmpeg import ENCODING, Input, Probe, Unplayable
from app.webinars.recording_timeline import missing

SLICE = 600.0
PICTURES, A_PICTURE = 12, 20.0
_LOCK = 7203711
_COPIED = {"h264": "mp4", "vp8": "webm", "vp9": "webm", "av1": "webm"}
_NEAR = 0.5
_SOUND = ["-ac", "1", "-ar", "24000", "-c:a", "aac", "-b:a", "40k", "-af", "aresample=async=1:first_pts=0"]
_SMALL = ["-preset", "veryfast", "-crf", "33", "-maxrate", "110k", "-bufsize", "440k", "-g", "120"]
_FILM = ["-preset", "veryfast", "-crf", "27", "-g", "250"]
_X264 = ["-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p", "-threads", "2"]

Writing = Callable[[], None]


class Busy(RuntimeError):
    """Another worker is at this recording."""


def claimed(recording_id: int, edition: int) -> WebinarRecording | None:
    """Return a recording whose wanted edition is to be made, None when there is nothing to do. Raises Busy.

    The lock is an advisory one and ends with the transaction.
    """
    held = db.session.scalar(
        text("SELECT pg_try_advisory_xact_lock(:family, hashint8(:id))"),
        {"family": _LOCK, "id": recording_id},
    )
    if not held:
        raise Busy
    found = db.session.get(WebinarRecording, recording_id, populate_existing=True)
    wanted = found is not None and found.state == RecordingState.MAKING and found.edition == edition
    return found if wanted else None


def plan(work: JSON) -> list[str]:
    """Return the pieces of work that follow ``gather``, by what it found."""
    slices = range(int(work["slices"]))
    found = ["sound"] if work["audio"] else []
    if work["video"]:
        found += [*(f"small:{n}" for n in slices), "small"]
        found += [f"film:{n}" for n in slices] if work["encode"] else []
        found += ["film", "pictures"]
    return [*found, "finish"]


def do_next(recording: WebinarRecording) -> str:
    """Do the next piece of work and return its name; ``finish`` is left to the caller. Raises Unplayable.

    A piece of an edition that nobody wants any more is thrown away.
    """
    edition = recording.edition
    piece = "gather" if recording.done == 0 else plan(recording.work)[recording.done - 1]
    if piece == "finish":
        return piece
    with workplace() as place:
        word, colon, number = piece.partition(":")
        written = _PIECES[word + colon](recording, place, int(number or 0))
        lock(recording)
        if recording.edition == edition and recording.state == RecordingState.MAKING:
            written()
            recording.done += 1
            db.session.flush()
    return piece


# ------------------------------------------------------------------------------------------------ what arrived


def _gather(recording: WebinarRecording, place: Path, _number: int) -> Writing:
    """Join the takes to one line and look at it."""
    lengths, gaps, usable = _taken(recording, place)
    line = _joined(place, usable)
    found = ffmpeg.probe(place, Input(line.name))
    if found.seconds < ffmpeg.SHORTEST:
        raise Unplayable("nothing")
    work = _decided(recording, place, line, found)
    storage().put(files.work_name(recording, "line"), line)

    def written() -> None:
        for take in takes(recording):
            take.seconds = lengths.get(take.number, 0.0)
        recording.seconds, recording.gaps = found.seconds, gaps
        recording.work, recording.pieces = recording.work | work, 1 + len(plan(work))

    return written


def _taken(
    recording: WebinarRecording, place: Path
) -> tuple[dict[int, float], list[list[float]], list[tuple[Path, Probe]]]:
    """Return the length of each take, the gaps on the line, and what can be used, each as Matroska."""
    arrived = chunks(recording)
    lengths: dict[int, float] = {}
    gaps: list[list[float]] = []
    usable: list[tuple[Path, Probe]] = []
    begins, why = 0.0, Unplayable("nothing")
    for take in takes(recording):
        try:
            path, found = _take(recording, take, place)
        except Unplayable as unplayable:
            why = unplayable
            gaps.append([round(begins, 1), round(begins, 1)])
            continue
        usable.append((path, found))
        lengths[take.number] = found.seconds
        for start, end in missing(pieces(arrived.get(take.number, [])), take.pieces):
            gaps.append([round(begins + min(one, found.seconds), 1) for one in (start, end)])
        begins += found.seconds
    if not usable:
        raise why
    return lengths, gaps, usable


def _take(recording: WebinarRecording, take: WebinarRecordingTake, place: Path) -> tuple[Path, Probe]:
    raw = place / f"raw-{take.number}"
    kind = _fetched(recording, take, raw)
    if kind not in ffmpeg.READERS:
        raise Unplayable("nothing" if recording.source != Source.FILE else "not_taken")
    source = Input(raw.name, ffmpeg.READERS[kind])
    ffmpeg.probe(place, source)
    path = ffmpeg.write(
        place, [source], f"take-{take.number}.mkv",
        "-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-avoid_negative_ts", "make_zero", "-f", "matroska",
    )  # fmt: skip
    raw.unlink()
    found = ffmpeg.probe(place, Input(path.name))
    if found.seconds < ffmpeg.SHORTEST:
        raise Unplayable("nothing")
    return path, found


def _fetched(recording: WebinarRecording, take: WebinarRecordingTake, raw: Path) -> str:
    """Bring a take's octets to this machine and return what kind of file they are; empty for none of ours."""
    if recording.source == Source.FILE:
        file = db.session.get_one(MediaFile, recording.original_id)
        storage().fetch([f"{FILES}/{file.key}/{ORIGINAL}"], raw)
        return file.kind
    names = [one.name for one in chunks(recording).get(take.number, [])]
    return ffmpeg.kind_of(raw) if names and storage().fetch(names, raw) else ""


def _joined(place: Path, usable: list[tuple[Path, Probe]]) -> Path:
    """Return one file of all takes; they are encoded anew only where they are of different make."""
    if len(usable) == 1:
        return usable[0][0]
    if len({found.sameness for _path, found in usable}) > 1:
        usable = [(_harmonised(place, path, found, usable), found) for path, found in usable]
    return _chained(place, [path.name for path, _found in usable], "line.mkv", "-map", "0", "-c", "copy")


def _chained(place: Path, names: list[str], target: str, *arguments: str) -> Path:
    chain = place / f"{target}.chain"
    chain.write_text("ffconcat version 1.0\n" + "".join(f"file {name}\n" for name in names), "ascii")
    return ffmpeg.write(place, [Input(chain.name, "concat")], target, *arguments, "-f", "matroska")


def _harmonised(place: Path, path: Path, found: Probe, usable: list[tuple[Path, Probe]]) -> Path:
    """Return a take with picture and sound such as all takes get; what it has not is black or silent."""
    first = next((one for _path, one in usable if one.video), None)
    given, arguments = Input(path.name).arguments(), []
    if first is not None:
        size = f"{first.width - first.width % 2}:{first.height - first.height % 2}"
        if not found.video:
            given += ["-f", "lavfi", "-i", f"color=black:s={size.replace(':', 'x')}:r=15"]
        fit = f"scale={size}:force_original_aspect_ratio=decrease,pad={size}:(ow-iw)/2:(oh-ih)/2,setsar=1"
        arguments += ["-map", "0:V:0" if found.video else "1:v:0", "-vf", f"{fit},fps=25:start_time=0"]
        arguments += [*_X264, "-preset", "veryfast", "-crf", "23"]
    if any(one.audio for _path, one in usable):
        if not found.audio:
            given += ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono"]
        arguments += ["-map", "0:a:0" if found.audio else "1:a:0", "-c:a", "aac", "-b:a", "96k"]
        arguments += ["-ac", "1", "-ar", "48000"]
    target = f"same-{path.name}"
    words = [*given, *arguments, "-t", f"{found.seconds:.3f}", "-f", "matroska", f"file:{target}"]
    ffmpeg.run(place, *words, limits=ENCODING)
    return place / target


def _decided(recording: WebinarRecording, place: Path, line: Path, found: Probe) -> JSON:
    """Return what the further pieces have to know."""
    start = min(recording.cut_from, max(0.0, found.seconds - 1))
    end = min(recording.cut_to or found.seconds, found.seconds)
    length = max(end - start, ffmpeg.SHORTEST)
    kind = _COPIED.get(found.video, "")
    if found.video and kind and start > 0:
        kind = kind if start - ffmpeg.key_frame_before(place, Input(line.name), start) <= _NEAR else ""
    encode = bool(found.video) and not kind
    return {
        "video": found.video, "audio": found.audio, "width": found.width, "height": found.height,
        "start": round(start, 3), "length": round(length, 3), "encode": encode, "kind": kind or "mp4",
        "slices": math.ceil(length / SLICE) if found.video else 0,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ what is made of it


def _line(recording: WebinarRecording, place: Path) -> str:
    storage().fetch([files.work_name(recording, "line")], place / "line.mkv")
    return "line.mkv"


def _part_of(work: JSON, name: str, number: int | None = None) -> Input:
    """Return the line from the cut on; of one slice, that slice."""
    start, length = float(work["start"]), float(work["length"])
    if number is None:
        return Input(name, start=start, length=length)
    into = number * SLICE
    return Input(name, start=start + into, length=min(SLICE, length - into))


def _sound(recording: WebinarRecording, place: Path, _number: int) -> Writing:
    source = _part_of(recording.work, _line(recording, place))
    made = ffmpeg.write(
        place, [source], "sound.m4a", "-map", "0:a:0", "-vn", *_SOUND, "-t", f"{source.length:.3f}",
        "-movflags", "+faststart", "-f", "mp4", limits=ENCODING,
    )  # fmt: skip
    return lambda: files.keep(recording, made, Part.SOUND, "m4a", None)


def _small_slice(recording: WebinarRecording, place: Path, number: int) -> Writing:
    height = min(240, int(recording.work["height"]) // 2 * 2)
    return _slice(recording, place, "small", number, f"fps=12:start_time=0,scale=-2:{height}", _SMALL)


def _film_slice(recording: WebinarRecording, place: Path, number: int) -> Writing:
    height = min(720, int(recording.work["height"]) // 2 * 2)
    return _slice(recording, place, "film", number, f"fps=25:start_time=0,scale=-2:{height}", _FILM)


def _slice(
    recording: WebinarRecording, place: Path, word: str, number: int, shape: str, quality: list[str]
) -> Writing:
    """Encode a slice to exactly its length, so that all of them together keep step with the sound."""
    source = _part_of(recording.work, _line(recording, place), number)
    made = ffmpeg.write(
        place, [source], "slice.mkv", "-map", "0:V:0", "-an", "-vf", f"{shape},tpad=stop=-1:stop_mode=clone,setsar=1",
        *_X264, *quality, "-t", f"{source.length:.3f}", "-f", "matroska", limits=ENCODING,
    )  # fmt: skip
    storage().put(files.work_name(recording, f"{word}-{number}"), made)
    return lambda: None


def _slices(recording: WebinarRecording, place: Path, word: str) -> str:
    """Bring the slices of a film here, joined."""
    names = []
    for number in range(int(recording.work["slices"])):
        names.append(f"{word}-{number}.mkv")
        storage().fetch([files.work_name(recording, f"{word}-{number}")], place / names[-1])
    return _chained(place, names, f"{word}.mkv", "-map", "0", "-c", "copy").name


def _small(recording: WebinarRecording, place: Path, _number: int) -> Writing:
    inputs = [Input(_slices(recording, place, "small"))]
    arguments = ["-map", "0:v:0"]
    if recording.work["audio"]:
        _fetch_part(recording, Part.SOUND, place / "sound.m4a")
        inputs.append(Input("sound.m4a", "mov"))
        arguments += ["-map", "1:a:0"]
    made = ffmpeg.write(
        place, inputs, "small.mp4", *arguments, "-c", "copy", "-movflags", "+faststart", "-f", "mp4"
    )
    found = ffmpeg.probe(place, Input(made.name, "mov"))
    return lambda: files.keep(recording, made, Part.SMALL, "mp4", (found.width, found.height))


def _film(recording: WebinarRecording, place: Path, _number: int) -> Writing:
    work = recording.work
    kind = str(work["kind"])
    if work["encode"]:
        inputs = [Input(_slices(recording, place, "film"))]
        arguments = ["-map", "0:v:0", "-c:v", "copy"]
        if work["audio"]:
            inputs.append(_part_of(work, _line(recording, place)))
            arguments += [
                "-map",
                "1:a:0",
                "-c:a",
                "aac",
                "-b:a",
                "96k",
                "-af",
                "aresample=async=1:first_pts=0",
            ]
    else:
        inputs = [_part_of(work, _line(recording, place))]
        arguments = ["-map", "0:V:0", "-map", "0:a:0?", "-c:v", "copy", *_sound_for(kind, str(work["audio"]))]
        arguments += ["-avoid_negative_ts", "make_zero"]
    fast = ["-movflags", "+faststart"] if kind == "mp4" else ["-cues_to_front", "1"]
    made = ffmpeg.write(place, inputs, f"whole.{kind}", *arguments, *fast, "-f", kind, limits=ENCODING)
    found = ffmpeg.probe(place, Input(made.name, ffmpeg.READERS[kind]))
    return lambda: files.keep(recording, made, Part.FILM, kind, (found.width, found.height))


def _sound_for(kind: str, codec: str) -> list[str]:
    if codec in ({"opus", "vorbis"} if kind == "webm" else {"aac", "mp3"}):
        return ["-c:a", "copy"]
    return ["-c:a", "libopus" if kind == "webm" else "aac", "-b:a", "64k"]


def _pictures(recording: WebinarRecording, place: Path, _number: int) -> Writing:
    """Take stills out of the small film, evenly."""
    _fetch_part(recording, Part.SMALL, place / "small.mp4")
    length = float(recording.work["length"])
    count = max(1, min(PICTURES, int(length / A_PICTURE)))
    for number in range(1, count + 1):
        source = Input("small.mp4", "mov", start=(number - 0.5) * length / count)
        made = ffmpeg.write(
            place, [source], f"{number}.jpg", "-map", "0:v:0", "-frames:v", "1", "-vf", "scale=320:-2", "-q:v", "5",
            "-c:v", "mjpeg", "-f", "mjpeg",
        )  # fmt: skip
        storage().put(files.picture_name(recording, recording.edition, number), made)

    def written() -> None:
        recording.work = recording.work | {"pictures": count}

    return written


def _fetch_part(recording: WebinarRecording, part: Part, target: Path) -> None:
    row = db.session.get_one(WebinarRecordingFile, (recording.id, recording.edition, part.value))
    file = db.session.get_one(MediaFile, row.file_id)
    try:
        storage().fetch([f"{FILES}/{file.key}/{ORIGINAL}"], target)
    except Missing:
        log.failure("file without its octets", file=file.public_id)
        raise Unplayable("damaged") from None


_PIECES: dict[str, Callable[[WebinarRecording, Path, int], Writing]] = {
    "gather": _gather,
    "sound": _sound,
    "small:": _small_slice,
    "small": _small,
    "film:": _film_slice,
    "film": _film,
    "pictures": _pictures,
}
