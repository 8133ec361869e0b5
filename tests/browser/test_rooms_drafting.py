"""Two people and a draft in real browsers: one marks words and suggests others, the other accepts; also on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.core.database import unit_of_work
from tests.browser.person import Person
from tests.cast import Player
from tests.irooms.drafts import TEXT, DraftScene, begin
from tests.irooms.scene import open_scene
from tests.support.browsers import DESK, PHONE
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long]

SOON = 15_000  # milliseconds
ARABIC = "يجوز للمحكمة أن تستمع إلى شاهد عبر رابط الفيديو. يبلغ الدفاع في الوقت المناسب.\n\nيسجل كل رابط."
WAYS: dict[str, dict[str, Any]] = {
    "en-1280": {
        "language": "en", "viewport": DESK, "text": TEXT, "marked": "in time", "words": "a week before",
        "mark": "by video link", "heading": "Scope",
    },
    "ar-360": {
        "language": "ar", "viewport": PHONE, "text": ARABIC, "marked": "في الوقت المناسب", "words": "قبل أسبوع",
        "mark": "عبر رابط الفيديو", "heading": "النطاق",
    },
}  # fmt: skip
_MARK = """(words) => {
  const text = document.querySelector("[data-draft-text]");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  throw new Error("not in the text: " + words);
}"""


@pytest.fixture
def people(platform_app: Flask) -> Callable[[str], Player]:
    """Give the cast, living on the running platform."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(platform_app, name)
        return players[name]

    return play


@pytest.fixture
def within(platform_app: Flask) -> Callable[[], AbstractContextManager[None]]:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def opened() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return opened


@pytest.fixture
def sits(
    new_page: Callable[..., Page], people: Callable[[str], Player], platform_app: Flask, live_server: Server
) -> Callable[..., Person]:
    """Give ``sits("member", way)``: that person in front of a browser, signed in."""

    def sitting(name: str, way: str) -> Person:
        chosen = WAYS[way]
        page = new_page(viewport=chosen["viewport"], locale=chosen["language"])
        cookie = str(platform_app.config["SESSION_COOKIE_NAME"])
        held = people(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": live_server.url}])
        one = Person(page, chosen["language"], f"drafting-{way}-{name}")
        one.speak(chosen["language"])
        return one

    return sitting


def marking(page: Page, words: str) -> None:
    """Mark words in the first text of the page."""
    page.evaluate(_MARK, words)
    expect(page.locator("[data-draft-selection]")).to_be_visible()


@pytest.mark.parametrize("way", WAYS)
def test_one_suggests_by_marking_and_the_other_accepts(
    way: str,
    sits: Callable[..., Person],
    within: Callable[[], AbstractContextManager[None]],
    people: Callable[[str], Player],
) -> None:
    chosen = WAYS[way]
    for name in ("room_manager", "expelled", "member", "expert", "practitioner", "owner"):
        people(name)
    with within():
        room = open_scene(people)
        scene: DraftScene = begin(
            people,
            room,
            language=chosen["language"],
            texts={chosen["heading"]: chosen["text"], "Annex": "- one\n- two"},
        )
    member, editor = sits("member", way), sits("owner", way)
    member.open(scene.path())
    editor.open(scene.path())

    # words are marked, others suggested
    marking(member.page, chosen["marked"])
    with member.moving():
        member.page.click("[data-draft-suggest]")
    field = member.page.locator("textarea[name=text]")
    assert chosen["marked"] in field.input_value()
    assert len(field.input_value()) < len(chosen["text"])
    field.fill(field.input_value().replace(chosen["marked"], chosen["words"]))
    expect(member.page.locator("[data-saved-state]")).to_have_attribute(
        "data-saved-state", "saved", timeout=SOON
    )
    member.press("/suggestions")
    assert chosen["words"] in member.page.locator(".draft-difference ins").inner_text()

    # the editor's open page is told, and leads there
    link = editor.page.locator('.draft-section-acts a[href$="#suggestions"]')
    expect(link).to_be_visible(timeout=SOON)
    with editor.moving():
        link.click()
    with editor.moving():
        editor.page.click(".draft-suggestions a")
    member.open(scene.path())
    editor.press("/acceptance")
    expect(member.page.locator(".draft-text").first).to_contain_text(chosen["words"], timeout=SOON)

    # a comment on marked words, seen from the other page; the number leads to it
    marking(member.page, chosen["mark"])
    member.page.click("[data-draft-comment]")
    expect(member.page.locator("dialog[open] [data-draft-quote]")).to_have_text(chosen["mark"])
    member.page.fill("#draft-comment-text", "?")
    with member.moving():
        member.page.click("dialog[open] button[type=submit]")
    expect(member.page.locator("mark")).to_have_text(chosen["mark"])
    editor.open(scene.path())
    editor.page.click(".draft-text a.draft-number")
    expect(editor.page.locator("#c-1")).to_be_in_viewport()

    # who edits is told; a lost line loses nothing of what is typed
    editor.open(scene.section(chosen["heading"], "/edit"))
    expect(member.page.locator(".draft-held")).to_be_visible(timeout=SOON)
    editor.page.context.set_offline(True)
    editor.page.fill("textarea[name=text]", "Typed while the line was lost")
    state = editor.page.locator("[data-saved-state]")
    expect(state).to_have_attribute("data-saved-state", "trying", timeout=SOON)
    editor.page.context.set_offline(False)
    expect(state).to_have_attribute("data-saved-state", "saved", timeout=SOON)
    editor.open(scene.section(chosen["heading"], "/edit"))
    expect(editor.page.locator("textarea[name=text]")).to_have_value("Typed while the line was lost")

    for path in ("/suggestions", "/comments", "/history", "/compare?a=1&b=9", "/at?revision=2", "/export"):
        editor.open(scene.path(path))
    for rest in ("", "/versions", "/compare?a=1&b=2", "/versions/1"):
        member.open(scene.section(chosen["heading"], rest))
    manager = sits("room_manager", way)
    for path in ("/settings", "/publication"):
        manager.open(scene.path(path))
    for path in ("/drafts", "/drafts/new"):
        manager.open(room.path(path))
