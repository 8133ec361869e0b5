"""The register in a browser: activities and lists recorded, people merged, facts corrected, country sets made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from app.core.database import unit_of_work
from app.records import actions, projections
from app.records.models import Fact, Participation, Verb
from tests.browser.seats import Sits, seated
from tests.records.scene import course, person, state
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

HERE = "/admin/register"
WAYS = ("en-1280", "ar-360")
LIST = (
    "family_name,given_name,email,country,profession,status,minutes\r\n"
    "Otieno,Zawadi,,Kenya,judge,completed,900\r\n"
    "Njeri,Neema,no address,Wakanda,Prosecutor,came,\r\n"
    "Odhiambo,Amina,,UG,,attended,400\r\n"
)


@pytest.fixture
def sits(new_page: Callable[..., Page], platform_app: Flask, live_server: Server) -> Sits:
    """Give ``sits("administrator", "en-1280")``: that person in front of a browser."""
    return partial(seated, new_page, platform_app, live_server, "register")


@pytest.mark.parametrize("key", WAYS)
def test_an_activity_held_elsewhere_and_its_list(sits: Sits, platform_app: Flask, key: str) -> None:
    keeper = sits("administrator", key)
    keeper.open(HERE)
    keeper.follow(f"{HERE}/activities/new")
    page = keeper.page
    page.fill(f"#title_{keeper.language}", f"Workshop {key}")
    page.select_option("#kind", "workshop")
    page.check('input[name="channel"][value="in_person"]')
    page.fill("#starts_on", "2026-03-02")
    page.fill("#starts_at", "09:00")
    page.fill("#ends_at", "16:00")
    keeper.press(f"{HERE}/activities")  # no place: refused, with what to do
    assert page.locator('.error-summary a[href="#place"]').count() == 1
    page.fill("#place", "Nairobi")
    page.fill("#source", "Report 12")
    keeper.press(f"{HERE}/activities")
    workshop = keeper.path

    page.set_input_files(
        "#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": LIST.encode("utf-8")}
    )
    keeper.press(f"{workshop}/lists")
    waiting = keeper.path
    assert page.locator("main tbody tr").count() == 3  # the address, the country, the status of line 3
    assert page.locator(f'form[action="{waiting}/recording"]').count() == 0
    page.fill('input[name="cell-1-email"]', "neema@court.example")
    page.fill('input[name="cell-1-country"]', "Uganda")
    page.fill('input[name="cell-1-status"]', "attended")
    keeper.press(waiting)
    keeper.press(f"{waiting}/recording")
    assert keeper.path == workshop
    assert page.locator('main th a[href*="/participants/"]').count() == 3
    keeper.follow(page.locator('main th a[href*="/participants/"]').first.get_attribute("href") or "")

    with platform_app.app_context(), unit_of_work():
        assert projections.check() == []


@pytest.mark.parametrize("key", WAYS)
def test_two_who_are_one_are_merged(sits: Sits, platform_app: Flask, key: str) -> None:
    with platform_app.app_context(), unit_of_work():
        old, new = person(f"one-{key}", country="RW"), person(f"two-{key}", country="RW")
        for one in (old, new):
            one.given_name, one.family_name = "Amina", f"Twin{key[:2]}"
        taken = course(f"merged-{key}")
        state(old, taken, Verb.ENROLLED, 0)
        state(old, taken, Verb.COMPLETED, 4, result={"score": 81})
        state(new, taken, Verb.ENROLLED, 9)
        keys = [actions.learner_of(one.id) for one in (old, new)]

    keeper = sits("administrator", key)
    keeper.open(f"{HERE}/duplicates?country=RW")
    with keeper.moving():
        keeper.page.locator(f'main a[href*="{keys[0]}"]').first.click()
    pair = keeper.path
    keeper.page.check(f'input[name="into"][value="{keys[1]}"]')
    keeper.press(pair)  # no reason: refused
    assert keeper.page.locator(".error-summary").count() == 1
    keeper.page.fill("#reason", "One judge with two addresses")
    keeper.press(pair)
    assert keeper.path == f"{HERE}/merges/{keys[0]}"
    keeper.open(f"{HERE}/merges")
    with platform_app.app_context(), unit_of_work() as session:
        merged = select(Participation.status).where(Participation.activity_key == taken)
        assert session.scalars(merged).all() == ["completed"]
        assert projections.check() == []


@pytest.mark.parametrize("key", WAYS)
def test_a_fact_is_corrected_with_a_reason(sits: Sits, platform_app: Flask, key: str) -> None:
    wrong = uuid.uuid4()
    with platform_app.app_context(), unit_of_work():
        somebody, taken = person(f"scored-{key}", country="KE"), course(f"corrected-{key}")
        state(somebody, taken, Verb.ENROLLED, 0)
        state(somebody, taken, Verb.COMPLETED, 5, uuid=wrong, result={"score": 99})

    keeper = sits("administrator", key)
    fact = f"{HERE}/facts/{wrong}"
    keeper.open(fact)
    keeper.page.fill("#score", "70")
    keeper.press(f"{fact}/changes", button='button[value="do"]')  # no reason: refused
    assert keeper.page.locator(".error-summary").count() == 1
    keeper.page.fill("#reason", "Typed from the wrong list")
    keeper.press(f"{fact}/changes", button='button[value="look"]')
    keeper.press(f"{fact}/changes", button='button[value="do"]')
    assert keeper.path != fact
    keeper.open(f"{HERE}/corrections")
    with platform_app.app_context(), unit_of_work() as session:
        assert session.scalars(select(Fact.result).where(Fact.corrects == wrong)).one() == {"score": 70}


@pytest.mark.parametrize("key", WAYS)
def test_a_country_set_is_made_and_gets_a_version(sits: Sits, key: str) -> None:
    keeper = sits("administrator", key)
    keeper.open("/admin/country-sets")
    keeper.follow("/admin/country-sets/new")
    page = keeper.page
    page.fill("#valid_from", "2020-01-01")
    keeper.press("/admin/country-sets/new")  # no name, no country
    assert page.locator(".error-summary a").count() == 2
    page.fill("#name_en", f"Lake Chad basin {key}")
    for code in ("TD", "NE"):
        box = page.locator(f'input[name="members"][value="{code}"]')
        box.evaluate("one => { one.closest('details').open = true; }")
        box.check()
    keeper.press("/admin/country-sets/new")
    made = keeper.path
    assert page.locator(".set-members li").count() == 2
    keeper.follow(f"{made}/versions/new")
    box = page.locator('input[name="members"][value="CM"]')
    box.evaluate("one => { one.closest('details').open = true; }")
    box.check()
    page.fill("#valid_from", "2022-01-01")
    with keeper.moving():
        page.locator("main form button[type=submit]").last.click()
    assert page.locator(".set-members li").count() == 3
    assert page.locator("main tbody tr").count() == 2
