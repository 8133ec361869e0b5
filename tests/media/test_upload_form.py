"""The form that sends files, in Chromium: several at once, bad lines, reloads, refusals; and without scripts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.browser.person import Person
from tests.media.place import PLACE
from tests.support import files
from tests.support.browsers import DESK, PHONE, accessibility_faults, screenshot
from tests.support.servers import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.long]
LONG = 60_000  # milliseconds: a worker is at work


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The platform with the page of ``served.py``; its worker examines what arrives."""
    limits = {"LIBREOFFICE": "none", "MAX_UPLOAD_MB": "1", "MAX_FILE_MB": "8"}
    with running(tmp_path_factory.mktemp("live"), limits, "tests.media.served:app") as server:
        yield server


@pytest.fixture(scope="module")
def signed_in(browser: Browser, live_server: Server) -> Any:
    """The cookies of the owner's browser."""
    context = browser.new_context(base_url=live_server.url, locale="en", viewport=DESK)  # type: ignore[arg-type]
    somebody = Person(context.new_page())
    somebody.speak("en")
    somebody.sign_in(live_server.cast("owner")[0])
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def form(new_page: Callable[..., Page], signed_in: Any) -> Callable[..., Page]:
    """Give a function that opens the form as the owner; keywords are those of the browser's context."""

    def opened(**options: Any) -> Page:
        page = new_page(storage_state=signed_in, **options)
        page.goto("/place/files")
        return page

    return opened


def _choose(page: Page, *chosen: tuple[str, bytes]) -> None:
    page.locator("input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="text/plain", buffer=body) for name, body in chosen]
    )


def _item(page: Page, name: str) -> Locator:
    return page.locator(".upload-item", has_text=name)


def _wait(page: Page, name: str, state: str) -> None:
    expect(_item(page, name)).to_have_attribute("data-state", state, timeout=LONG)


def _added(page: Page, *names: str) -> None:
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".notice--flash")).to_contain_text("Added: " + ", ".join(names), timeout=LONG)


def _digests(server: Server) -> dict[str, str]:
    """Return the digests of the files that were taken over, once all of them have been examined."""
    taken = "SELECT name, sha256 FROM media_file WHERE scope = %s AND kept"
    end = time.monotonic() + LONG / 1000
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        while True:
            found: dict[str, str] = dict(connection.execute(taken, [PLACE]).fetchall())
            if all(found.values()) or time.monotonic() > end:
                return found
            time.sleep(0.1)


def _body(megabytes: int, letter: str) -> bytes:
    return (letter * 999_999 + "\n").encode() * megabytes


def test_several_files_arrive_each_with_its_own_word(form: Callable[..., Page], live_server: Server) -> None:
    page = form()
    _choose(
        page,
        ("long.txt", _body(5, "a")),
        ("report.pdf", files.pdf()),
        ("fake.pdf", b"just words"),
        ("empty.txt", b""),
    )
    _wait(page, "long.txt", "ready")
    _wait(page, "report.pdf", "ready")
    _wait(page, "fake.pdf", "refused")
    expect(_item(page, "fake.pdf")).to_contain_text("not what its name says")
    expect(_item(page, "empty.txt")).to_contain_text("empty")
    expect(page.locator("[data-upload-status]")).to_contain_text(
        "fake.pdf: The file is not what its name says"
    )
    assert accessibility_faults(page) == []
    screenshot(page, "upload-form-1280")
    _item(page, "empty.txt").get_by_role("button", name="Remove").click()
    _added(page, "long.txt", "report.pdf")
    assert _digests(live_server)["long.txt"] == hashlib.sha256(_body(5, "a")).hexdigest()


def test_a_lost_line_is_waited_for_and_a_pause_is_kept(
    form: Callable[..., Page], live_server: Server
) -> None:
    page = form(viewport=PHONE)
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if (
            route.request.method == "PATCH"
            and len(lost) < 2
            and int(route.request.headers["upload-offset"]) > 0
        ):
            lost.append(route)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/files/uploads/*", lose)
    _choose(page, ("broken.txt", _body(4, "b")))
    page.locator("form.form button[type=submit]").click()  # at once: the form goes when the file is there
    expect(page.locator(".notice--flash")).to_contain_text("Added: broken.txt", timeout=LONG)
    assert len(lost) == 2
    assert _digests(live_server)["broken.txt"] == hashlib.sha256(_body(4, "b")).hexdigest()


def test_after_a_reload_the_same_file_goes_on(
    form: Callable[..., Page], live_server: Server, tmp_path: Path
) -> None:
    page = form()
    chosen = tmp_path / "resumed.txt"
    chosen.write_bytes(_body(6, "c"))
    sent: list[int] = []
    page.on(
        "request",
        lambda one: sent.append(int(one.headers["upload-offset"])) if one.method == "PATCH" else None,
    )

    def stop_after_two(route: Route) -> None:
        if route.request.method == "PATCH" and int(route.request.headers["upload-offset"]) >= 1_800_000:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/files/uploads/*", stop_after_two)
    page.locator("input[type=file]").set_input_files(chosen)
    expect(_item(page, "resumed.txt").locator("[data-upload-state]")).to_contain_text("30%", timeout=LONG)
    page.reload()
    _wait(page, "resumed.txt", "unfinished")
    page.unroute("**/files/uploads/*")
    expect(_item(page, "resumed.txt")).to_contain_text("30% has arrived. Choose the file again")
    assert page.evaluate("Object.keys(localStorage).length") == 0  # nothing is kept in the browser
    sent.clear()
    page.locator("input[type=file]").set_input_files(chosen)
    _wait(page, "resumed.txt", "ready")
    assert min(sent) == 1_800_000
    _added(page, "resumed.txt")
    assert _digests(live_server)["resumed.txt"] == hashlib.sha256(_body(6, "c")).hexdigest()


def test_files_can_be_dropped_paused_and_removed(form: Callable[..., Page]) -> None:
    page = form()
    page.locator("[data-upload-drop]").evaluate("""(zone) => {
        const data = new DataTransfer();
        const body = new Uint8Array(7_000_000).fill(97);
        data.items.add(new File([body], "dropped.txt", {type: "text/plain", lastModified: 1}));
        for (const name of ["dragover", "drop"]) {
          zone.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true}));
        }
    }""")
    pause = _item(page, "dropped.txt").get_by_role("button", name="Pause")
    pause.click()
    _wait(page, "dropped.txt", "paused")
    expect(_item(page, "dropped.txt")).to_contain_text("Paused at")
    _item(page, "dropped.txt").get_by_role("button", name="Go on").click()
    _wait(page, "dropped.txt", "ready")
    with page.expect_response(lambda one: one.request.method == "DELETE") as gone:
        _item(page, "dropped.txt").get_by_role("button", name="Remove").click()
    assert gone.value.status == 204
    page.reload()
    expect(_item(page, "dropped.txt")).to_have_count(0)


def test_too_large_is_said_before_anything_is_sent(form: Callable[..., Page], tmp_path: Path) -> None:
    page = form()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    (tmp_path / "large.txt").write_bytes(_body(9, "d"))
    page.locator("input[type=file]").set_input_files(tmp_path / "large.txt")
    expect(_item(page, "large.txt")).to_contain_text("too large: at most 8 MB")
    assert asked == []


def test_without_scripts_the_form_carries_the_files(form: Callable[..., Page], live_server: Server) -> None:
    page = form(java_script_enabled=False)
    _choose(page, ("plain.txt", b"plain words"), ("second.txt", b"more words"))
    _added(page, "plain.txt", "second.txt")
    assert {"plain.txt", "second.txt"} <= _digests(live_server).keys()


@pytest.mark.parametrize("width", [360, 1280])
def test_it_stands_in_arabic_too(form: Callable[..., Page], width: int) -> None:
    page = form(viewport={"width": width, "height": 740})
    page.goto("/place/files?lang=ar")
    _choose(page, (f"تقرير المحكمة {width}.txt", "نظرت المحكمة".encode()))
    _wait(page, f"تقرير المحكمة {width}", "ready")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert accessibility_faults(page) == []
    screenshot(page, f"upload-form-ar-{width}")
    page.goto("/place/files?lang=en")
