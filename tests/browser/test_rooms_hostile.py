"""Script in people's texts runs nowhere: not with both guards, not with either of them taken away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.architecture.test_room_matrix import methods, possible
from tests.support.databases import ROOT, clone_database, drop_database
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(900)]
READERS = ("manager", "member")
FILES = (".csv", ".xlsx", "/file", "/download", "/play", "/image")
_LOOK = "async () => { await new Promise((done) => setTimeout(done, 60)); return window.ran ?? null; }"
_POINT = "() => document.querySelectorAll('[onmouseover]').forEach((one) => one.dispatchEvent(new Event('mouseover')))"


@pytest.fixture(scope="module", params=["", "policy", "sanitiser"], ids=["both", "no-policy", "no-sanitiser"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, dict[str, dict[str, str]]]]:
    """A platform with two rooms full of hostile texts, and who reads them."""
    url = clone_database()
    server = Server(
        url,
        tmp_path_factory.mktemp("hostile"),
        settings={"UNGUARDED": request.param},
        application="tests.support.unguarded:app",
    )
    try:
        server.start()
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.hostile_room"],
            cwd=ROOT, env=server.environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        yield server, json.loads(done.stdout)
    finally:
        server.stop()
        drop_database(url)


@pytest.mark.parametrize("name", READERS)
def test_no_script_of_a_text_runs(
    browser: Browser, place: tuple[Server, dict[str, dict[str, str]]], name: str, application: object
) -> None:
    server, told = place
    cookie, value = told["cookies"][name].split("=", 1)
    context = browser.new_context(base_url=server.url)
    context.add_cookies([{"name": cookie, "value": value, "url": server.url}])
    page = context.new_page()
    page.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith(server.url) else route.abort()
    )
    ran, seen, hostile = [], 0, 0
    values = told["values"]["a"] | {"guessed": "x"}  # type: ignore[operator]
    for line in possible(values):
        if line.api or "GET" not in methods(application, line.endpoint):  # type: ignore[arg-type]
            continue
        if line.template.endswith(FILES):
            continue
        answer = page.goto(line.template.format_map(values), wait_until="domcontentloaded")
        if answer is None or answer.status != 200 or "html" not in (answer.headers.get("content-type") or ""):
            continue
        seen += 1
        hostile += "window.ran" in page.content()
        page.evaluate(_POINT)
        if found := page.evaluate(_LOOK):
            ran.append(f"{line.template}: {found}")
    context.close()
    assert seen > 15
    assert hostile > 8, "the texts were not met"
    assert ran == []
