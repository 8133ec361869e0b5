"""Gateways that end, start again, stand beside each other, and lose their database: nobody misses anything."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from app.core.database import TransactionalFlask
from app.live import actions
from app.live.gateway import SIGN_INS_EVERY
from bench.announce import measure
from tests.live.conftest import Place, placed
from tests.live.listener import Listener
from tests.live.test_page import open_as
from tests.support import databases
from tests.support.databases import OwnServer
from tests.support.servers import free_port

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
COMES_BACK_MS = 60_000


@pytest.fixture
def own_place(application: TransactionalFlask, tmp_path: Path) -> Iterator[Place]:
    """A platform of one test's own, without narrow limits."""
    url = databases.clone_database()
    with placed(application, url, tmp_path, LIVE_MAX_SOCKETS_PER_PERSON="1000") as made:
        yield made
    databases.drop_database(url)


def test_two_gateways_tell_the_same(own_place: Place) -> None:
    place, port, group = own_place, free_port(), own_place.group()
    place.server.start_gateway("second", port)
    place.server.wait(port=port)
    owner, member, topic = place.sign_in("owner"), place.sign_in("member"), f"named:{group}"
    with (
        place.listener(owner) as here,
        Listener(f"http://127.0.0.1:{port}", member.cookie, origin=place.server.url) as there,
    ):
        for one in (here, there):
            one.follow(topic)
        for number in range(1, 21):
            with place.within():
                assert actions.announce(topic) == number
        for one in (here, there):
            one.wait_for("news", 20)
            assert [told["number"] for told in one.heard("news")] == list(range(1, 21))
        here.ask("typing", topic)
        there.wait_for("typing")
        with place.within():
            actions.cut(member.user_id, topic)
        there.wait_for("cut")
        place.end_sign_ins("owner")
        here.wait_for("ended")
        place.server.kill("second")
        there.wait_for("disconnect")


def test_a_killed_gateway_costs_a_page_nothing(own_place: Place, browser: Browser) -> None:
    place, group = own_place, own_place.group()
    context = browser.new_context(base_url=place.server.url, locale="en")
    page = context.new_page()
    open_as(page, place, place.sign_in("owner"), f"/tests/live/{group}")
    page.evaluate("window.sameDocument = true")
    announced = 0
    for round_ in range(2):
        place.server.kill("web")
        for _ in range(3):
            with place.within():
                announced = actions.announce(f"group:{group}")
        if round_ == 1:
            expect(page.get_by_role("status")).to_contain_text("The connection is lost.", timeout=20_000)
        place.server.start_web()
        place.server.wait()
        expect(page.locator(f"#line-{announced}")).to_be_attached(timeout=COMES_BACK_MS)
        with place.within():
            announced = actions.announce(f"group:{group}")
        expect(page.locator(f"#line-{announced}")).to_be_attached(timeout=COMES_BACK_MS)
    shown = page.locator("[data-live] > p").evaluate_all("all => all.map((one) => one.id)")
    assert shown == [f"line-{number}" for number in range(1, announced + 1)]
    assert page.evaluate("window.sameDocument") is True
    context.close()


def test_a_database_that_crashes_loses_no_announcement(
    application: TransactionalFlask, own_postgres: OwnServer, tmp_path: Path
) -> None:
    with placed(application, own_postgres.url, tmp_path / "var") as place:
        group, member = place.group(), place.sign_in("member")
        with place.listener(member) as one:
            one.follow(f"group:{group}")
            for round_ in range(1, 3):
                kill_feed(own_postgres.url)
                number = announce_when_possible(place, f"group:{group}")
                one.wait_for("reread", round_, seconds=60)
                assert one.ask("heartbeat")["numbers"] == {f"group:{group}": number}
            with place.within():
                number = actions.announce(f"group:{group}")
            one.wait_for_number(f"group:{group}", number)
            place.server.wait()


def kill_feed(url: str) -> None:
    """Kill the database process behind the gateway's LISTEN by kill -9: PostgreSQL then restarts as a whole."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'ctlp gateway'"
        ).fetchone()
        assert row is not None
        os.kill(row[0], signal.SIGKILL)


def announce_when_possible(place: Place, topic: str) -> int:
    """Announce, as soon as the database takes it."""
    for _ in range(300):
        try:
            with place.within():
                return actions.announce(topic)
        except Exception:
            place.engine.dispose()
            time.sleep(0.1)
    raise AssertionError("the database does not come back")


def test_a_sign_in_that_nobody_uses_ends_with_its_sockets(own_place: Place) -> None:
    place = own_place
    idle, used = place.sign_in("owner"), place.sign_in("owner")
    with place.listener(idle) as one, place.listener(used) as other:
        with place.engine.begin() as connection:
            connection.execute(
                text("UPDATE web_session SET last_seen_at = now() - interval '3 hours' WHERE id = :id"),
                {"id": idle.session_id},
            )
        one.wait_for("ended", seconds=SIGN_INS_EVERY + 10)
        assert other.ask("heartbeat") == {"numbers": {}}


def test_two_hundred_listeners(own_place: Place) -> None:
    place = own_place
    who = place.sign_in("owner")

    def announce() -> int:
        with place.within():
            return actions.announce(f"person:{who.user_id}")

    web = [place.server._parts["web"].pid]
    result = measure(place.server.url, who.cookie, f"person:{who.user_id}", announce, web, 200, 50)
    sys.stdout.write(f"\n{result}\n")
    assert result.deliveries == 10_000
