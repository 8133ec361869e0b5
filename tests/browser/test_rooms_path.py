"""The path through a room: opened, invited into, filled, read, asked, answered and written in; and the end of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.database import db, unit_of_work
from app.irooms.actions import membership
from app.irooms.models import Room, RoomMembership
from tests.browser.person import Person
from tests.cast import Player, address_of
from tests.irooms.drafts import DraftScene, begin
from tests.irooms.scene import RoomScene
from tests.irooms.shelves import pdf
from tests.irooms.stocktakings import Taking, opened
from tests.support.browsers import DESK, PHONE
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

SOON = 15_000  # milliseconds; waits between tries grow
CHECKED = 60_000  # milliseconds; a file waits for its turn with the worker
Within = Callable[[], AbstractContextManager[None]]
People = Callable[[str], Player]
Sits = Callable[..., Person]
_NAMES_ITS_PAGES = "async (path) => (await (await fetch(path)).text()).includes(`${path}/pages/1`)"
_FOLLOWS = "performance.getEntriesByType('resource').some((one) => one.name.includes('live.'))"
_PICTURE_CAME = "(image) => image.complete && image.naturalWidth > 300"


@dataclass(frozen=True, slots=True)
class Way:
    """How one goes: the language and the window of both, who is invited, and what is written."""

    language: str
    viewport: dict[str, int]
    invited: str
    title: str
    question: str
    text: str
    old: str
    new: str


WAYS = {
    "en-1280": Way(
        "en", DESK, "member", "Chat logs before the court", "Who may ask for a chat log abroad?",
        "The court may hear a witness by video link.", "video link", "video link or telephone",
    ),
    "ar-360": Way(
        "ar", PHONE, "practitioner", "سجلات المحادثة أمام المحكمة", "من يطلب سجل محادثة من الخارج؟",
        "يجوز للمحكمة أن تستمع إلى شاهد عبر رابط الفيديو.", "رابط الفيديو", "رابط الفيديو أو الهاتف",
    ),
}  # fmt: skip


@pytest.fixture
def within(platform_app: Flask) -> Within:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def entered() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return entered


@pytest.fixture
def people(platform_app: Flask) -> People:
    """Give the cast, living on the running platform."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(platform_app, name)
        return players[name]

    return play


@pytest.fixture
def sits(
    new_page: Callable[..., Page], people: People, platform_app: Flask, live_server: Server
) -> Callable[[str, str], Person]:
    """Give ``sits("member", "en-1280")``: that person in front of a browser, signed in."""

    def sitting(name: str, key: str) -> Person:
        way = WAYS[key]
        page = new_page(viewport=way.viewport, locale=way.language)
        cookie = str(platform_app.config["SESSION_COOKIE_NAME"])
        held = people(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": live_server.url}])
        one = Person(page, way.language, f"room-{key}-{name}")
        one.speak(way.language)
        return one

    return sitting


@pytest.mark.parametrize("key", WAYS)
def test_from_opening_a_room_to_the_end_of_a_membership(
    key: str, sits: Sits, people: People, within: Within
) -> None:
    way = WAYS[key]
    people(way.invited)
    manager = sits("room_manager", key)
    slug = opens_after_a_preview(manager, way)
    invites(manager, slug, way)
    document = uploads(manager, slug)
    page = writes_a_text_page(manager, slug, way)

    member = sits(way.invited, key)
    comes_in(member, slug, way)
    marked = reads_the_document(member, slug, document)
    manager.open(f"{document}/pages/1")
    assert picture(manager) != marked, "each reader's pages carry a mark of their own"
    finds_the_text_page(member, page, way)
    asks_the_experts(member, slug, way)

    scene = scene_of(within, people, slug, way.invited)
    answers(member, opened(people, scene, language=way.language))
    with within():
        draft = begin(people, scene, language=way.language, editor="expert", texts={"1": way.text})
    suggests(member, draft, way)
    editor = sits("expert", key)
    finds_question_and_suggestion(editor, scene, draft, way)

    topic = starts_a_topic(manager, slug, way)
    member.open(topic)
    member.page.wait_for_function(_FOLLOWS)
    expect(member.page.locator("#p-1")).to_be_visible()
    removes(manager, scene, way)
    is_told_so(member, topic, document)


def opens_after_a_preview(manager: Person, way: Way) -> str:
    """Look first, then open. Returns the name of the room in its address."""
    page = manager.page
    manager.open("/irooms")
    manager.follow("/irooms/new")
    page.fill("#title", way.title)
    manager.press("/irooms")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#title")).to_have_value(way.title)

    page.fill("#purpose", "To share what works.")
    for language in ("en", "ar"):
        page.check(f"#languages input[value={language}]")
    page.check("#download input[value=stamped]")
    manager.press("/irooms", button="button[name=preview]")
    preview = page.locator(".room-preview")
    expect(preview.locator(".room-columns > div")).to_have_count(2)
    expect(preview).to_contain_text("Tomas Novak")
    expect(preview.locator(".room-columns > div").first).not_to_contain_text(way.title)
    expect(page.locator("#purpose")).to_have_value("To share what works.")

    manager.press("/irooms", button="button:not([name])")
    assert manager.path.endswith("/members"), manager.path
    return manager.path.split("/")[2]


def invites(manager: Person, slug: str, way: Way) -> None:
    page = manager.page
    page.locator(".room-invite summary").click()
    page.fill("#emails", address_of(way.invited))
    manager.press(f"/irooms/{slug}/members")
    expect(page.locator("main table").first).to_contain_text(address_of(way.invited))


def uploads(manager: Person, slug: str) -> str:
    """Send a PDF and say what it is. Returns the address of the resource, once others can read it."""
    page = manager.page
    manager.open(f"/irooms/{slug}/resources")
    page.locator(".resource-add summary").click()
    with manager.moving():
        page.locator('.resource-add a[href$="/files"]').click()
    page.set_input_files("#files", {"name": "guide.pdf", "mimeType": "application/pdf", "buffer": pdf(3)})
    expect(page.locator("[data-upload-item], .upload-item").first).to_contain_text("guide.pdf")
    manager.press("/files")
    assert manager.path.endswith("/edit"), manager.path
    address = manager.path.removesuffix("/edit")
    page.fill("#title", "A guide to chat logs")
    page.select_option("#language", "en")
    manager.press("/edit")
    page.wait_for_function(_NAMES_ITS_PAGES, arg=address, polling=500, timeout=CHECKED)
    manager.open(address)
    expect(page.locator("h1")).to_have_text("A guide to chat logs")
    return address


def writes_a_text_page(manager: Person, slug: str, way: Way) -> str:
    """Add a page of text through its form. Returns its address."""
    page = manager.page
    manager.open(f"/irooms/{slug}/resources")
    page.locator(".resource-add summary").click()
    with manager.moving():
        page.locator('.resource-add a[href$="/add/text"]').click()
    page.fill("#title", way.title)
    page.fill("#text", f"## {way.old}\n\n{way.text}")
    page.select_option("#language", way.language)
    manager.press("/add/text")
    manager.open(f"/irooms/{slug}/resources")
    with manager.moving():
        page.locator(".resource-title a", has_text=way.title).click()
    expect(page.locator("article .prose")).to_contain_text(way.text)
    return manager.path


def comes_in(member: Person, slug: str, way: Way) -> None:
    page = member.page
    assert page.request.get(f"/irooms/{slug}").status == 404, "before the invitation is accepted"
    member.open("/dev/mailbox")
    with member.moving():
        page.locator(".mail-list a", has_text=address_of(way.invited)).first.click()
    assert way.title not in page.locator(".mail-text").inner_text(), (
        "a mail does not name a room that is not listed"
    )
    with member.moving():
        page.locator('.mail-text a[href*="/irooms/invitations/"]').click()
    expect(page.locator("h1")).to_have_text(way.title)
    member.press("/acceptance")
    assert member.path == f"/irooms/{slug}"
    expect(page.locator(".room-line")).to_be_visible()


def reads_the_document(member: Person, slug: str, document: str) -> bytes:
    """Read a page as a picture and as text, and go on to the next. Returns the first page's picture."""
    page = member.page
    member.open(f"/irooms/{slug}/resources")
    member.follow(document)
    member.follow(f"{document}/pages/1")
    seen = picture(member)
    code = page.locator("[data-reader]").get_attribute("data-code") or ""
    assert code
    expect(page.locator(".mark-line")).to_contain_text(code)

    with member.moving():
        page.locator('.reader-bar a[href*="view=text"]').click()
    expect(page.locator(".reader-text")).to_contain_text("The warrant of chapter 1 is explained.")
    with member.moving():
        page.locator(".reader-bar [data-next]").click()
    expect(page.locator(".reader-text")).to_contain_text("The warrant of chapter 2 is explained.")
    return seen


def picture(reader: Person) -> bytes:
    """Return the picture of the page before somebody, which has come and shows something."""
    image = reader.page.locator("[data-page-image]")
    reader.page.wait_for_function(_PICTURE_CAME, arg=image.element_handle(), timeout=SOON)
    answer = reader.page.request.get(image.get_attribute("src") or "")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("image/")
    return answer.body()


def finds_the_text_page(member: Person, address: str, way: Way) -> None:
    member.open(address)
    prose = member.page.locator("article .prose")
    expect(prose).to_contain_text(way.text)
    expect(prose).to_have_attribute("lang", way.language)


def asks_the_experts(member: Person, slug: str, way: Way) -> None:
    page = member.page
    member.open(f"/irooms/{slug}/questions")
    with member.moving():
        page.locator('main a[href$="/questions/new"]').first.click()
    page.fill("#title", way.question)
    member.press("/questions")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#title")).to_have_value(way.question)
    page.fill("#text", way.text)
    member.press("/questions")
    expect(page.locator("h1")).to_contain_text(way.question)


def scene_of(within: Within, people: People, slug: str, *inside: str) -> RoomScene:
    """Let an expert in, and return the room with its members by the cast's names."""
    people("expert")
    with within():
        room = db.session.scalars(select(Room).where(Room.public_id == slug)).one()
        membership.admit(room, people("expert").id, "expert")
        db.session.flush()
        scene = RoomScene(slug, room.id)
        for name in (*inside, "expert", "room_manager"):
            mine = RoomMembership.user_id == people(name).id
            row = db.session.scalars(
                select(RoomMembership).where(RoomMembership.room_id == room.id, mine)
            ).one()
            scene.members[name], scene.membership_ids[name] = row.public_id, row.id
    return scene


def answers(member: Person, taking: Taking) -> None:
    """Answer a stocktaking, look over it, send it."""
    page = member.page
    member.open(taking.path.rsplit("/", 1)[0])
    member.follow(taking.path)
    member.follow(f"{taking.path}/sections/{taking.section}")
    page.fill(f"#a-{taking.ids['text']}", "The evidence act.")
    expect(page.locator("[data-saved-state]")).to_have_attribute("data-saved-state", "saved", timeout=SOON)
    page.check(f"#a-{taking.ids['scale']}-4")
    page.check(f"#a-{taking.ids['yes_no']}-yes")
    page.fill(f"#s-{taking.ids['yes_no']}", "Act 5, article 2")
    with member.moving():
        page.locator("#answers button[value=next]").click()
    assert member.path == f"{taking.path}/sending"
    expect(page.locator(".take-read")).to_contain_text("The evidence act.")
    expect(page.locator(".take-missing")).to_have_count(0)
    member.press("/sending")
    expect(page.locator(".take-mine .badge--done").first).to_be_visible()


def suggests(member: Person, draft: DraftScene, way: Way) -> None:
    """Change a draft's words in a suggestion, from its section's own page."""
    page = member.page
    member.open(draft.path())
    member.open(draft.section("1"))
    with member.moving():
        page.locator('main a[href*="/suggestions/new"]').first.click()
    page.fill("#text", way.text.replace(way.old, way.new))
    member.press("/suggestions")
    expect(page.locator(".draft-difference ins").first).to_be_visible()


def finds_question_and_suggestion(expert: Person, scene: RoomScene, draft: DraftScene, way: Way) -> None:
    page = expert.page
    expert.open(scene.path("/questions"))
    expect(page.locator("main")).to_contain_text(way.question)
    expert.open(draft.section("1"))
    with expert.moving():
        page.locator(".draft-suggestions a").first.click()
    expert.press("/acceptance")
    expert.open(draft.path())
    expect(page.locator(".draft-text").first).to_contain_text(way.new)


def starts_a_topic(manager: Person, slug: str, way: Way) -> str:
    """Start a topic through the form. Returns its address."""
    page = manager.page
    manager.open(f"/irooms/{slug}/discussion")
    with manager.moving():
        page.locator('main a[href$="/discussion/new"]').first.click()
    page.fill("#title", way.title)
    page.fill("#text", way.text)
    manager.press("/discussion", button=".actions > button:not([formaction])")
    expect(page.locator("#p-1")).to_contain_text(way.text)
    return manager.path


def removes(manager: Person, scene: RoomScene, way: Way) -> None:
    """Remove the member, saying so twice: a removal asks."""
    manager.open(scene.path("/members"))
    manager.follow(scene.path(f"/members/{scene.members[way.invited]}"))
    manager.form("/removal").locator("button").click()
    with manager.moving():
        manager.page.locator("dialog[open] button").first.click()
    assert manager.path == scene.path("/members")


def is_told_so(member: Person, topic: str, document: str) -> None:
    """The open page says that it has ended, and nothing of the room opens any more."""
    page = member.page
    expect(page.locator("#p-1")).to_have_count(0, timeout=SOON)
    member.look()
    for path in (topic, document, f"{document}/pages/1", f"{document}/pages/1/image"):
        assert page.request.get(path).status == 404, path
    answer = page.goto(f"{document}/pages/1")
    assert answer is not None
    assert answer.status == 404
    member.look()
