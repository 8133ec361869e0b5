"""A platform with the real course on it, and people in front of browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import MakePerson, Person
from tests.support import databases
from tests.support.browsers import DESK
from tests.support.servers import Server


@pytest.fixture(scope="module")
def live_database() -> Iterator[str]:
    """The address of a database with the real course."""
    url = databases.clone_database(databases.template_with_content())
    yield url
    databases.drop_database(url)


@pytest.fixture(scope="module")
def platform(live_server: Server) -> Server:
    """A running platform with the real course."""
    return live_server


@pytest.fixture
def table(platform: Server) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the platform's database, each statement a transaction of its own."""
    with psycopg.connect(platform.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def state_of(browser: Browser, platform: Server) -> Callable[[str], Any]:
    """Give ``state_of("administrator")``: the cookies of a browser in which somebody of the cast has signed in.

    Everybody signs in once a file: a code of the second factor is good for one use.
    """
    kept: dict[str, Any] = {}

    def state(name: str) -> Any:
        if name not in kept:
            context = browser.new_context(base_url=platform.url, locale="en", viewport=DESK)  # type: ignore[arg-type]
            try:
                somebody = Person(context.new_page())
                somebody.speak("en")
                somebody.sign_in(platform.cast(name)[0])
                kept[name] = context.storage_state()
            finally:
                context.close()
        return kept[name]

    return state


@pytest.fixture
def person(platform: Server, new_page: Callable[..., Page], state_of: Callable[[str], Any]) -> MakePerson:
    """Give ``person(language, signed_in_as="…", pictures="…", **of the browser's context)``."""

    def make(
        language: str = "en",
        *,
        signed_in_as: str = "",
        pictures: str = "",
        thorough: bool = False,
        **options: Any,
    ) -> Person:
        if signed_in_as:
            options["storage_state"] = state_of(signed_in_as)
        page = new_page(**({"locale": language} | options))
        scripts = bool(options.get("java_script_enabled", True))
        one = Person(page, language, pictures, scripts, thorough)
        if signed_in_as:
            one.speak(language)
        return one

    return make
