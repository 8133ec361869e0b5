"""Search in front of a browser: by keyboard, while typing, on a phone in Arabic; axe has nothing to say."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.person import MakePerson
from tests.support.browsers import PHONE

pytestmark = pytest.mark.browser

WORDS = {"en": ("evid", "evidence"), "ar": ("الأدل", "الأدلة")}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_results_come_while_somebody_types(person: MakePerson, language: str) -> None:
    reader = person(language, viewport=PHONE, pictures=f"search-{language}")
    reader.open(f"/search?lang={language}")
    field = reader.page.locator("#search-q")
    expect(field).to_be_focused()
    begun, whole = WORDS[language]
    field.press_sequentially(begun)
    hit = reader.page.locator(".hit-title a")
    expect(hit).to_have_count(1)
    expect(hit).to_have_attribute("href", "/courses/electronic-evidence")
    expect(field).to_be_focused()  # what is typed is not taken away
    expect(reader.page.locator("form.search [role=status]")).not_to_be_empty()
    assert "typing" not in reader.page.url
    field.fill(whole)
    field.press("Enter")
    expect(reader.page.locator(".hit mark").first).to_be_visible()
    reader.page.keyboard.press("Tab")
    reader.looked_at.clear()
    reader.look()
    reader.follow("/courses/electronic-evidence")


def test_nothing_found_says_what_to_try(person: MakePerson) -> None:
    reader = person("en", pictures="search-none")
    reader.open("/search?lang=en&q=unheard+of+anything&kind=lesson")
    expect(reader.page.locator(".empty-title")).to_have_text("Nothing was found")
    reader.follow("/search?q=unheard+of+anything")


def test_the_header_leads_to_it_and_it_works_without_scripts(person: MakePerson) -> None:
    reader = person("en", java_script_enabled=False)
    reader.open("/courses?lang=en")
    reader.page.locator(".header-search").click()
    reader.page.fill("#search-q", "evidence")
    reader.page.locator("form.search button").click()
    expect(reader.page.locator(".hit-title a")).to_have_count(1)
