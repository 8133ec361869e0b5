"""Somebody's browser in a live room: what they press, and what arrives there by the browser's own count."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

SOON = 20_000  # milliseconds; two cores carry all browsers and what lies between them
WATCHED = """
window.connections = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
_ARRIVED = """async () => {
  const found = {frames: 0, sound: 0, sent: 0, heights: [], relayed: false};
  for (const one of window.connections) {
    if (one.connectionState === "closed") continue;
    const stats = await one.getStats();
    stats.forEach((it) => {
      if (it.type === "inbound-rtp" && it.kind === "video") {
        found.frames += it.framesDecoded || 0;
        if (it.frameHeight) found.heights.push(it.frameHeight);
      }
      if (it.type === "inbound-rtp" && it.kind === "audio") found.sound += it.packetsReceived || 0;
      if (it.type === "outbound-rtp") found.sent += it.packetsSent || 0;
      if (it.type === "local-candidate" && it.candidateType === "relay") found.relayed = true;
    });
  }
  return found;
}"""


class Studio:
    """One browser; ``id`` is the person in the room."""

    def __init__(self, page: Page, person: str) -> None:
        self.page, self.id = page, person

    def ready(self) -> Studio:
        """Wait until sound and picture are connected."""
        expect(self.page.locator('.room[data-line="socket"]')).to_be_visible(timeout=SOON)
        expect(self.page.locator("[data-media-line]")).to_have_count(0, timeout=SOON)
        return self

    def turn(self, kind: str, on: bool = True) -> None:
        """Press a switch of the bar and wait until the server says that it is so."""
        button = self.page.locator(f'[data-media="{kind}"]')
        expect(button).to_be_visible(timeout=SOON)
        expect(button).to_have_attribute("aria-pressed", str(not on).lower(), timeout=SOON)
        button.click()
        self.is_on(kind, on)

    def is_on(self, kind: str, on: bool = True) -> None:
        """Wait until a switch of the bar shows this."""
        button = self.page.locator(f'[data-media="{kind}"]')
        expect(button).to_have_attribute("aria-pressed", str(on).lower(), timeout=SOON)

    def shows(self, person: str, source: str = "camera", there: bool = True) -> None:
        """Wait until somebody's picture is on the page, or is not."""
        found = self.page.locator(
            f'[data-picture="{person}"][data-source="{source}"][data-there="true"] video'
        )
        expect(found).to_have_count(1 if there else 0, timeout=SOON)

    def arrived(self) -> dict[str, Any]:
        """Return what has arrived here so far: frames decoded, packets of sound; heights of the pictures."""
        return dict(self.page.evaluate(_ARRIVED))

    def more(self, what: str, than: int = 0, by: int = 1) -> int:
        """Wait until more has arrived than ``than`` by ``by``, and return how much."""
        self.page.wait_for_function(
            f"async ([least]) => (await ({_ARRIVED})()).{what} >= least", arg=[than + by], timeout=SOON
        )
        return int(self.arrived()[what])

    def stands_still(self, what: str, milliseconds: int = 1500) -> None:
        """Assert that no more arrives within a while, after a moment for what is under way."""
        self.page.wait_for_timeout(700)
        before = self.arrived()[what]
        self.page.wait_for_timeout(milliseconds)
        assert self.arrived()[what] - before <= 2, (what, before, self.arrived())

    def height(self, wanted: int) -> None:
        """Wait until a picture of this height arrives."""
        self.page.wait_for_function(
            f"async ([height]) => (await ({_ARRIVED})()).heights.includes(height)", arg=[wanted], timeout=SOON
        )

    def asks_for(self, step: str) -> None:
        """Go to a step of the ladder, in the panel of one's line."""
        if not self.page.locator('.panel[data-panel="line"]').count():
            self.page.locator(".meter").click()
        self.page.locator(f"#step-{step}").check()
        expect(self.page.locator(f'.room[data-step="{step}"]')).to_be_visible()
