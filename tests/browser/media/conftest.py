"""A platform in a network of the test's own, a room of one kind of media, people with browsers and fake devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.core.database import TransactionalFlask, unit_of_work
from app.core.settings import KEY
from tests.browser.media.studio import WATCHED, Studio
from tests.cast import Player
from tests.support import databases, janus
from tests.support.networks import INTERFACE, NoNetwork, own_network
from tests.support.servers import Server
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, WebinarScene, make_scene

Within = Callable[[], AbstractContextManager[None]]
Cast = Callable[[str], Player]
MakeRoom = Callable[..., WebinarScene]
Comes = Callable[..., Studio]


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[None]:
    """Everything of the file lives in a network of its own."""
    with ExitStack() as stack:
        try:
            stack.enter_context(own_network())
        except NoNetwork as error:
            pytest.skip(f"no network of its own for media: {error}")
        yield


@pytest.fixture(scope="module")
def live_server(
    network: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The platform with what the file asks for: ``JANUS``, ``ENCODER``, ``SETTINGS``."""
    asked = request.module
    url = databases.clone_database()
    with ExitStack() as stack:
        stack.callback(databases.drop_database, url)
        settings = dict(getattr(asked, "SETTINGS", {}))
        folder: Path = tmp_path_factory.mktemp("media")
        if getattr(asked, "JANUS", False):
            if not janus.installed():
                pytest.skip("no Janus on this machine")
            stack.enter_context(janus.running(folder / "janus", INTERFACE))
            settings |= janus.SETTINGS
        server = Server(url, folder / "var", settings=settings)
        stack.callback(server.stop)
        server.start()
        if getattr(asked, "ENCODER", False):
            server.start_encoder()
        yield server


@pytest.fixture
def platform_app(platform_app: TransactionalFlask, live_server: Server) -> TransactionalFlask:
    """The application of this process, with the settings of the platform's media."""
    changed = {name.lower(): value for name, value in live_server.settings.items()}
    platform_app.config[KEY] = platform_app.config[KEY].model_copy(update={**changed, "var": live_server.var})
    return platform_app


@pytest.fixture
def within(platform_app: Flask) -> Within:
    """Give ``with within():``, one committed transaction."""

    @contextmanager
    def opened() -> Iterator[None]:
        with platform_app.app_context(), unit_of_work():
            yield

    return opened


@pytest.fixture
def people(platform_app: Flask) -> Cast:
    """Give the cast, living on the running platform."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(platform_app, name)
        return players[name]

    return play


@pytest.fixture
def room(within: Within, people: Cast) -> MakeRoom:
    """Give a function that makes a running session; keywords are those of ``make_scene``."""

    def make(**wanted: Any) -> WebinarScene:
        for name in (HOST, SPEAKER, *REGISTERED):
            people(name)
        with within():
            return make_scene(people, **wanted)

    return make


@pytest.fixture
def comes(new_page: Callable[..., Page], people: Cast, platform_app: Flask, live_server: Server) -> Comes:
    """Give ``comes("owner", scene)``: that person's browser in the room; ``devices=False``: permission is denied."""

    def opened(
        name: str, scene: WebinarScene, *, devices: bool = True, script: str = "", **options: object
    ) -> Studio:
        page = new_page(**options)
        page.add_init_script(WATCHED + script + ("" if devices else DENIED))
        cookie = str(platform_app.config["SESSION_COOKIE_NAME"])
        held = people(name).new_client().get_cookie(cookie)
        assert held is not None
        page.context.add_cookies([{"name": cookie, "value": held.value, "url": live_server.url}])
        answer = page.goto(scene.path("/room"))
        assert answer is not None
        assert answer.status == 200
        return Studio(page, scene.people[name])

    return opened


DENIED = """
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
"""
