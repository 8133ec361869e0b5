"""Recordings of the cast's session, made as people make them: started in the room, brought in pieces, made by jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock, jobs
from app.core.database import db
from app.webinars import recording_files as files
from app.webinars import recording_finishing as finishing
from app.webinars.models.recording import Part, RecordingState, Source, Viewers, WebinarRecording
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields
from tests.webinars import films
from tests.webinars.scene import HOST, WebinarScene

CONTENT = {"Host": "content.localhost:8000"}
A_PIECE = 500


class Person:
    """Somebody of the cast with a browser that sends the page's token with everything."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.player = cast(name)
        self.client: FlaskClient = self.player.client
        page = self.client.get("/about").text
        self._headers = {"X-CSRFToken": hidden_fields(page, "/account/sign-out")["csrf_token"]}

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        """Send something."""
        return self.client.post(path, headers=self._headers | more.pop("headers", {}), **more)

    def follow(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """Follow a link of the platform to the host of files, as a browser does: nobody is signed in there."""
        answer = self.client.get(path)
        assert answer.status_code == 302, (path, answer.status_code)
        return fetch(self.client, answer.headers["Location"], method, **headers)


def told(answer: TestResponse) -> dict[str, Any]:
    """Return the JSON object of an answer."""
    found = answer.get_json()
    assert isinstance(found, dict), answer.text
    return found


def fetch(client: FlaskClient, url: str, method: str = "GET", **headers: str) -> TestResponse:
    """Ask the host of files for something, without cookies."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    stranger = client.application.test_client()
    return stranger.open(urlsplit(url).path, method=method, headers=CONTENT | named)


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording by its ids."""

    id: int
    public_id: str
    scene: WebinarScene

    def path(self, rest: str = "") -> str:
        """Return an address of the recording's page."""
        return f"/webinars/recordings/{self.public_id}{rest}"

    def room(self, rest: str = "") -> str:
        """Return an address of the recording in the room."""
        return self.scene.path(f"/room/recording/{self.public_id}{rest}")

    def row(self) -> WebinarRecording:
        """Return the row, inside a transaction."""
        return db.session.get_one(WebinarRecording, self.id, populate_existing=True)


def started(cast: Cast, inside: Inside, scene: WebinarScene, client_id: str = "browser-1") -> Tape:
    """Begin to record in the room, the host's browser with it."""
    host = Person(cast, HOST)
    answer = host.post(scene.path("/room/recording"), json={})
    assert answer.status_code == 200, answer.text
    with inside() as session:
        row = session.scalars(
            select(WebinarRecording)
            .where(WebinarRecording.webinar_id == scene.id)
            .order_by(WebinarRecording.id.desc())
        ).first()
        assert row is not None
        tape = Tape(row.id, row.public_id, scene)
    assert host.post(tape.room("/takes"), json={"id": client_id}).json == {"take": 1}
    return tape


def bring(who: Person, tape: Tape, index: int, piece: bytes, take: int = 1, **more: Any) -> TestResponse:
    """Send one piece."""
    query = {"take": take, "at": index * A_PIECE, "for": A_PIECE} | more
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return who.post(
        tape.room(f"/chunks/{index}?{words}"), data=piece, content_type="application/octet-stream"
    )


def bring_all(
    who: Person, tape: Tape, film: bytes, *, take: int = 1, order: Iterable[int] | None = None, count: int = 6
) -> int:
    """Send a film in pieces, in some order; returns how many there are."""
    parts = films.pieces(film, count)
    for index in order if order is not None else range(len(parts)):
        assert bring(who, tape, index, parts[index], take).status_code in {200, 201}
    assert who.post(tape.room("/end"), json={"take": take, "pieces": len(parts)}).status_code == 200
    return len(parts)


def work(inside: Inside, after: timedelta = timedelta(0)) -> None:
    """Let the jobs do their work, some time later."""
    with clock.travel(clock.now() + after), inside():
        jobs.run_pending()


def recorded(cast: Cast, inside: Inside, scene: WebinarScene, film: bytes | None = None) -> Tape:
    """Record a session, stop, and have the film made."""
    tape = started(cast, inside, scene)
    host = Person(cast, HOST)
    bring_all(host, tape, film or films.webm())
    assert host.post(tape.room("/stop"), json={}).status_code == 200
    work(inside)
    with inside():
        assert tape.row().state == RecordingState.READY, tape.row().problem
    return tape


def publish(cast: Cast, tape: Tape, viewers: str = Viewers.SESSION, **fields: str) -> TestResponse:
    """Publish a recording with the form of its page."""
    given = {"viewers": viewers, "group": "", "until": "", "downloads": "y"} | fields
    return Person(cast, HOST).post(
        tape.path("/publication"),
        data={name: value for name, value in given.items() if value or name == "group"},
    )


def planted(cast: Cast, inside: Inside, scene: WebinarScene, folder: Path, **values: Any) -> Tape:
    """Write a recording of 100 seconds down directly, its parts with octets that tell them apart."""
    with inside() as session:
        given = {
            "title": "The recording of it", "language": "en", "source": Source.BROWSER, "number": 1,
            "state": RecordingState.READY, "started_at": clock.now(), "stopped_at": clock.now(), "seconds": 100.0,
            "edition": 1, "made": 1, "published_at": clock.now(),
        }  # fmt: skip
        row = WebinarRecording(webinar_id=scene.id, **(given | values))
        session.add(row)
        session.flush()
        for part, kind in ((Part.FILM, "webm"), (Part.SMALL, "mp4"), (Part.SOUND, "m4a")):
            octets = folder / part.value
            octets.write_bytes(part.value.encode() * 1000)
            files.keep(row, octets, part, kind, (640, 360))
        finishing.tell(row, scene.webinar())
        return Tape(row.id, row.public_id, scene)
