"""A session is recorded in a real browser, over a line that is cut, and watched in another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core import clock
from app.core.database import db, unit_of_work
from app.media.models import MediaFile
from app.webinars import recording_finishing as finishing
from app.webinars.models.planning import MediaKind
from app.webinars.models.recording import (
    WebinarRecording,
    WebinarRecordingChunk,
    WebinarRecordingFile,
    WebinarRecordingPlay,
)
from tests.browser.media.studio import Studio
from tests.cast import Player
from tests.support.browsers import PHONE, accessibility_faults, screenshot
from tests.support.servers import Server
from tests.webinars import films
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, WebinarScene, make_scene

pytestmark = [pytest.mark.browser, pytest.mark.long, films.needs_ffmpeg]
SOON, LATER = 15_000, 120_000


def until(page: Page, true: Callable[[], bool], milliseconds: int) -> None:
    """Wait until something is true elsewhere than in the page."""
    for _ in range(milliseconds // 200):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come true in time")


class People:
    """The cast on the running platform, each with a browser of their own."""

    def __init__(self, app: Flask, server: Server, new_page: Callable[..., Page]) -> None:
        self._app, self._server, self._new_page = app, server, new_page
        self._players: dict[str, Player] = {}

    def __call__(self, name: str) -> Player:
        if name not in self._players:
            self._players[name] = Player(self._app, name)
        return self._players[name]

    def at(self, name: str, path: str, **options: object) -> Page:
        """Open a page as somebody."""
        page = self._new_page(**options)
        cookie = str(self._app.config["SESSION_COOKIE_NAME"])
        held = self(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": self._server.url}])
        page.goto(path)
        return page


@pytest.fixture
def people(platform_app: Flask, live_server: Server, new_page: Callable[..., Page]) -> People:
    """The cast on the running platform."""
    return People(platform_app, live_server, new_page)


@pytest.fixture
def scene(platform_app: Flask, people: People) -> WebinarScene:
    """A session that runs, with cameras from browser to browser."""
    for name in (HOST, SPEAKER, *REGISTERED):
        people(name)
    with platform_app.app_context(), unit_of_work():
        return make_scene(people, media=MediaKind.P2P, agenda=[{"minute": 0, "title": "Welcome"}])


def recording(app: Flask) -> WebinarRecording:
    """Return the recording as it is now."""
    with app.app_context(), unit_of_work() as session:
        return session.scalars(select(WebinarRecording)).one()


def chunks(app: Flask) -> int:
    with app.app_context(), unit_of_work() as session:
        return len(session.scalars(select(WebinarRecordingChunk)).all())


def record(host: Page, scene: WebinarScene, app: Flask) -> None:
    """Agree, speak, record; the line is cut in the middle; pause, go on, stop."""
    expect(host.locator("[data-record=start]")).to_be_visible(timeout=SOON)
    studio = Studio(host, scene.people[HOST]).ready()
    for source in ("microphone", "camera"):
        studio.turn(source)
    host.locator("[data-record=start]").click()
    host.locator("[data-consent=yes]").click()
    expect(host.locator("[data-recording=recording]")).to_be_visible(timeout=SOON)
    until(host, lambda: chunks(app) >= 1, SOON)
    host.context.set_offline(True)
    expect(host.locator("[data-waiting]")).to_be_visible(timeout=SOON)  # kept in this browser
    host.context.set_offline(False)
    expect(host.locator("[data-waiting]")).to_be_hidden(timeout=SOON)
    host.locator("[data-record=pause]").click(timeout=SOON)
    expect(host.locator("[data-recording=paused]")).to_be_visible(timeout=SOON)
    host.locator("[data-record=resume]").click()
    expect(host.locator("[data-recording=recording]")).to_be_visible(timeout=SOON)


def test_recorded_over_a_cut_line_and_watched(
    people: People, scene: WebinarScene, platform_app: Flask, live_server: Server
) -> None:
    owner = people.at("owner", scene.path("/room"), viewport=PHONE)
    host = people.at(HOST, scene.path("/room"))
    record(host, scene, platform_app)
    expect(owner.locator("[data-recording]")).to_be_visible(timeout=SOON)  # everybody sees it
    assert owner.locator("[data-record]").count() == 0
    host.locator("[data-record=stop]").click()
    host.locator("dialog .button--main").click()
    expect(owner.locator("[data-recording]")).to_be_hidden(timeout=SOON)
    until(host, lambda: recording(platform_app).state in {"ready", "failed"}, LATER)
    made = recording(platform_app)
    assert (made.state, made.problem, made.gaps) == ("ready", "", [])
    with platform_app.app_context(), unit_of_work() as session:
        parts = {
            row.part: stored(live_server, session.get_one(MediaFile, row.file_id))
            for row in session.scalars(select(WebinarRecordingFile))
        }
        row = session.get_one(WebinarRecording, made.id)
        row.published_at = clock.now()
        finishing.tell(row, scene.webinar())
        db.session.flush()
    assert {one["codec_type"] for one in films.probed(parts["film"])["streams"]} == {"video", "audio"}
    assert all(films.seconds_of(film) > 4 for film in parts.values())
    address = f"/webinars/recordings/{made.public_id}"
    watch(people.at("member", address), platform_app)
    looked_at(people.at("owner", f"{address}?lang=ar", viewport=PHONE), "recording-ar-360")
    looked_at(people.at(HOST, f"{address}/edit", viewport=PHONE), "recording-edit-360")
    looked_at(people.at(HOST, scene.path("/recordings")), "recording-session-1280")
    looked_at(people.at("owner", "/webinars/recordings?lang=ar", viewport=PHONE), "recordings-ar-360")


def looked_at(page: Page, name: str) -> None:
    """Look at a page: nothing wider than the window, nothing that axe finds; keep a picture."""
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert accessibility_faults(page) == []
    screenshot(page, name)


def stored(server: Server, file: MediaFile) -> bytes:
    """Return what the platform keeps of a file."""
    return (server.var / "files" / "files" / file.key / "original").read_bytes()


def watch(page: Page, app: Flask) -> None:
    """Play, see chapters and sizes, go to a chapter, be remembered."""
    assert accessibility_faults(page) == []
    expect(page.locator("[data-player-chapter]")).to_have_count(1)
    expect(page.locator(".recording-downloads a")).to_have_count(3)
    expect(page.locator(".recording-downloads a").first).to_have_text(re.compile("bytes"))
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video').currentTime > 1.5", timeout=SOON)
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video').paused")
    screenshot(page, "recording-1280")
    until(page, lambda: played(app) > 1, SOON)


def played(app: Flask) -> float:
    with app.app_context(), unit_of_work() as session:
        row = session.scalars(select(WebinarRecordingPlay)).one_or_none()
        return row.seconds if row is not None and row.fetched_at is not None else 0.0
