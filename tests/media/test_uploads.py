"""Files arrive: whole, in pieces, over bad lines, from people who are not who they should be."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound
from werkzeug.test import TestResponse

from app.core import clock, jobs
from app.core.database import TransactionalFlask, db
from app.core.refusal import Refused
from app.media import actions, queries, tus
from app.media.models import MediaFile, MediaUpload
from app.media.names import clean_name
from app.media.vocabulary import State
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.media.place import PLACE

BODY = b"evidence of the court\n" * 500
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Sender:
    """A program that sends a file by the protocol."""

    def __init__(self, who: Player, address: str) -> None:
        self.client: FlaskClient = who.client
        self.address = address
        found = _TOKEN.search(self.client.get("/verify").text)
        assert found is not None
        self.headers = {"X-CSRFToken": found[1], "Tus-Resumable": "1.0.0"}

    def send(self, offset: int, body: bytes, **more: Any) -> TestResponse:
        """Send a piece."""
        headers = {**self.headers, "Upload-Offset": str(offset), **more.pop("headers", {})}
        kind = more.pop("content_type", "application/offset+octet-stream")
        return self.client.patch(self.address, data=body, content_type=kind, headers=headers, **more)

    def head(self) -> TestResponse:
        """Ask how far it has come."""
        return self.client.head(self.address, headers=self.headers)

    def state(self) -> str:
        """Ask what became of it."""
        told = self.client.get(self.address, headers=self.headers).get_json()
        return str(told["state"])

    def cancel(self) -> TestResponse:
        """Give it up."""
        return self.client.delete(self.address, headers=self.headers)


@pytest.fixture
def begin(inside: Inside, cast: Cast) -> Callable[..., Sender]:
    """Give a function that begins an upload of the owner's as a feature does."""

    def begun(name: str = "note.txt", length: int = len(BODY), **options: Any) -> Sender:
        with inside():
            upload = actions.begin_upload(cast("owner").actor(), name, length, PLACE, **options)
            return Sender(cast("owner"), f"/files/uploads/{upload.public_id}")

    return begun


def test_a_file_arrives_in_pieces_is_checked_and_taken_over(
    begin: Callable[..., Sender], inside: Inside, cast: Cast, stored: Callable[[], list[str]]
) -> None:
    sender = begin()
    assert sender.head().headers["Upload-Offset"] == "0"
    first = sender.send(0, BODY[:4_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    assert sender.head().headers["Upload-Length"] == str(len(BODY))
    last = sender.send(4_000, BODY[4_000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(BODY)))
    assert sender.state() == State.CHECKING
    with inside():
        jobs.run_pending()
    assert sender.state() == State.READY
    with inside():
        (file,) = actions.take(cast("owner").actor(), [sender.address.rsplit("/", 1)[-1]], PLACE)
        assert queries.original(file) == BODY
        assert (file.size, file.sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
        assert (file.kept, file.kind, file.name) == (True, "text", "note.txt")
        assert stored() == [f"files/{file.key}/original"]
        assert not re.search("note|owner", file.key)
    assert sender.head().status_code == 404


def test_pieces_that_do_not_fit_are_refused_and_change_nothing(begin: Callable[..., Sender]) -> None:
    sender = begin(length=100)
    assert sender.send(5, b"x" * 10).status_code == 409
    assert sender.send(0, b"x" * 101).status_code == 413
    assert sender.send(0, b"x", content_type="text/plain").status_code == 415
    assert sender.send(0, b"x", headers={"Tus-Resumable": "0.2.2"}).status_code == 412
    assert sender.send(0, b"x", headers={"Upload-Offset": "-1"}).status_code == 400
    assert sender.send(0, b"x", headers={"Upload-Checksum": "md5 x"}).status_code == 460
    assert sender.send(0, b"x", headers={"Upload-Checksum": "sha256 AAAA"}).status_code == 460
    assert sender.send(0, b"x", headers={"X-CSRFToken": ""}).status_code == 400
    assert sender.head().headers["Upload-Offset"] == "0"
    good = "sha256 " + base64.b64encode(hashlib.sha256(b"x" * 100).digest()).decode()
    assert sender.send(0, b"x" * 100, headers={"Upload-Checksum": good}).status_code == 204
    assert sender.send(0, b"x" * 100).status_code == 409


def test_what_arrived_before_the_line_broke_is_kept(begin: Callable[..., Sender], inside: Inside) -> None:
    sender = begin()
    broken = {"input_stream": io.BytesIO(BODY[:3_000]), "content_length": len(BODY)}
    sender.client.patch(
        sender.address,
        headers={**sender.headers, "Upload-Offset": "0"},
        content_type="application/offset+octet-stream",
        **broken,
    )
    assert sender.head().headers["Upload-Offset"] == "3000"
    assert sender.send(3_000, BODY[3_000:]).headers["Upload-Offset"] == str(len(BODY))
    with inside():
        jobs.run_pending()
        assert db.session.scalars(select(MediaFile.sha256)).one() == hashlib.sha256(BODY).hexdigest()


def test_another_persons_upload_is_not_there(begin: Callable[..., Sender], cast: Cast) -> None:
    sender = begin()
    for address in (sender.address, "/files/uploads/Guess3dGuess3dGuess3d0"):
        other = Sender(cast("member"), address)
        assert {other.head().status_code, other.send(0, BODY).status_code, other.cancel().status_code} == {
            404
        }
    assert sender.head().headers["Upload-Offset"] == "0"


def test_a_cancelled_upload_leaves_nothing(
    begin: Callable[..., Sender], inside: Inside, stored: Callable[[], list[str]]
) -> None:
    sender = begin()
    sender.send(0, BODY[:100])
    assert len(stored()) == 1
    assert sender.cancel().status_code == 204
    assert sender.head().status_code == 404
    with inside():
        jobs.run_pending()
        assert db.session.scalar(select(func.count()).select_from(MediaFile)) == 0
    assert stored() == []


def test_an_upload_ends_after_its_time(begin: Callable[..., Sender]) -> None:
    sender = begin()
    with clock.travel(clock.now() + timedelta(hours=25)):
        assert sender.client.get(sender.address).status_code in {302, 404}  # the sign-in has ended too


def test_too_much_is_refused_in_words(
    inside: Inside, cast: Cast, change: Callable[..., None], stored: Callable[[], list[str]]
) -> None:
    change(max_file_mb=1, max_daily_mb=2, max_open_uploads=2)
    with inside():
        owner = cast("owner").actor()
        with pytest.raises(Refused, match="at most 1 MB"):
            actions.begin_upload(owner, "a.txt", 1_000_001, PLACE)
        with pytest.raises(Refused, match="empty"):
            actions.begin_upload(owner, "a.txt", 0, PLACE)
        with pytest.raises(Refused, match="at most 1 MB"):
            actions.receive(owner, io.BytesIO(b"x" * 1_000_001), "a.txt", PLACE)
        with pytest.raises(Refused, match="empty"):
            actions.receive(owner, io.BytesIO(), "a.txt", PLACE)
        for _ in range(2):
            actions.begin_upload(owner, "a.txt", 900_000, PLACE)
        with pytest.raises(Refused, match="unfinished"):
            actions.begin_upload(owner, "a.txt", 1, PLACE)
        with pytest.raises(Refused, match="24 hours"):
            actions.receive(owner, io.BytesIO(b"x" * 300_000), "a.txt", PLACE)
        assert actions.begin_upload(cast("member").actor(), "a.txt", 900_000, PLACE).offset == 0
        assert [upload.file.name for upload in queries.unfinished(owner, PLACE)] == ["a.txt", "a.txt"]
    assert stored() == []


def test_only_what_arrived_in_full_for_this_place_is_taken_over(
    begin: Callable[..., Sender], inside: Inside, cast: Cast
) -> None:
    sender = begin()
    upload_id = sender.address.rsplit("/", 1)[-1]
    with inside():
        owner = cast("owner").actor()
        with pytest.raises(Refused, match="in full"):
            actions.take(owner, [upload_id], PLACE)
    sender.send(0, BODY)
    with inside():
        with pytest.raises(Refused, match="another place"):
            actions.take(owner, [upload_id], "place:2")
        with pytest.raises(NotFound):
            actions.take(cast("member").actor(), [upload_id], PLACE)
        (file,) = actions.take(owner, [upload_id], PLACE)  # while it is still being checked
        jobs.run_pending()
        db.session.refresh(file)
        assert file.state == State.READY
        assert db.session.scalar(select(func.count()).select_from(MediaUpload)) == 0


def test_a_feature_begins_an_upload_by_the_protocol(
    app: TransactionalFlask, cast: Cast, inside: Inside
) -> None:
    name = base64.b64encode("отчёт.pdf".encode()).decode()
    sent = {"Upload-Length": "12", "Upload-Metadata": f"filename {name},strip MQ=="}
    with inside(), app.test_request_context(method="POST", headers=sent):
        owner = cast("owner").actor()
        answer = tus.begin(
            lambda asked: actions.begin_upload(owner, asked.name, asked.length, PLACE, strip=asked.strip)
        )
        assert answer.status_code == 201
        assert answer.headers["Location"].startswith("/files/uploads/")
        file = db.session.scalars(select(MediaFile)).one()
        assert (file.name, file.size, file.strip, file.state) == ("отчёт.pdf", 12, True, State.ARRIVING)
        refused = tus.begin(lambda asked: actions.begin_upload(owner, asked.name, 10**12, PLACE))
        assert refused.status_code == 422
        assert b"too large" in refused.get_data()


def test_programs_are_told_what_of_the_protocol_is_understood(client: FlaskClient) -> None:
    answer = client.options("/files/uploads")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Max-Size"] == "200000000"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("a\r\nb\x00.txt", "a_b_.txt"),
        ("\u202etxt.exe", "txt.exe"),
        ("nul.txt", "_nul.txt"),
        ("  ...  ", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("e\u0301te\u0301.odt", "été.odt"),
        ("名前 اسم имя.txt", "名前 اسم имя.txt"),
    ],
)
def test_names_are_made_fit(given: str, kept: str) -> None:
    assert clean_name(given) == kept
