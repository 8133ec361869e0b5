"""Two people in one topic: one posts, the other sees it; a lost line loses nothing, an ended right is said."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Page, Response, expect
from sqlalchemy import func, select

from app.core.database import db, unit_of_work
from app.irooms.actions import membership
from app.irooms.actions.discussion import posting
from app.irooms.actions.discussion.words import Words
from app.irooms.models import RoomMembership
from app.irooms.models.discussion import RoomPost, RoomTopicReader
from tests.cast import Player
from tests.irooms.scene import RoomScene, open_scene, seat_of
from tests.support.browsers import PHONE
from tests.support.servers import Server

pytestmark = pytest.mark.browser

SOON = 15_000  # milliseconds; waits between tries grow
Within = Callable[[], AbstractContextManager[None]]
Reader = Callable[..., Page]


@pytest.fixture
def within(platform_app: Flask) -> Within:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def opened() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return opened


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
def scene(within: Within, people: Callable[[str], Player]) -> tuple[RoomScene, str]:
    """A room of pseudonyms with a topic, and the topic's address."""
    for name in ("room_manager", "expelled", "member", "expert", "practitioner", "owner"):
        people(name)
    with within():
        room = open_scene(people, identity="pseudonym")
        expert = seat_of(people("expert"), room.slug)
        words = Words("The first post", "en", uuid.uuid4(), title="A living topic")
        topic = posting.start_topic(expert, words)
        return room, room.path(f"/topics/{topic.public_id}")


@pytest.fixture
def reads(
    new_page: Callable[..., Page], people: Callable[[str], Player], platform_app: Flask, live_server: Server
) -> Reader:
    """Give ``reads("member", path)``: that person's browser at an address."""

    def opened(name: str, path: str, **options: object) -> Page:
        page = new_page(**options)
        cookie = str(platform_app.config["SESSION_COOKIE_NAME"])
        held = people(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": live_server.url}])
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        return page

    return opened


def post(page: Page, text: str) -> None:
    """Write a post and send it."""
    page.fill("#composer textarea[name=text]", text)
    page.click("#composer .composer-line button")


def followed(page: Page) -> None:
    """Wait until the page's socket follows the topic: the address of the transport is asked for and answered."""
    page.wait_for_function(
        "performance.getEntriesByType('resource').some((one) => one.name.includes('live.'))"
    )


def read_up_to(number: int) -> Callable[[Response], bool]:
    """Tell the answer to the page's word that it was read up to a post."""
    return lambda one: one.url.endswith("/reading") and f"number={number}" in (one.request.post_data or "")


def test_posts_appear_at_once_and_a_lost_line_loses_nothing(
    scene: tuple[RoomScene, str], reads: Reader, within: Within, people: Callable[[str], Player]
) -> None:
    room, topic = scene
    member, expert = reads("member", topic, viewport=PHONE), reads("expert", topic)
    followed(member)

    post(expert, "Said **loudly**")
    expect(expert.locator("#p-2 strong")).to_have_text("loudly")
    expect(expert.locator("#composer textarea[name=text]")).to_have_value("")
    expect(member.locator("#p-2 strong")).to_have_text("loudly", timeout=SOON)
    expect(member.locator(".post")).to_have_count(2)
    assert "Sato" not in member.locator("main").inner_text()

    member.context.set_offline(True)
    post(expert, "Said while the line was lost")
    post(member, "Written while the line was lost")
    state = member.locator("#composer [data-saved-state]")
    expect(state).to_have_text(member.locator("#composer").get_attribute("data-unsent") or "", timeout=SOON)
    expect(member.locator("#p-3")).to_have_count(0)
    member.context.set_offline(False)
    with member.expect_response(read_up_to(4), timeout=2 * SOON):
        expect(member.locator("#p-3")).to_contain_text("Said while the line was lost", timeout=2 * SOON)
        expect(member.locator("#p-4")).to_contain_text("Written while the line was lost", timeout=2 * SOON)
    expect(expert.locator("#p-4")).to_contain_text("Written while the line was lost", timeout=SOON)
    numbers = member.locator(".posts > [data-number]").evaluate_all(
        "all => all.map((one) => one.dataset.number)"
    )
    assert numbers == ["1", "2", "3", "4"]

    member.reload()
    expect(member.locator("#composer textarea[name=text]")).to_have_value("")
    with within():
        mine = select(func.count()).where(RoomPost.author_id == room.membership_ids["member"])
        assert db.session.scalar(mine) == 1
        reached = select(RoomTopicReader.read_to).where(
            RoomTopicReader.membership_id == room.membership_ids["member"]
        )
        assert db.session.scalar(reached) == 4


def test_who_is_removed_while_reading_is_told_so(
    scene: tuple[RoomScene, str], reads: Reader, within: Within, people: Callable[[str], Player]
) -> None:
    room, topic = scene
    member = reads("member", topic)
    followed(member)
    expect(member.locator("#p-1")).to_be_visible()
    with within():
        row = db.session.get_one(RoomMembership, room.membership_ids["member"])
        membership.remove(seat_of(people("room_manager"), room.slug), row)
    expect(member.locator("main")).to_contain_text("You cannot read this any more", timeout=SOON)
    expect(member.locator("h1")).to_have_text("Nothing here", timeout=SOON)


def test_mentions_and_quotes_are_picked_on_the_spot(
    scene: tuple[RoomScene, str], reads: Reader, within: Within
) -> None:
    room, topic = scene
    page = reads("owner", topic)
    label = page.locator("#p-1 .post-author").inner_text()
    page.locator("#p-1 [data-post-text]").click(click_count=3)
    page.click("#p-1 a[data-quote]")
    expect(page.locator("#composer textarea[name=quote_text]")).to_have_value("The first post")
    page.locator("#composer textarea[name=text]").press_sequentially(f"Is it so, @{label.split()[0].lower()}")
    page.locator("#mention-list [role=option]", has_text=label).first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#composer textarea[name=text]")).to_have_value(f"Is it so, @{label} ")
    page.click("#composer .composer-line button")
    expect(page.locator("#p-2 blockquote")).to_contain_text("The first post")
    expect(page.locator("#p-2 [data-post-text]")).to_contain_text(f"@{label}")
    with within():
        mine = RoomPost.author_id == room.membership_ids["owner"]
        kept = db.session.scalars(select(RoomPost).where(mine)).one()
        assert kept.mentions == [room.membership_ids["expert"]]
        assert label not in kept.text
