"""What the scripts add to pages that work without them."""

from __future__ import annotations

import pytest

from tests.browser.person import MakePerson
from tests.support.browsers import PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_row_of_tabs_opens_at_the_present_one(person: MakePerson, language: str) -> None:
    owner = person(language, signed_in_as="owner", viewport=PHONE)
    for path in ("/account", "/account/sessions", "/account/security", "/account/tokens/new"):
        owner.open(path)
        row = owner.page.locator(".tabs").first.bounding_box()
        tab = owner.page.locator(".tabs [aria-current]").first.bounding_box()
        assert row is not None
        assert tab is not None
        assert row["x"] <= tab["x"], path
        assert tab["x"] + tab["width"] <= row["x"] + row["width"], path
