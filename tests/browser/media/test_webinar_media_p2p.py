"""From browser to browser: a trainer and two participants, one of whom lets the browser use no device."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.webinars.actions import hands, moderation
from app.webinars.models.planning import MediaKind
from tests.browser.media.acts import at, person
from tests.browser.media.conftest import Cast, Comes, MakeRoom, Within
from tests.browser.media.studio import SOON

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_a_trainer_is_heard_and_seen_and_a_participant_speaks(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.P2P)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    owner = comes("owner", scene, devices=False).ready()
    trainer.turn("microphone")
    trainer.turn("camera")
    for one in (member, owner):  # listening needs no permission
        one.shows(trainer.id)
        one.more("frames", by=5)
        one.more("sound", by=20)
    expect(member.page.locator('[data-media="microphone"]')).to_have_count(0)
    with within():
        hands.give_floor(at(people, "trainer", scene), person(scene, "member"))
    member.turn("microphone")
    trainer.more("sound", by=20)
    owner.more("sound", by=20)
    with within():
        moderation.hard_mute(at(people, "trainer", scene), person(scene, "member"))
    member.is_on("microphone", False)
    trainer.stands_still("sound")
    with within():
        hands.end_floor(at(people, "trainer", scene), person(scene, "member"))
    expect(member.page.locator('[data-media="microphone"]')).to_have_count(0, timeout=SOON)
    trainer.turn("camera", on=False)
    owner.shows(trainer.id, there=False)


def test_who_may_speak_and_has_no_permission_is_told_and_goes_on_listening(
    room: MakeRoom, comes: Comes
) -> None:
    scene = room(media=MediaKind.P2P)
    trainer, expert = comes("trainer", scene).ready(), comes("expert", scene, devices=False).ready()
    trainer.turn("microphone")
    button = expert.page.locator('[data-media="microphone"]')
    button.click()
    expect(expert.page.get_by_text("The browser does not let us use this device")).to_be_visible(timeout=SOON)
    expect(button).to_have_attribute("aria-pressed", "false")
    expert.more("sound", by=20)


def test_a_screen_fills_the_room_and_a_removed_person_gets_nothing(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.P2P)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("screen")
    member.shows(trainer.id, "screen")
    expect(member.page.locator('[data-surface="media"]')).to_be_visible()
    member.more("frames", by=3)
    sent = trainer.arrived()["sent"]
    trainer.more("sent", than=sent, by=5)
    with within():
        moderation.remove(at(people, "trainer", scene), person(scene, "member"))
    expect(member.page.get_by_text("You were removed")).to_be_visible(timeout=SOON)
    trainer.stands_still("sent")


def test_who_comes_back_is_silent_and_the_newest_window_has_the_sound(room: MakeRoom, comes: Comes) -> None:
    scene = room(media=MediaKind.P2P)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("microphone")
    member.more("sound", by=20)
    again = comes("trainer", scene).ready()
    expect(trainer.page.get_by_text("Sound and picture are in another window of yours.")).to_be_visible(
        timeout=SOON
    )
    again.is_on("microphone", False)
    again.turn("microphone")
    member.more("sound", than=member.arrived()["sound"], by=20)
    again.page.reload()
    again.ready()
    again.is_on("microphone", False)
    trainer.page.get_by_role("button", name="Bring them here").click()
    trainer.ready()
    trainer.turn("microphone")
    member.more("sound", than=member.arrived()["sound"], by=20)
