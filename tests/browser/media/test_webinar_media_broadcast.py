"""Broadcast: what one browser records others play some seconds later, over plain HTTPS, in sizes for weak lines."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import ElementHandle, Page, expect

from app.webinars.actions import moderation
from app.webinars.models.planning import MediaKind
from tests.browser.media.acts import at, person
from tests.browser.media.conftest import Cast, Comes, MakeRoom, Within
from tests.browser.media.studio import Studio
from tests.support.servers import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg on this machine"),
]
ENCODER = True
BEGINNING = 60_000  # milliseconds; the first segment plays after some seconds, an encoder starts in some more

# a camera that shows the time: 16 fields, black or white, of the tenths of a second since a moment that all pages share
CLOCK = """
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (!wanted.video) return kept.call(navigator.mediaDevices, wanted);
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 320});
  const pen = canvas.getContext("2d");
  setInterval(() => {
    const now = Math.floor(Date.now() / 100) & 0xffff;
    for (let bit = 0; bit < 16; bit += 1) {
      pen.fillStyle = now & (1 << bit) ? "#fff" : "#000";
      pen.fillRect((bit % 8) * 80, Math.floor(bit / 8) * 160, 80, 160);
    }
  }, 33);
  return canvas.captureStream(15);
};
"""
KEPT = "const kept = navigator.mediaDevices.getUserMedia;\n"
BEHIND = """() => {
  const video = document.querySelector("video[data-stream]");
  const pen = Object.assign(document.createElement("canvas"), {width: 640, height: 320}).getContext("2d");
  pen.drawImage(video, 0, 0, 640, 320);
  let shown = 0;
  for (let bit = 0; bit < 16; bit += 1) {
    const [bright] = pen.getImageData((bit % 8) * 80 + 40, Math.floor(bit / 8) * 160 + 80, 1, 1).data;
    if (bright > 127) shown |= 1 << bit;
  }
  return (((Math.floor(Date.now() / 100) & 0xffff) - shown + 0x10000) % 0x10000) / 10;
}"""


def plays(page: Page, height: int = 0, than: float = 0) -> float:
    """Wait until the stream plays (a picture of this height), beyond a moment; returns where it is."""
    page.wait_for_function(
        """([height, than]) => { const video = document.querySelector("video[data-stream]");
          return video && !video.paused && video.currentTime > than + 1 && video.readyState > 2
            && video.videoHeight === height; }""",
        arg=[height, than], timeout=BEGINNING,
    )  # fmt: skip
    return float(page.evaluate("document.querySelector('video[data-stream]').currentTime"))


def another(page: Page, before: ElementHandle | None) -> None:
    """Wait until another stream stands where one stood before."""
    page.wait_for_function(
        "(one) => ![one, null].includes(document.querySelector('video[data-stream]'))", arg=before, timeout=BEGINNING
    )  # fmt: skip


def frames(page: Page) -> int:
    """Return how many frames the player has decoded."""
    count = "document.querySelector('video[data-stream]').getVideoPlaybackQuality().totalVideoFrames"
    return int(page.evaluate(count))


def test_one_is_seen_and_heard_by_all_about_five_seconds_later(
    room: MakeRoom, comes: Comes, record_property: Callable[[str, object], None]
) -> None:
    scene = room(media=MediaKind.BROADCAST)
    trainer = comes("trainer", scene, script=KEPT + CLOCK).ready()
    member = comes("member", scene)
    owner = comes("owner", scene, devices=False)
    trainer.turn("microphone")
    trainer.turn("camera")
    for one in (member, owner):
        at_first = plays(one.page, 320)
        one.shows(trainer.id)
        plays(one.page, 320, at_first)
        assert frames(one.page) > 10
    expect(member.page.get_by_text("You see this about five seconds later.")).to_be_visible()
    member.page.wait_for_timeout(3000)
    behind = sorted(float(member.page.evaluate(BEHIND)) for _ in range(5))[2]
    record_property("seconds_behind", behind)
    assert 0 < behind < 9
    owner.asks_for("low")
    plays(owner.page, 180)
    owner.asks_for("sound")
    plays(owner.page, 0)
    owner.shows(trainer.id, there=False)


def test_a_mute_holds_whatever_the_browser_sends_and_the_encoder_may_be_killed(
    room: MakeRoom, comes: Comes, within: Within, people: Cast, live_server: Server
) -> None:
    scene = room(media=MediaKind.BROADCAST)
    expert, member = comes("expert", scene).ready(), comes("member", scene)
    expert.turn("microphone")
    expert.turn("camera")
    plays(member.page, 360)
    before = member.page.query_selector("video[data-stream]")
    live_server.kill("encoder")
    live_server.start_encoder()
    another(member.page, before)
    plays(member.page, 360)
    assert sound(member)
    before = member.page.query_selector("video[data-stream]")
    with within():
        moderation.hard_mute(at(people, "trainer", scene), person(scene, "expert"))
    expert.is_on("microphone", False)
    another(member.page, before)
    plays(member.page, 360)
    assert not sound(member)
    with within():
        moderation.remove(at(people, "trainer", scene), person(scene, "member"))
    expect(member.page.get_by_text("You were removed")).to_be_visible(timeout=BEGINNING)


def sound(studio: Studio) -> bool:
    """Whether what plays has sound."""
    decoded = "document.querySelector('video[data-stream]').webkitAudioDecodedByteCount"
    before = studio.page.evaluate(decoded)
    studio.page.wait_for_timeout(2500)
    return bool(studio.page.evaluate(decoded) > before)
