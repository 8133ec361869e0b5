"""The fixtures themselves."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import text

from app.accounts.models import Role, Standing
from tests.cast import PARTS, Cast
from tests.conftest import Inside
from tests.support.browsers import PHONE
from tests.support.databases import OwnServer
from tests.support.servers import Server


def test_stranger_is_answered(client: FlaskClient) -> None:
    assert client.get("/health").status_code in {200, 503}


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_test_writes_is_undone(inside: Inside, number: int) -> None:
    with inside() as session:
        session.execute(text("INSERT INTO rate_counter (key, count, expires_at) VALUES ('k', 1, now())"))
    with inside() as session:
        assert session.execute(text("SELECT count(*) FROM rate_counter")).scalar() == 1


def test_clones_are_migrated_and_separate(clone_database: Callable[[], str]) -> None:
    first, second = clone_database(), clone_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    with psycopg.connect(second) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert ("rate_counter",) in names
    assert ("only_here",) not in names


def test_live_server_answers(live_server: Server) -> None:
    live_server.wait("/health")


@pytest.mark.parametrize("name", sorted(PARTS))
def test_cast_can_be_played(cast: Cast, inside: Inside, name: str) -> None:
    player = cast(name)
    with inside():
        person, actor = player.person(), player.actor()
        assert person.standing == PARTS[name].standing
        assert actor.approved == (PARTS[name].standing == Standing.APPROVED)
        assert (PARTS[name].role is None) or PARTS[name].role in actor.roles
    assert (player.credentials.totp_key is not None) == (PARTS[name].role == Role.ADMINISTRATOR)


def test_cast_is_signed_in(cast: Cast) -> None:
    answer = cast("owner").client.get("/account")
    assert answer.status_code == 200
    assert cast("owner").part.family_name in answer.text


def test_cast_signs_in_beside_a_live_server(live_server: Server) -> None:
    owner, administrator = live_server.cast("owner", "administrator")
    assert owner.totp_key is None
    assert len(administrator.code()) == 6


def test_own_server_can_be_killed(own_postgres: OwnServer, new_server: Callable[..., Server]) -> None:
    server = new_server(database_url=own_postgres.url)
    own_postgres.kill()
    own_postgres.start()
    server.wait()


@pytest.mark.browser
def test_browser_opens_a_page(page: Page) -> None:
    page.goto("/")
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.styleSheets.length") > 0


@pytest.mark.browser
def test_browser_opens_a_phone_in_arabic(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport=PHONE, locale="ar")
    page.goto("/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
