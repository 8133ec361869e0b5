"""Rooms that carry no sound themselves: nothing is asked of the browser, everything else works; a meeting elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.webinars.actions import hands
from app.webinars.models.planning import MediaKind
from tests.browser.media.acts import at, person
from tests.browser.media.conftest import Cast, Comes, MakeRoom, Within
from tests.browser.media.studio import SOON

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_without_media_the_room_works_and_offers_no_switches(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.NULL)
    trainer, member, owner = (comes(name, scene).ready() for name in ("trainer", "member", "owner"))
    for one in (trainer, member, owner):
        expect(one.page.locator("[data-media]")).to_have_count(0)
        assert one.page.evaluate("window.connections.length") == 0
    with within():
        hands.give_floor(at(people, "trainer", scene), person(scene, "member"))
    expect(owner.page.locator(f'[data-tile="{member.id}"]')).to_be_visible(timeout=SOON)
    expect(owner.page.locator("[data-picture]")).to_have_count(0)


def test_a_meeting_elsewhere_is_shown_to_everybody(room: MakeRoom, comes: Comes) -> None:
    scene = room(media=MediaKind.LINK, link="https://meet.example.org/evidence")
    for name in ("trainer", "member", "owner"):
        one = comes(name, scene).ready()
        link = one.page.get_by_role("link", name="Open the meeting")
        expect(link).to_have_attribute("href", "https://meet.example.org/evidence")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        expect(one.page.locator("[data-media]")).to_have_count(0)


def test_an_address_that_is_none_is_no_link(room: MakeRoom, comes: Comes) -> None:
    one = comes("member", room(media=MediaKind.LINK, link="javascript:alert(1)")).ready()
    expect(one.page.get_by_text("The address of the meeting is not known yet.")).to_be_visible()
    expect(one.page.get_by_role("link", name="Open the meeting")).to_have_count(0)
