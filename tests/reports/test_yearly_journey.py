"""The way of a yearly report in a browser: made in English and in Arabic, drilled into, cleared, taken away."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from docx import Document
from flask import Flask
from playwright.sync_api import Page

from app.core.database import unit_of_work
from app.records.models import Verb
from tests.browser.seats import Sits, seated
from tests.records.scene import course, person, state
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

WAYS = {"en-1280": "en", "ar-360": "ar"}


@pytest.fixture
def sits(new_page: Callable[..., Page], platform_app: Flask, live_server: Server) -> Sits:
    """Give ``sits("administrator", "en-1280")``: that person in front of a browser, signed in."""
    return partial(seated, new_page, platform_app, live_server, "yearly")


@pytest.mark.parametrize("key", WAYS)
def test_from_the_period_to_the_cleared_document(platform_app: Flask, sits: Sits, key: str) -> None:
    with platform_app.app_context(), unit_of_work():
        done = course(f"journey-{key}")
        for n in range(4):
            state(person(f"{key}-{n}", country="KE" if n else "PE"), done, Verb.COMPLETED, n)

    officer = sits("reporting_officer", key)
    officer.open("/reports/yearly")
    officer.follow("/reports/yearly/new")
    officer.page.fill("#title", "2026")
    officer.page.fill("#starts_on", "2026-01-01")
    officer.page.fill("#ends_on", "2025-06-30")
    officer.press("/reports/yearly/new")
    assert officer.page.locator(".error-summary").count() == 1
    officer.page.fill("#ends_on", "2026-06-30")
    officer.press("/reports/yearly/new")
    report = officer.path
    assert officer.page.locator(f'.prose[lang="{WAYS[key]}"] sup a').count() > 2

    officer.follow(f"{report}/numbers")
    officer.page.select_option("#figure", "trained")
    officer.page.select_option("#epoch", "since_2008")
    officer.page.fill("#cut_off", "2026-03-02")
    officer.press(f"{report}/numbers")
    officer.open(report)

    number = officer.page.locator('main td.num a[href*="/figures/trained?"]').first
    with officer.moving():
        number.click()
    with officer.moving():
        officer.page.locator('main .number-value a[href*="/rows"]').click()
    with officer.moving():
        officer.page.locator('main table a[href*="/reports/"]').first.click()

    officer.open(report)
    with officer.page.expect_download() as taken:
        officer.page.locator(f'a[href="{report}/report.docx"]').click()
    path = taken.value.path()
    assert Document(str(path)).paragraphs[0].text == "2026"
    with zipfile.ZipFile(path) as package:
        assert package.read("word/footnotes.xml").count(b"<w:footnote ") > 10
    officer.press(f"{report}/submission")

    other = sits("administrator", key)
    other.open(report)
    other.press(f"{report}/clearance")
    assert other.page.locator("main dl .code").count() == 1
    for beside in ("/statistics/comparison", "/reports/results", "/reports/products", "/reports/planned"):
        other.open(beside)
    other.open("/statistics/comparison/new")
    other.open("/reports/results/new")
