"""Charts on a screen: they fit, can be read by everybody, keep their words apart, unfold their numbers, and print."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.person import MakePerson
from tests.support.browsers import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.long]
PAGE = "/dev/design?sample=charts"
SMALLEST = 13  # px: words of a drawing are never scaled down
SIZES = """all => all.map(one => parseFloat(getComputedStyle(one).fontSize) *
  (one.getScreenCTM ? one.getScreenCTM().a : 1))"""
OVERLAPS = """() => [...document.querySelectorAll("svg.chart-axis")].flatMap(axis => {
  const boxes = [...axis.querySelectorAll("text")].filter(one => getComputedStyle(one).display !== "none")
    .map(one => one.getBoundingClientRect()).sort((one, other) => one.left - other.left);
  return boxes.slice(1).flatMap((box, at) => box.left < boxes[at].right ? [[boxes[at].right, box.left]] : []);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "viewport"), [("en", DESK), ("en", PHONE), ("ar", DESK), ("ar", PHONE)])
def test_every_chart_fits_and_is_accessible(
    person: MakePerson, language: str, viewport: ViewportSize, scheme: str
) -> None:
    name = f"charts-{language}-{viewport['width']}-{scheme}"
    somebody = person(language, viewport=viewport, color_scheme=scheme, pictures=name)
    somebody.open(PAGE)
    sizes = somebody.page.eval_on_selector_all("figure.chart :is(text, th, td, li, p)", SIZES)
    assert min(sizes) >= SMALLEST
    assert somebody.page.evaluate(OVERLAPS) == []


def test_the_numbers_unfold_and_are_on_paper(person: MakePerson) -> None:
    somebody = person("en")
    somebody.open(PAGE)
    numbers = somebody.page.locator("figure.chart--world .chart-data")
    expect(numbers.locator("table")).not_to_be_visible()
    somebody.page.emulate_media(media="print")
    expect(numbers.locator("table")).to_be_visible()
    somebody.page.emulate_media(media="screen")
    numbers.locator("summary").click()
    expect(numbers.locator("table")).to_be_visible()


def test_a_country_on_the_map_leads_where_its_number_leads(person: MakePerson) -> None:
    somebody = person("en")
    somebody.open(PAGE)
    land = somebody.page.locator('svg.map a[href="#country-BR"]')
    land.click()
    assert somebody.page.url.endswith("#country-BR")
    assert land.get_attribute("tabindex") == "-1"
    expect(somebody.page.locator('figure.chart--world table a[href="#country-BR"]')).to_have_count(1)
