"""Recordings of the media server: a track's head, one person copied as they are, several laid out; files made here."""

from __future__ import annotations

import json
import shutil
import socket
import struct
import subprocess
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.settings import KEY
from app.webinars import recording_janus as janus
from app.webinars.actions.media_control import media_room
from app.webinars.models.media import WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.recording import (
    RecordingState,
    Source,
    WebinarConsent,
    WebinarRecording,
    WebinarRecordingChunk,
    WebinarRecordingTake,
)
from app.webinars.models.room import WebinarParticipant
from app.webinars.recording_ffmpeg import Unplayable
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars import films
from tests.webinars.conftest import OpenSession

pytestmark = [
    films.needs_ffmpeg,
    pytest.mark.skipif(shutil.which("janus-pp-rec") is None, reason="no janus-pp-rec on this machine"),
]
BEGIN = datetime(2026, 11, 22, 12, tzinfo=UTC)
_VIDEO = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=2", "-c:v", "libvpx", "-b:v", "80k", "-g", "10", "-deadline",
          "realtime", "-cpu-used", "8"]  # fmt: skip
_AUDIO = ["-f", "lavfi", "-i", "sine=440:d=2", "-c:a", "libopus", "-b:a", "24k", "-ac", "2", "-ar", "48000"]


@lru_cache
def packets(video: bool) -> tuple[bytes, ...]:
    """Return two seconds of a track as RTP packets, such as a browser sends."""
    found: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        ear.settimeout(2)
        words = ["ffmpeg", "-nostdin", "-v", "error", "-re", *(_VIDEO if video else _AUDIO), "-f", "rtp"]
        target = f"rtp://127.0.0.1:{ear.getsockname()[1]}?pkt_size=1200"
        with subprocess.Popen(
            [*words, "-payload_type", "96" if video else "111", target], stdout=subprocess.DEVNULL
        ) as made:
            while made.poll() is None or found:
                try:
                    found.append(ear.recv(2000))
                except TimeoutError:
                    break
    return tuple(found)


def mjr(path: Path, *, video: bool, begins: datetime = BEGIN) -> Path:
    """Write a track as the media server does: a head in JSON, then packets, each with its time in milliseconds."""
    instant = int(begins.timestamp() * 1_000_000)
    head = json.dumps(
        {"t": "v" if video else "a", "c": "vp8" if video else "opus", "s": instant, "u": instant}
    ).encode()
    body = b"MJR00002" + struct.pack("!H", len(head)) + head
    for number, packet in enumerate(packets(video)):
        body += b"MEET" + struct.pack("!I", number * 20) + struct.pack("!H", len(packet)) + packet
    path.write_bytes(body)
    return path


def named(folder: Path, feed: str, *, video: bool, begins: datetime = BEGIN) -> Path:
    return mjr(folder / f"videoroom-1-user-{feed}-{int(begins.timestamp())}-{'video-1' if video else 'audio-0'}.mjr",
               video=video, begins=begins)  # fmt: skip


def tracks(*paths: Path) -> list[janus.Track]:
    found = [janus.track_of(path) for path in paths]
    assert None not in found
    return [one for one in found if one is not None]


def test_a_head_says_whose_and_when(tmp_path: Path) -> None:
    path = tmp_path / "videoroom-9-user-Zk3_-x-1700000000000000-audio-0.mjr"
    head = json.dumps(
        {"t": "a", "c": "opus", "s": 1_700_000_000_000_000, "u": 1_700_000_001_500_000}
    ).encode()
    path.write_bytes(b"MJR00002" + struct.pack("!H", len(head)) + head)
    track = janus.track_of(path)
    assert track is not None
    assert (track.feed, track.video) == ("Zk3_-x", False)
    assert track.begins == datetime(2023, 11, 14, 22, 13, 21, 500_000, UTC)
    for body in (
        b"",
        b"MJR00002",
        b"MJR00002\xff\xff{}",
        b"MJR00002\x00\x02[]",
        b"MJR00002\x00\x02{}",
        b"RIFF" * 9,
    ):
        path.write_bytes(body)
        assert janus.track_of(path) is None, body
    assert janus.track_of(mjr(tmp_path / "else.mjr", video=False)) is None


@pytest.mark.long
def test_one_person_is_copied_as_they_are(tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    late = BEGIN + timedelta(seconds=1)
    found = tracks(named(tmp_path, "one", video=True), named(tmp_path, "one", video=False, begins=late))
    film = janus.composed(found, place, BEGIN).read_bytes()
    said = films.probed(film)
    assert [one["codec_name"] for one in said["streams"]] == ["vp8", "opus"]
    begins = {one["codec_name"]: float(one["start_time"]) for one in said["streams"]}
    assert 0.8 < begins["opus"] - begins["vp8"] < 1.2


@pytest.mark.long
def test_several_are_laid_out_and_mixed(tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    late = BEGIN + timedelta(seconds=2)
    found = tracks(
        named(tmp_path, "one", video=True), named(tmp_path, "one", video=False),
        named(tmp_path, "two", video=True, begins=late), named(tmp_path, "two", video=False, begins=late),
    )  # fmt: skip
    film = janus.composed(found, place, BEGIN).read_bytes()
    said = films.probed(film)
    assert {one["codec_type"] for one in said["streams"]} == {"video", "audio"}
    assert 3 < float(said["format"]["duration"]) < 5
    with pytest.raises(Unplayable):
        janus.composed([], place, BEGIN)


@pytest.mark.long
def test_those_who_did_not_agree_are_not_in_it(
    cast: Cast, inside: Inside, open_session: OpenSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = open_session(media=MediaKind.JANUS)
    application = cast("owner").app
    changed = application.config[KEY].model_copy(update={"janus_recordings": str(tmp_path)})
    monkeypatch.setitem(application.config, KEY, changed)
    with inside() as session:
        webinar = session.get_one(Webinar, scene.id)
        folder = tmp_path / media_room(webinar).key
        folder.mkdir()
        now = clock.now()
        for name, agreed in (("trainer", True), ("owner", False), ("member", None)):
            participant = session.scalars(
                select(WebinarParticipant).where(WebinarParticipant.public_id == scene.people[name])
            ).one()
            session.add(
                WebinarMediaSeat(webinar_id=scene.id, participant_id=participant.id, public_id=f"feed-{name}")
            )
            if agreed is not None:
                session.add(
                    WebinarConsent(webinar_id=scene.id, user_id=cast(name).id, version=1, agreed=agreed)
                )
            named(folder, f"feed-{name}", video=False, begins=now)
        row = WebinarRecording(
            webinar_id=scene.id, number=1, title="Of the server", source=Source.JANUS, started_at=now, stopped_at=now,
            state=RecordingState.STOPPED,
        )  # fmt: skip
        session.add(row)
        session.flush()
        spans = [[now.isoformat(), (now + timedelta(seconds=5)).isoformat()]]
        session.add(WebinarRecordingTake(recording_id=row.id, number=1, begun_at=now, spans=spans))
        session.flush()
        allowed = janus._allowed(webinar, janus.record_files(webinar))
        assert [one.feed for one in allowed] == ["feed-trainer"]
        janus.fetch(row.id)
        assert row.state == RecordingState.MAKING
        kept = session.scalars(select(WebinarRecordingChunk)).one()
        assert (kept.take, kept.index, kept.size > 1000) == (1, 0, True)
