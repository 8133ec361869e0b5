"""People of the cast in front of browsers, signed in without the pages of signing in, in a language, on a screen."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from tests.browser.person import Person
from tests.cast import Player
from tests.support.browsers import DESK, PHONE
from tests.support.servers import Server

SCREENS = {"360": PHONE, "1280": DESK}
Sits = Callable[[str, str], Person]


def seated(
    new_page: Callable[..., Page], app: Flask, server: Server, pictures: str, name: str, key: str
) -> Person:
    """Return somebody of the cast in front of a browser; ``key`` is a language and a width: ``ar-360``.

    ``app`` is an application of this process on the server's database. Without a name it is a stranger.
    """
    language, width = key.split("-")
    page = new_page(viewport=SCREENS[width], locale=language)
    if name:
        cookie = str(app.config["SESSION_COOKIE_NAME"])
        held = Player(app, name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": server.url}])
    one = Person(page, language, f"{pictures}-{key}-{name or 'stranger'}")
    one.speak(language)
    return one
