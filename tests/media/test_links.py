"""Files leave by links on a host of their own: for one person, for a while, and only while the right is there."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.accounts import actions as accounts
from app.accounts import queries as people
from app.accounts.models import WebSession
from app.core import clock
from app.core.access import Actor
from app.core.database import TransactionalFlask, db
from app.media.links import file_url, read
from app.media.models import MediaFile
from app.media.vocabulary import State
from tests.cast import Cast
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.media.place import Place
from tests.support import files

HOST = {"Host": "content.localhost:8000"}
Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Give a function that follows a link as a stranger's browser does: nobody is signed in on that host."""

    def asked(url: str, method: str = "GET", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(urlsplit(url).path, method=method, headers=HOST | named)

    return asked


@pytest.fixture
def link(inside: Inside, cast: Cast, place: Place) -> Callable[..., str]:
    """Give a function that makes a link to a file for somebody who is signed in, a member of the place."""

    def linked(file: MediaFile, name: str = "owner", **options: object) -> str:
        person = cast(name)
        person.client.get("/verify")
        place.members.add(person.id)
        with inside():
            session = people.sessions_of(person.id)[0]
            actor = people.actor_by_session(session.id)
            assert actor is not None
            return file_url(actor, file, **options)  # type: ignore[arg-type]

    return linked


TEXT = b"0123456789" * 50


def test_a_file_is_given_out_whole_sandboxed_and_without_a_cookie(
    received: Received, link: Callable[..., str], ask: Ask, place: Place, client: FlaskClient
) -> None:
    url = link(received('отчёт \u202e"x".txt', TEXT))
    assert url.startswith("http://content.localhost:8000/files/get/")
    answer = ask(url)
    assert (answer.status_code, answer.data) == (200, TEXT)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"_____ _x_.txt\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82%20_x_.txt"
    )
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "").replace("Accept-Language, Cookie", "")
    head = ask(url, "HEAD")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(TEXT)))
    assert place.asked == [("download", True), ("download", False)]


def test_a_part_is_given_out_when_it_is_asked_for(
    received: Received, link: Callable[..., str], ask: Ask
) -> None:
    url = link(received("a.txt", TEXT))
    etag = ask(url).headers["ETag"]
    for asked, span, octets in (
        ("bytes=0-9", "0-9", TEXT[:10]), ("bytes=490-", "490-499", TEXT[490:]), ("bytes=-5", "495-499", TEXT[-5:]),
        ("bytes=100-9999", "100-499", TEXT[100:]),
    ):  # fmt: skip
        part = ask(url, Range=asked, If_Range=etag)
        assert (part.status_code, part.data, part.headers["Content-Range"]) == (
            206,
            octets,
            f"bytes {span}/500",
        )
    beyond = ask(url, Range="bytes=500-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */500")
    for ignored in ({"Range": "bytes=0-1,5-6"}, {"Range": "lines=0-1"}, {"Range": "x"},
                    {"Range": "bytes=0-9", "If_Range": '"another"'},
                    {"Range": "bytes=0-9", "If_Range": "Wed, 21 Oct 2026 07:28:00 GMT"}):  # fmt: skip
        assert (whole := ask(url, **ignored)).status_code == 200
        assert whole.data == TEXT
    assert ask(url, If_None_Match=etag).status_code == 304


def test_a_link_dies_with_the_right(
    received: Received, link: Callable[..., str], ask: Ask, place: Place, cast: Cast, inside: Inside
) -> None:
    file = received("a.txt", TEXT)
    url = link(file)
    assert ask(url).status_code == 200
    place.members.clear()
    nothing = ask(url)
    assert nothing.status_code == 404
    place.members.add(cast("owner").id)
    assert ask(url).status_code == 200
    with inside():
        db.session.execute(update(MediaFile).where(MediaFile.id == file.id).values(scope="place:2"))
    assert ask(url).status_code == 404  # it was moved: the link was for where it lay
    with inside():
        db.session.execute(
            update(MediaFile).where(MediaFile.id == file.id).values(scope="place:1", state=State.QUARANTINED)
        )
    assert ask(url).status_code == 404
    with inside():
        db.session.execute(update(MediaFile).where(MediaFile.id == file.id).values(state=State.READY))
        db.session.execute(update(WebSession).values(revoked_at=clock.now()))
    assert ask(url).status_code == 404  # signed out


def test_a_link_dies_with_the_account_and_with_time(
    received: Received, link: Callable[..., str], ask: Ask, cast: Cast, inside: Inside
) -> None:
    file = received("a.txt", TEXT)
    url = link(file)
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert ask(url).status_code == 404
    long = link(file, ttl=timedelta(minutes=30))
    with clock.travel(clock.now() + timedelta(minutes=11)):
        assert ask(long).status_code == 200
    with inside():
        accounts.suspend(None, cast("owner").person(), "It is tried")
    assert ask(url).status_code == 404


def test_a_link_is_worth_nothing_changed_or_elsewhere(
    received: Received, link: Callable[..., str], client: FlaskClient, ask: Ask
) -> None:
    url = link(received("a.txt", TEXT))
    path = urlsplit(url).path
    token = path.split("/")[3]
    assert client.get(path).status_code == 404  # the host of pages
    changed = token[:-9] + ("a" if token[-9] != "a" else "b") + token[-8:]
    assert ask(url.replace(token, changed)).status_code == 404
    assert ask(url.replace(token, "x" * 1_900)).status_code == 404
    assert ask(url, "POST").status_code in {404, 405}
    signed = ask("http://content.localhost:8000/?lang=ar")
    assert signed.status_code == 404
    assert "Set-Cookie" not in signed.headers


def test_a_link_without_a_sign_in_follows_the_account(
    received: Received, ask: Ask, place: Place, cast: Cast, inside: Inside, app: TransactionalFlask
) -> None:
    """Made for a program that came with a token: what the person may do now decides."""
    file = received("a.txt", TEXT)
    place.members.add(cast("administrator").id)
    with inside():
        url = file_url(cast("administrator").actor(), file, about={"resource": 7})
        ticket = read(urlsplit(url).path.split("/")[3])
        assert ticket is not None
        assert (ticket.about, ticket.second_factor, ticket.session_id) == ({"resource": 7}, True, None)
        with pytest.raises(ValueError, match="person"):
            file_url(Actor(), file)
    assert ask(url).status_code == 200


def test_a_stamped_copy_says_whose_it_is_and_can_be_asked_for_in_parts(
    received: Received, link: Callable[..., str], ask: Ask, place: Place
) -> None:
    place.lines, place.name = ["Amina Odhiambo", "7K3M-Q0ZX"], "The manual.docx"
    url = link(received("a.pdf", files.pdf(["one", "two"])))
    whole = ask(url)
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "application/pdf")
    assert 'filename="The manual.pdf"' in whole.headers["Content-Disposition"]
    with pypdfium2.PdfDocument(io.BytesIO(whole.data)) as copy:
        assert all("7K3M-Q0ZX" in copy[page].get_textpage().get_text_bounded() for page in range(2))
    part = ask(url, Range="bytes=1000-1999", If_Range=whole.headers["ETag"])
    assert (part.status_code, part.data) == (206, whole.data[1000:2000])
    picture = ask(link(received("a.jpg", files.jpeg())))
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")


def test_what_cannot_be_marked_is_not_given_without(
    received: Received, link: Callable[..., str], ask: Ask, place: Place
) -> None:
    place.lines = ["Amina Odhiambo"]
    assert ask(link(received("a.txt", TEXT))).status_code == 404


def test_what_a_browser_could_run_is_given_as_octets(
    received: Received, link: Callable[..., str], ask: Ask
) -> None:
    answer = ask(link(received("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
