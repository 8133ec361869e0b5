"""Answering on a phone: what is typed is saved as one goes, kept without a line, and never written over by another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from app.accounts.models import User
from app.core.database import unit_of_work
from tests.cast import Player
from tests.irooms.scene import open_scene
from tests.irooms.stocktakings import Taking, opened
from tests.support.browsers import PHONE, accessibility_faults
from tests.support.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.long]

PEOPLE = {"member": "member", "owner": "member"}
Open = Callable[[str], Page]


@pytest.fixture
def people(platform_app: Flask) -> Callable[[str], Player]:
    """Give the cast, living on the running platform."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(platform_app, name)
        return players[name]

    return play


@pytest.fixture
def taking(platform_app: Flask, people: Callable[[str], Player]) -> Taking:
    """An open stocktaking by country; ``member`` and ``owner`` are of one."""
    for name in ("room_manager", "expelled", *PEOPLE):
        people(name)
    with platform_app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == people("member").id).values(country="KE"))
        room = open_scene(people, people=PEOPLE)
    return opened(people, room, unit="country")


@pytest.fixture
def at_section(
    live_server: Server, new_page: Callable[..., Page], people: Callable[[str], Player], taking: Taking
) -> Open:
    """Give a function that opens the section on somebody's phone."""

    def open_for(name: str) -> Page:
        cookie = str(people(name).app.config["SESSION_COOKIE_NAME"])
        kept = people(name).new_client().get_cookie(cookie)
        assert kept is not None
        page = new_page(viewport=PHONE)
        page.context.add_cookies([{"name": cookie, "value": kept.value, "url": live_server.url}])
        page.goto(f"{taking.path}/sections/{taking.section}")
        return page

    return open_for


def law(page: Page, taking: Taking) -> Locator:
    """Return the field of the first question."""
    return page.locator(f"#a-{taking.ids['text']}")


def state(page: Page) -> Locator:
    """Return what the page says of saving."""
    return page.locator("[data-saved-state]")


def test_saved_as_one_goes_kept_without_a_line(at_section: Open, taking: Taking) -> None:
    page = at_section("member")
    assert accessibility_faults(page) == []
    law(page, taking).fill("The evidence act.")
    expect(state(page)).to_have_text("Saved")
    page.context.set_offline(True)
    law(page, taking).fill("The evidence act of 2020.")
    expect(state(page)).to_have_text("Trying again")
    page.context.set_offline(False)
    page.reload()
    expect(law(page, taking)).to_have_value("The evidence act of 2020.")
    expect(state(page)).to_have_text("Saved")


def test_two_at_once_keep_both_texts(at_section: Open, taking: Taking) -> None:
    mine, theirs = at_section("member"), at_section("owner")
    law(mine, taking).fill("My words.")
    expect(state(mine)).to_have_text("Saved")
    law(theirs, taking).press_sequentially("Their words.")
    expect(state(theirs)).to_contain_text("Both texts are kept")
    theirs.reload()
    expect(law(theirs, taking)).to_have_value("My words.")
    expect(theirs.locator(".notice blockquote")).to_have_text("Their words.")
    theirs.get_by_role("button", name="Use this text").click()
    expect(law(theirs, taking)).to_have_value("Their words.")
    expect(theirs.locator(".notice blockquote")).to_have_count(0)
