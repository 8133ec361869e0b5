"""The live room in real browsers: coming in, the lobby, hand and floor, removed, a line that is cut, the text step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, WebSocketRoute, expect

from app.core.database import unit_of_work
from app.webinars.models.planning import MediaKind, Roster, State
from tests.browser.person import Person
from tests.cast import Player
from tests.support.browsers import DESK, PHONE, accessibility_faults, screenshot
from tests.support.databases import ROOT
from tests.support.servers import Server
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, WebinarScene, make_scene

pytestmark = pytest.mark.browser

SOON = 15_000  # milliseconds; waits between tries grow
ON_ITS_SIDE = {"width": 740, "height": 360}
Within = Callable[[], AbstractContextManager[None]]
Cast = Callable[[str], Player]
Comes = Callable[..., Page]
MakeRoom = Callable[..., WebinarScene]


@pytest.fixture
def within(platform_app: Flask) -> Within:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def opened() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return opened


@pytest.fixture
def people(platform_app: Flask) -> Cast:
    """Give the cast, living on the running platform."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(platform_app, name)
        return players[name]

    return play


@pytest.fixture
def room(within: Within, people: Cast) -> MakeRoom:
    """Give a function that opens a session's room on the platform; keywords are those of ``make_scene``."""

    def make(**wanted: Any) -> WebinarScene:
        for name in (HOST, SPEAKER, *REGISTERED):
            people(name)
        with within():
            return make_scene(people, **wanted)

    return make


@pytest.fixture
def comes(new_page: Callable[..., Page], people: Cast, platform_app: Flask, live_server: Server) -> Comes:
    """Give ``comes("owner", scene)``: that person's browser at the room's address, in a language."""

    def opened(name: str, scene: WebinarScene, language: str = "en", **options: object) -> Page:
        page = new_page(**options)
        cookie = str(platform_app.config["SESSION_COOKIE_NAME"])
        held = people(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies(
            [
                {"name": cookie, "value": held.value, "url": live_server.url},
                {"name": "lang", "value": language, "url": live_server.url},
            ]
        )
        answer = page.goto(scene.path("/room"))
        assert answer is not None
        assert answer.status == 200
        return page

    return opened


# ------------------------------------------------------------------------------------------------ what people do


def inside(page: Page, line: str = "socket") -> None:
    """Wait until the room is there and its line carries."""
    expect(page.locator(f'.room[data-line="{line}"]')).to_be_visible(timeout=SOON)


def panel(page: Page, name: str) -> None:
    """Open a side panel, unless it is open."""
    button = page.locator(f'[data-panel-button="{name}"]')
    if not button.count():
        page.locator("[data-more-panels]").click()
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    expect(page.locator(f'.panel[data-panel="{name}"]')).to_be_visible()


def act_on(page: Page, person_id: str, words: str) -> None:
    """Do something to a person from the list: two presses."""
    panel(page, "people")
    row = page.locator(f'[data-person="{person_id}"]')
    row.locator(".menu-opener").click()
    row.get_by_role("button", name=words, exact=True).click()


def hears(page: Page) -> None:
    """Keep everything that the page's live regions say, in ``window.said``."""
    page.evaluate(
        """() => {
          window.said = [];
          for (const one of document.querySelectorAll("[data-said], [data-said-urgent]"))
            new MutationObserver(() => one.textContent && window.said.push(one.textContent))
              .observe(one, {childList: true, characterData: true, subtree: true});
        }"""
    )


def heard(page: Page, words: str, within: int = SOON) -> None:
    """Wait until the page has said something."""
    said = "words => window.said.some((one) => one.includes(words))"
    page.wait_for_function(said, arg=words, timeout=within)


def weight(page: Page) -> int:
    """Return how many bytes of scripts and styles this page needs, compressed as they are served in production."""
    names = page.evaluate(
        """() => performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname)
          .filter((path) => path.startsWith("/static/build/"))"""
    )
    return sum((ROOT / "app" / f"{name[1:]}.gz").stat().st_size for name in names)


def looked_at(page: Page, name: str) -> None:
    """Hold a page against what every page owes: nothing wider than the window, and nothing that axe finds."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, (name, wide)
    missing = page.evaluate(r"document.body.innerText.match(/\b[a-z]+\.[a-z]+_[a-z_]+\b/g)")
    assert not missing, (name, missing)
    screenshot(page, name)
    assert accessibility_faults(page) == []


# ------------------------------------------------------------------------------------------------ coming in


def test_one_press_and_one_is_in(room: MakeRoom, comes: Comes, people: Cast) -> None:
    scene = room()
    page = comes("practitioner", scene)
    looked_at(page, "webinar-room-entry-en-1280")
    expect(page.locator('[data-check="line"]')).to_have_attribute("data-found", re.compile("good|fair|weak"))
    page.goto(scene.path())
    page.locator('form[action$="/room/entry"] button').click()  # one press, from the session's page
    inside(page)
    panel(page, "people")
    expect(page.locator(".person-me")).to_have_count(1)
    expect(page.locator(".panel")).to_contain_text(people("trainer").name)

    second = page.context.new_page()  # another tab of the same person: one person, not two
    second.goto(page.url)
    inside(second)
    expect(second.locator(".told-line")).to_contain_text("another tab")
    panel(second, "people")
    expect(second.locator(".person-me")).to_have_count(1)
    before = page.locator(".person").count()
    expect(second.locator(".person")).to_have_count(before)


def test_who_refuses_the_microphone_goes_in_all_the_same(room: MakeRoom, comes: Comes) -> None:
    scene = room(media=MediaKind.P2P)
    page = comes("practitioner", scene, viewport=PHONE)
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia =
          () => Promise.reject(new DOMException("no", "NotAllowedError")); }"""
    )
    page.locator('[data-check="microphone"] button').click()
    expect(page.locator('[data-check="microphone"]')).to_have_attribute("data-found", "microphone_refused")
    page.locator('form[action$="/room/entry"] button').click()
    inside(page)


def test_the_lobby_says_the_hosts_words_and_its_door_opens_by_itself(room: MakeRoom, comes: Comes) -> None:
    scene = room(state=State.OPEN)
    host, guest = comes("trainer", scene), comes("practitioner", scene, "ar", viewport=PHONE)
    inside(host)
    guest.locator('form[action$="/room/entry"] button').click()
    expect(guest.locator("[data-lobby]")).to_be_visible(timeout=SOON)
    panel(host, "moderation")
    host.locator(".lobby-say textarea").fill("We begin at ten past.")
    host.locator(".lobby-say button").click()
    expect(guest.locator("[data-lobby-words]")).to_have_text("We begin at ten past.", timeout=SOON)
    looked_at(guest, "webinar-room-lobby-ar-360")
    host.locator("[data-begin]").click()
    inside(guest)
    expect(host.locator("[data-begin]")).to_have_count(0)


# ------------------------------------------------------------------------------------------------ hands, moderation


def test_a_hand_gets_the_floor_and_everybody_sees_whose_it_is(
    room: MakeRoom, comes: Comes, people: Cast
) -> None:
    scene = room()
    host, owner, member = (
        comes("trainer", scene),
        comes("owner", scene, viewport=PHONE),
        comes("member", scene),
    )
    for page in (host, owner, member):
        inside(page)
        hears(page)
    assert weight(owner) < 60_000
    owner.locator("[data-hand]").click()
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "true")
    heard(host, people("owner").name)

    owner.reload()  # the same seat: the hand is still up
    inside(owner)
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "true")

    host.locator("[data-give-next]").click()
    expect(owner.locator("[data-my-floor]")).to_be_visible(timeout=SOON)
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "false")
    expect(member.locator(f'[data-tile="{scene.people["owner"]}"]')).to_be_visible(timeout=SOON)
    heard(member, people("owner").name)
    looked_at(owner, "webinar-room-floor-en-360")
    expect(owner.locator(".meter")).to_be_in_viewport(ratio=1)
    looked_at(host, "webinar-room-floor-en-1280")
    host.locator("[data-end-floor]").click()
    expect(owner.locator("[data-my-floor]")).to_have_count(0, timeout=SOON)
    expect(member.locator(f'[data-tile="{scene.people["owner"]}"]')).to_have_count(0, timeout=SOON)


def test_acts_are_told_to_whom_they_concern_and_can_be_taken_back(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host, owner = comes("trainer", scene), comes("owner", scene)
    for page in (host, owner):
        inside(page)
    hears(owner)
    act_on(host, scene.people["owner"], "Keep from writing")
    heard(owner, "asked you not to write")
    host.locator(".told-line").get_by_role("button", name="Undo").click()
    heard(owner, "You may write again")

    act_on(host, scene.people["owner"], "Make a co-host")
    heard(owner, "You are a co-host now")
    expect(owner.locator('.room[data-hosts="true"]')).to_be_visible(timeout=SOON)
    panel(host, "moderation")
    host.locator(".log li", has_text="was made").get_by_role("button", name="Undo").first.click()
    expect(owner.locator('.room[data-hosts="false"]')).to_be_visible(timeout=SOON)


def test_who_is_removed_is_told_so_and_cannot_come_back_until_let(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host, owner = comes("trainer", scene), comes("owner", scene)
    for page in (host, owner):
        inside(page)
    act_on(host, scene.people["owner"], "Remove from the room")
    expect(owner.locator(".room, .lobby")).to_have_count(0, timeout=SOON)
    expect(owner.locator(".notice--danger")).to_be_visible()
    with host.expect_response("**/remove"):
        host.locator(".told-line").get_by_role("button", name="Undo").click()
    owner.goto(scene.path("/room"))
    inside(owner)


def test_hidden_names_are_not_in_the_room(room: MakeRoom, comes: Comes, people: Cast) -> None:
    scene = room(roster=Roster.HOSTS)
    host, owner, member = comes("trainer", scene), comes("owner", scene), comes("member", scene)
    for page in (host, owner, member):
        inside(page)
    panel(owner, "people")
    panel(host, "people")
    expect(host.locator(".panel")).to_contain_text(people("member").name)
    expect(owner.locator(".panel")).to_contain_text(people("trainer").name)
    member.locator("[data-hand]").click()
    expect(host.locator("[data-give-next]")).to_contain_text(people("member").name)
    host.locator("[data-give-next]").click()
    expect(owner.locator(f'[data-tile="{scene.people["member"]}"]')).to_contain_text("#", timeout=SOON)
    assert people("member").name not in owner.content()


# ------------------------------------------------------------------------------------------------ the line


@pytest.mark.long
def test_a_cut_line_comes_back_to_the_same_seat_with_what_was_missed(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host, owner = comes("trainer", scene), comes("owner", scene)
    for page in (host, owner):
        inside(page)
    hears(owner)
    owner.context.set_offline(True)
    expect(owner.locator('[data-banner="lost"]')).to_be_visible(timeout=SOON)
    owner.locator("[data-hand]").click()
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-busy", "true")
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "false")
    panel(host, "moderation")
    host.locator("[data-lock]").click()
    expect(host.locator("[data-lock]")).to_be_checked()
    owner.context.set_offline(False)
    inside(owner)
    heard(owner, "The room is locked")
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    expect(host.locator("[data-give-next]")).to_be_visible(timeout=SOON)
    panel(host, "people")
    expect(host.locator(f'[data-person="{scene.people["owner"]}"]')).to_have_count(1)


@pytest.mark.long
def test_the_text_step_needs_nothing_but_plain_requests(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host, owner = comes("trainer", scene), comes("owner", scene, viewport=PHONE)
    for page in (host, owner):
        inside(page)
    sockets: list[str] = []
    owner.locator(".meter").click()
    owner.locator("#step-text").check()
    inside(owner, "polls")
    owner.on("websocket", lambda one: sockets.append(one.url))
    owner.reload()
    inside(owner, "polls")
    panel(host, "people")
    expect(host.locator('[data-on-step="text"] dd')).to_have_text("1", timeout=2 * SOON)
    hears(owner)
    panel(host, "moderation")
    host.locator("[data-lock]").click()
    heard(owner, "The room is locked")
    owner.locator("[data-hand]").click()
    expect(owner.locator("[data-hand]")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    assert sockets == []
    panel_open = owner.locator('.panel[data-panel="line"]')
    if not panel_open.count():
        owner.locator(".meter").click()
    owner.locator("#step-full").check()
    inside(owner)


@pytest.mark.long
def test_a_line_that_does_not_answer_steps_down_by_itself(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    owner = comes("owner", scene)

    def swallow(socket: WebSocketRoute) -> None:
        """A socket on which questions get lost, and everything else comes through."""
        server = socket.connect_to_server()
        socket.on_message(lambda said: None if '"heartbeat"' in str(said) else server.send(said))

    owner.route_web_socket(re.compile("/socket.io/"), swallow)
    owner.reload()
    inside(owner)
    hears(owner)
    heard(owner, "Your line is weak", 4 * SOON)
    inside(owner, "polls")
    owner.locator(".meter").click()
    expect(owner.locator("#step-text")).to_be_checked()
    expect(owner.locator(".panel")).to_contain_text("by itself")


def test_a_line_without_sockets_is_carried_by_polls(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host, owner = comes("trainer", scene), comes("owner", scene)
    inside(host)
    owner.context.route("**/socket.io/**", lambda route: route.abort())
    owner.context.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    owner.reload()
    inside(owner, "polls")
    hears(owner)
    panel(host, "moderation")
    host.locator("[data-lock]").click()
    heard(owner, "The room is locked")


# ------------------------------------------------------------------------------------------------ looks


@pytest.mark.parametrize(
    ("language", "window"),
    [("en", DESK), ("ar", DESK), ("en", PHONE), ("ar", PHONE), ("en", ON_ITS_SIDE)],
    ids=["en-1280", "ar-1280", "en-360", "ar-360", "en-740"],
)
@pytest.mark.long
def test_the_room_fits_and_speaks(
    room: MakeRoom, comes: Comes, language: str, window: dict[str, int]
) -> None:
    scene = room()
    scheme = "dark" if window == ON_ITS_SIDE else "light"
    host = comes("trainer", scene, language, viewport=window, color_scheme=scheme)
    inside(host)
    name = f"webinar-room-{language}-{window['width']}"
    for part in ("people", "moderation", "hands"):
        panel(host, part)
        expect(host.locator(".panel .people, .panel .switches, .panel .panel-empty").first).to_be_visible()
        looked_at(host, f"{name}-{part}")
    host.keyboard.press("Escape")
    expect(host.locator(".panel")).to_have_count(0)
    expect(host.locator('[data-panel-button="hands"], [data-more-panels]').first).to_be_visible()
    assert host.evaluate("document.activeElement.closest('.bar-group--panels') !== null")
    looked_at(host, name)
    host.locator(".meter").click()
    expect(host.locator(".panel .preflight")).to_be_visible()
    looked_at(host, f"{name}-line")
    assert Person(host, language).page is host


def test_every_button_is_in_the_order_of_tab_and_nothing_holds_the_keys(room: MakeRoom, comes: Comes) -> None:
    scene = room()
    host = comes("trainer", scene)
    inside(host)
    host.keyboard.press("Alt+Shift+KeyK")
    expect(host.locator("dialog[open]")).to_contain_text("Alt + Shift + P")
    host.keyboard.press("Escape")
    expect(host.locator("dialog[open]")).to_have_count(0)
    if host.locator(".panel").count():
        host.locator(".panel .panel-head button").click()
    host.evaluate("document.body.focus()")
    seen: set[str] = set()
    wanted = host.locator("button:visible").count()
    for _ in range(wanted + 5):
        host.keyboard.press("Tab")
        seen.add(host.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    there = "all => all.map((one) => one.outerHTML.slice(0, 200))"
    assert set(host.locator("button:visible").evaluate_all(there)) - seen == set()
