"""Through Janus: the stage is heard and seen, weak lines get small pictures, the server enforces mutes and removals."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from app.core.database import db
from app.webinars.actions import hands, moderation
from app.webinars.media import adapter_of
from app.webinars.models.media import WebinarMediaRoom
from app.webinars.models.planning import MediaKind
from tests.browser.media.acts import at, person
from tests.browser.media.conftest import Cast, Comes, MakeRoom, Within
from tests.browser.media.studio import SOON
from tests.support import janus

pytestmark = [pytest.mark.browser, pytest.mark.long]
JANUS = True
LARGE, MIDDLE, SMALL = 540, 270, 135


def rooms() -> list[dict[str, Any]]:
    """Return the rooms that Janus has."""
    asked = {"request": "list", "admin_key": janus.SECRET}
    answer = janus.ask(janus="message_plugin", plugin="janus.plugin.videoroom", request=asked)
    return list(answer["response"]["list"])


def test_the_stage_is_heard_and_seen_and_the_weak_line_gets_the_small_picture(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.JANUS)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    owner = comes("owner", scene, devices=False).ready()
    trainer.turn("microphone")
    trainer.turn("camera")
    for one in (member, owner):
        one.shows(trainer.id)
        one.more("frames", by=5)
        one.more("sound", by=20)
    member.height(LARGE)
    owner.asks_for("low")
    owner.height(SMALL)
    owner.asks_for("sound")
    owner.stands_still("frames")
    owner.more("sound", than=owner.arrived()["sound"], by=20)
    trainer.turn("screen")
    member.shows(trainer.id, "screen")


def test_a_participant_is_given_the_floor_and_muted_at_the_server(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.JANUS)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("microphone")
    with within():
        hands.give_floor(at(people, "trainer", scene), person(scene, "member"))
    member.turn("microphone")
    trainer.more("sound", by=20)
    # a browser that does not obey: its track stays on whatever the room says
    member.page.evaluate(
        "for (const one of window.connections) for (const sender of one.getSenders())"
        " if (sender.track) { const kept = sender.track.clone(); kept.enabled = true; sender.replaceTrack(kept);"
        " sender.replaceTrack = () => Promise.resolve(); }"
    )
    with within():
        moderation.hard_mute(at(people, "trainer", scene), person(scene, "member"))
    member.is_on("microphone", False)
    trainer.stands_still("sound")
    sent = member.arrived()["sent"]
    member.more("sent", than=sent, by=10)  # it goes on sending, and nobody hears it
    with within():
        hands.end_floor(at(people, "trainer", scene), person(scene, "member"))
    expect(member.page.locator('[data-media="microphone"]')).to_have_count(0, timeout=SOON)
    member.stands_still("sent")


def test_who_is_removed_is_cut_off_by_the_server(
    room: MakeRoom, comes: Comes, within: Within, people: Cast
) -> None:
    scene = room(media=MediaKind.JANUS)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("microphone")
    member.more("sound", by=20)
    # a page that stays where it is: what it has of the room is taken from it all the same
    member.page.evaluate("window.RTCPeerConnection.prototype.close = () => undefined")
    member.page.route("**/room**", lambda route: route.fulfill(status=204))
    sessions = len(janus.ask(janus="list_sessions")["sessions"])
    with within():
        moderation.remove(at(people, "trainer", scene), person(scene, "member"))
    member.page.wait_for_timeout(500)
    assert len(janus.ask(janus="list_sessions")["sessions"]) < sessions
    trainer.more("sent", than=trainer.arrived()["sent"], by=20)
    (one,) = [found for found in rooms() if found["num_participants"] == 1]
    assert one["is_private"] is True


def test_after_janus_was_started_anew_everybody_comes_back_silent(
    room: MakeRoom, comes: Comes, within: Within
) -> None:
    scene = room(media=MediaKind.JANUS)
    trainer, member = comes("trainer", scene).ready(), comes("member", scene).ready()
    trainer.turn("microphone")
    member.more("sound", by=20)
    with within():
        adapter_of(scene.webinar()).close(db.session.get_one(WebinarMediaRoom, scene.id))
    for session in janus.ask(janus="list_sessions")["sessions"]:
        janus.ask(f"/{session}", janus="destroy_session")
    trainer.is_on("microphone", False)
    trainer.ready()
    member.ready()
    trainer.turn("microphone")
    member.more("sound", than=member.arrived()["sound"], by=20)
