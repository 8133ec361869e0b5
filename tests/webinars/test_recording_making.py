"""From what arrived to what is watched: one film, a small one, the sound; gaps marked; hostile files refused."""

from __future__ import annotations

import io
import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core import clock, jobs
from app.media import queries as media
from app.media.models import MediaFile
from app.media.storage import storage
from app.webinars import journal, recording_files, recording_jobs
from app.webinars import recording_ffmpeg as ffmpeg
from app.webinars.models.planning import State
from app.webinars.models.recording import (
    Part,
    RecordingState,
    WebinarRecording,
    WebinarRecordingCaptions,
    WebinarRecordingFile,
)
from app.webinars.recording_ffmpeg import Input, Unplayable
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars import films
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import HOST, WebinarScene
from tests.webinars.tapes import Person, Tape, bring, bring_all, recorded, started, work

pytestmark = films.needs_ffmpeg


def parts_of(inside: Inside, tape: Tape) -> dict[str, tuple[str, bytes]]:
    """Return kind and octets of each part of the present edition."""
    with inside() as session:
        rows = session.execute(
            select(WebinarRecordingFile.part, MediaFile)
            .join(MediaFile, MediaFile.id == WebinarRecordingFile.file_id)
            .where(
                WebinarRecordingFile.recording_id == tape.id,
                WebinarRecordingFile.edition == tape.row().made,
            )
        ).all()
        found = {part: (file.kind, media.original(file)) for part, file in rows}
        assert all(len(found[part][1]) == file.size for part, file in rows)
        return found


def codecs(film: bytes) -> list[str]:
    return [str(one["codec_name"]) for one in films.probed(film)["streams"]]


def test_pieces_become_a_film_a_small_one_and_the_sound(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    scene = open_session(agenda=[{"minute": 0, "title": "Welcome"}, {"minute": 500, "title": "Later"}])
    tape = started(cast, inside, scene)
    host = Person(cast, HOST)
    said(inside, scene)
    bring_all(host, tape, films.webm(), order=[3, 0, 5, 1, 4, 2])
    assert host.post(tape.room("/stop"), json={}).status_code == 200
    work(inside)
    found = parts_of(inside, tape)
    assert {part: kind for part, (kind, _film) in found.items()} == {
        "film": "webm",
        "small": "mp4",
        "sound": "m4a",
    }
    assert codecs(found["film"][1]) == ["vp8", "opus"]  # as it was recorded, not encoded anew
    assert codecs(found["small"][1]) == ["h264", "aac"]
    assert all(2.7 < films.seconds_of(film) < 3.3 for _kind, film in found.values())
    with inside() as session:
        row = tape.row()
        assert (row.state, row.made, row.edition, row.done, row.gaps) == (
            RecordingState.READY,
            1,
            1,
            row.pieces,
            [],
        )
        assert row.seconds is not None
        assert 2.7 < row.seconds < 3.3
        assert storage().get(f"recordings/{row.key}/pictures/1-1").startswith(b"\xff\xd8\xff")
        assert row.chapters[0] == {"at": 0.0, "title": "Welcome"}
        captions = session.scalars(select(WebinarRecordingCaptions)).one()
        assert (captions.language, captions.typed, captions.cues[0][2]) == ("fr", True, "Conserver d’abord")
        assert captions.cues[0][0] < 3


def said(inside: Inside, scene: WebinarScene) -> None:
    """Turn a slide and type a caption in the room."""
    with inside():
        webinar = scene.webinar()
        assert webinar.begun_at is not None
        at = (clock.now() - webinar.begun_at).total_seconds()
        caption = {"id": "x", "language": "fr", "text": "Conserver d’abord", "from": at, "to": at + 1.5}
        journal.tell(webinar, "slides.turned", {"deck": "none", "page": 2, "title": "Slides"})
        journal.tell(webinar, "captions.said", caption)


@pytest.mark.long
def test_a_piece_that_never_came_is_a_gap_and_fills_it_when_it_comes_late(
    cast: Cast, inside: Inside, live: WebinarScene
) -> None:
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    parts = films.pieces(films.webm(), 6)
    for index in (0, 1, 3, 4, 5):
        bring(host, tape, index, parts[index])
    host.post(tape.room("/end"), json={"take": 1, "pieces": 6})
    host.post(tape.room("/stop"), json={})
    work(inside)
    with inside():
        assert tape.row().state == RecordingState.STOPPED  # it may still come
    work(inside, timedelta(minutes=4))
    with inside():
        assert (tape.row().state, tape.row().gaps) == (RecordingState.READY, [[1.0, 1.5]])
    assert films.seconds_of(parts_of(inside, tape)["small"][1]) > 2
    assert bring(host, tape, 2, parts[2]).status_code == 201
    work(inside, timedelta(minutes=6))
    with inside():
        assert (tape.row().made, tape.row().gaps) == (2, [])
    assert 2.7 < films.seconds_of(parts_of(inside, tape)["film"][1]) < 3.3


@pytest.mark.long
def test_several_takes_are_one_line_even_of_different_make(
    cast: Cast, inside: Inside, live: WebinarScene
) -> None:
    tape = started(cast, inside, live, "one")
    host = Person(cast, HOST)
    bring_all(host, tape, films.webm(), take=1)
    assert host.post(tape.room("/takes"), json={"id": "two"}).json == {"take": 2}
    bring_all(host, tape, films.mp4(), take=2)
    host.post(tape.room("/stop"), json={})
    work(inside)
    film = parts_of(inside, tape)["film"][1]
    assert codecs(film) == ["h264", "aac"]
    assert 5.5 < films.seconds_of(film) < 6.6


@pytest.mark.long
def test_a_cut_is_a_new_edition_and_can_be_taken_back(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    tape = recorded(cast, inside, live)
    before = {row.id for row in rows(inside)}
    host = Person(cast, HOST)
    assert host.post(tape.path("/cut"), data={"begins": "0:01", "ends": "0:02"}).status_code == 302
    with inside():
        assert (tape.row().made, tape.row().edition) == (1, 2)  # the earlier one is shown meanwhile
    work(inside)
    assert all(0.8 < films.seconds_of(film) < 1.3 for _kind, film in parts_of(inside, tape).values())
    with inside():
        assert (tape.row().made, round(tape.row().length)) == (2, 1)
    assert before.isdisjoint({row.id for row in rows(inside)})  # the files of the earlier edition are gone
    for begins, ends in (("0:02", "0:02"), ("9:00", ""), ("soon", ""), ("0:02", "0:01")):
        assert host.post(tape.path("/cut"), data={"begins": begins, "ends": ends}).status_code == 422
    host.post(tape.path("/cut"), data={"begins": "0:00", "ends": ""})
    work(inside)
    assert films.seconds_of(parts_of(inside, tape)["film"][1]) > 2.7


def rows(inside: Inside) -> list[MediaFile]:
    with inside() as session:
        return list(session.scalars(select(MediaFile).where(MediaFile.scope.like("recording:%"))))


def broken(*_: object) -> None:
    raise ZeroDivisionError


def several(inside: Inside, recording_id: int, edition: int) -> None:
    """Do pieces of work until one fails."""
    with inside():
        for _ in range(9):
            recording_jobs.make(recording_id, edition)


@pytest.mark.long
def test_a_killed_worker_loses_one_piece_of_work(
    cast: Cast, inside: Inside, live: WebinarScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    bring_all(host, tape, films.webm())
    host.post(tape.room("/stop"), json={})
    with inside():
        jobs.run_pending(limit=3)  # settled, gathered, and one piece more
        before = tape.row().done
        assert 1 <= before < tape.row().pieces
        work_on, edition = tape.row().id, tape.row().edition
    with monkeypatch.context() as killed:
        killed.setattr(recording_files, "keep", broken)
        with pytest.raises(ZeroDivisionError):
            several(inside, work_on, edition)
    with inside() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        recording_jobs.resume()
    work(inside)
    with inside():
        assert (tape.row().state, tape.row().done) == (RecordingState.READY, tape.row().pieces)
        recording_jobs.make(work_on, edition)  # once more: nothing
        assert tape.row().state == RecordingState.READY
    assert set(parts_of(inside, tape)) == set(Part)


# ------------------------------------------------------------------------------------------------ files that were sent


def send(cast: Cast, scene: WebinarScene, body: bytes, name: str) -> int:
    data = {"files": (io.BytesIO(body), name)}
    return Person(cast, HOST).post(scene.path("/recordings"), data=data).status_code


@pytest.mark.long
@pytest.mark.parametrize(
    ("made", "name", "kinds"),
    [
        (films.mp4, "film.mp4", {"film": "mp4", "small": "mp4", "sound": "m4a"}),
        (films.old, "old.mp4", {"film": "mp4", "small": "mp4", "sound": "m4a"}),
        (films.sound, "sound.m4a", {"sound": "m4a"}),
    ],
)
def test_a_film_that_was_sent(
    cast: Cast, inside: Inside, open_session: OpenSession, made: Any, name: str, kinds: dict[str, str]
) -> None:
    scene = open_session(state=State.ENDED)
    assert send(cast, scene, made(), name) == 302
    work(inside)
    with inside() as session:
        row = session.scalars(select(WebinarRecording)).one()
        assert (row.state, row.problem) == (RecordingState.READY, "")
        tape = Tape(row.id, row.public_id, scene)
    found = parts_of(inside, tape)
    assert {part: kind for part, (kind, _film) in found.items()} == kinds
    if "film" in found:
        assert codecs(found["film"][1]) == ["h264", "aac"]
    assert all(films.seconds_of(film) > 1.5 for _kind, film in found.values())


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("name", ["list.mp4", "list.webm", "list.txt", "concat.mp4"])
def test_a_list_of_other_files_is_no_film(
    cast: Cast, inside: Inside, open_session: OpenSession, name: str
) -> None:
    scene = open_session()
    body = (
        b"ffconcat version 1.0\nfile /etc/passwd\n" if "concat" in name else PLAYLIST % b"file:///etc/passwd"
    )
    assert send(cast, scene, body, name) == 302
    work(inside)
    with inside() as session:
        row = session.scalars(select(WebinarRecording)).one()
        assert (row.state, row.problem, row.made) == (RecordingState.FAILED, "not_taken", 0)
        assert session.scalars(select(WebinarRecordingFile)).all() == []


@pytest.fixture
def listener() -> Any:
    """A port of ours that notes whether anybody calls."""
    called: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def listen() -> None:
            while server.fileno() != -1:
                try:
                    line, _ = server.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                called.append(line.recv(100))
                line.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], called
    thread.join(1)


@pytest.mark.parametrize(
    "hostile",
    ["playlist", "concat", "playlist in webm's clothes", "truncated", "noise", "polyglot", "external mp4"],
)
def test_the_programs_are_confined(tmp_path: Path, listener: tuple[int, list[bytes]], hostile: str) -> None:
    port, called = listener
    secret = tmp_path.parent / "secret.txt"
    secret.write_text("CANARY-OF-ANOTHER-FILE")
    away = f"http://127.0.0.1:{port}/x.ts".encode()
    film = films.webm()
    body = {
        "playlist": PLAYLIST % away,
        "concat": b"ffconcat version 1.0\nfile " + str(secret).encode() + b"\n",
        "playlist in webm's clothes": b"\x1a\x45\xdf\xa3"
        + PLAYLIST % away
        + PLAYLIST % secret.as_uri().encode(),
        "truncated": film[: len(film) // 2],
        "noise": film[:300] + bytes(range(256)) * 40,
        "polyglot": film + b"<script>alert(1)</script>PK\x03\x04" + PLAYLIST % away,
        "external mp4": films.mp4().replace(b"url \x00\x00\x00\x01", b"url \x00\x00\x00\x00"),
    }[hostile]
    (tmp_path / "raw").write_bytes(body)
    reader = "mov" if "mp4" in hostile else "matroska"
    try:
        ffmpeg.probe(tmp_path, Input("raw", reader))
        made = ffmpeg.write(
            tmp_path, [Input("raw", reader)], "out.mkv", "-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy"
        )
        octets = made.read_bytes()
    except Unplayable:
        octets = b""
    assert called == []
    for planted in (b"CANARY", b"<script>", b"#EXTM3U"):
        assert planted not in octets
    if hostile in {"truncated", "polyglot"}:
        assert octets, "what can be played of it is kept"
    if hostile.startswith(("playlist", "concat")):
        assert not octets


def test_what_ffmpeg_itself_would_open_is_closed(tmp_path: Path, listener: tuple[int, list[bytes]]) -> None:
    """Even where our own choice of a reader were wrong, addresses are no protocol, and there is no network."""
    port, called = listener
    (tmp_path / "raw").write_bytes(PLAYLIST % f"http://127.0.0.1:{port}/x.ts".encode())
    with pytest.raises(Unplayable):
        ffmpeg.run(tmp_path, "-protocol_whitelist", "file,http,tcp", "-i", "file:raw", "-f", "null", "-")
    assert called == []
