"""A page that is kept fresh, in real Chromium under the platform's own content policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.live import actions
from tests.live.conftest import Place, SignedIn
from tests.support.browsers import accessibility_faults

pytestmark = pytest.mark.browser


def open_as(page: Page, place: Place, who: SignedIn, path: str) -> None:
    """Open a page as somebody, and wait until it follows."""
    page.context.add_cookies([{"name": "ctlp", "value": who.token, "url": place.server.url}])
    with page.expect_websocket() as opened:
        page.goto(path)
    assert opened.value.url.startswith("ws://")
    opened.value.wait_for_event("framereceived", lambda frame: "following" in str(frame))


def test_what_is_announced_appears_and_a_cut_leads_away(
    place: Place, group: int, new_page: Callable[..., Page]
) -> None:
    who, page = place.sign_in("member"), new_page()
    open_as(page, place, who, f"/tests/live/{group}")
    with place.within():
        first = actions.announce(f"group:{group}")
        number = actions.announce(f"group:{group}")
    expect(page.locator(f"#line-{number}")).to_have_text(f"Line {number}")
    expect(page.get_by_role("status")).to_have_text(re.compile("[12] new lines."))
    assert page.locator("[data-live] > p").last.get_attribute("id") == f"line-{number}"
    assert page.locator(f"#line-{first}").count() == 1
    assert accessibility_faults(page) == []
    with place.within():
        actions.cut(who.user_id, f"group:{group}")
    expect(page.get_by_role("alert")).to_contain_text("Your access to this page has ended")
    assert accessibility_faults(page) == []
    place.end_sign_ins("member")
    expect(page).to_have_url(re.compile("/account/sign-in"), timeout=15_000)
