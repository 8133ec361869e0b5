"""Sockets and waiting requests in a live room, at running gateways: what reaches whom, and that nothing is missed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from app.accounts import actors
from app.accounts.models import WebSession
from app.core import clock
from app.core.database import TransactionalFlask, db
from app.live import actions as live_actions
from app.webinars import journal, touching
from app.webinars.actions import hands, moderation, people
from app.webinars.models.planning import RunnerRole
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.places import Place as Seat
from app.webinars.places import place as seat_of
from tests.cast import play
from tests.live.conftest import Place, placed
from tests.live.listener import Listener
from tests.support import databases
from tests.support.servers import free_port
from tests.webinars.scene import WebinarScene, make_scene

NAMES = ("trainer", "expert", "owner", "member", "expelled")


@pytest.fixture(scope="module")
def place(application: TransactionalFlask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One platform for the tests of this file."""
    url = databases.clone_database()
    with placed(application, url, tmp_path_factory.mktemp("room"), LIVE_MAX_SOCKETS_PER_PERSON="9") as made:
        yield made
    databases.drop_database(url)


class Running:
    """A running session on the platform, with the cast in its room, and hands to change it."""

    def __init__(self, place: Place, **values: Any) -> None:
        self.platform = place
        self.signed = {name: place.sign_in(name) for name in NAMES}
        with place.within():
            people_of = {name: play(place.app, name) for name in NAMES}
            self.scene: WebinarScene = make_scene(people_of.__getitem__, **values)  # type: ignore[arg-type]
            self.topic = journal.topic_of(self.scene.webinar())

    def listen(self, name: str, url: str = "") -> Listener:
        """Connect somebody to the room."""
        return Listener(
            url or self.platform.server.url, self.signed[name].cookie, origin=self.platform.server.url
        )

    def tell(self, *audiences: str) -> int:
        """Write entries, each in a transaction of its own; returns the last number."""
        number = 0
        for audience in audiences:
            with self.platform.within():
                number = journal.tell(self.scene.webinar(), "test.said", {"to": audience}, audience)
        return number

    def seat(self, name: str) -> Seat:
        """Return somebody's place, inside a transaction."""
        found = seat_of(actors.of_person(play(self.platform.app, name)), self.scene.public_id)
        assert found is not None
        return found

    def person(self, name: str) -> WebinarParticipant:
        """Return somebody's row, inside a transaction."""
        found = select(WebinarParticipant).where(WebinarParticipant.public_id == self.scene.people[name])
        return db.session.scalars(found).one()

    def set(self, name: str, **values: Any) -> None:
        """Change somebody's row."""
        with self.platform.within() as session:
            session.execute(
                update(WebinarParticipant)
                .where(WebinarParticipant.public_id == self.scene.people[name])
                .values(**values)
            )

    def poll(self, name: str, **asked: Any) -> requests.Response:
        """Wait for news as somebody."""
        return requests.get(
            f"{self.platform.server.url}{self.scene.path('/room/poll')}",
            params=asked,
            headers={"Cookie": self.signed[name].cookie},
            timeout=40,
            allow_redirects=False,
        )

    def poll_later(self, name: str, **asked: Any) -> tuple[threading.Thread, list[requests.Response]]:
        """Begin to wait for news as somebody; the answer is put into the list."""
        answers: list[requests.Response] = []
        thread = threading.Thread(target=lambda: answers.append(self.poll(name, **asked)))
        thread.start()
        return thread, answers


@pytest.fixture
def running(place: Place) -> Running:
    """A session of one test's own."""
    return Running(place)


def entries(listener: Listener) -> list[Any]:
    """Return all entries that a listener was told, in the order in which they came."""
    return [entry for batch in listener.heard("room") for entry in batch["entries"]]


def reach(listener: Listener, number: int, seconds: float = 10.0) -> None:
    """Wait until a listener was told up to a number."""
    with listener._news:
        arrived = listener._news.wait_for(
            lambda: any(kind == "room" and told["upto"] >= number for kind, told, _ in listener.told), seconds
        )
        assert arrived, (number, listener.told)


def test_each_is_told_what_is_theirs_in_order_and_every_number(running: Running) -> None:
    owner_only = journal.to_person(running.scene.people["owner"])
    with (
        running.listen("trainer") as host,
        running.listen("owner") as owner,
        running.listen("member") as member,
    ):
        begin = [one.follow(running.topic) for one in (host, owner, member)]
        assert begin == [0, 0, 0]
        last = running.tell("all", "hosts", owner_only, "b:elsewhere", "all")
        for one in (host, owner, member):
            reach(one, last)
        told = {name: [entry[0] for entry in entries(one)] for name, one in
                (("host", host), ("owner", owner), ("member", member))}  # fmt: skip
        assert told == {"host": [1, 2, 5], "owner": [1, 3, 5], "member": [1, 5]}
        assert host.heard("news") == []
        for one in (host, owner, member):  # each batch begins where the one before ended
            batches = one.heard("room")
            assert [batch["after"] for batch in batches] == [0, *(batch["upto"] for batch in batches[:-1])]
        assert entries(member)[0][1:3] == ["test.said", {"to": "all"}]
        assert member.ask("heartbeat")["numbers"] == {running.topic: last}


def test_who_comes_back_is_told_what_was_missed_and_strangers_nothing(running: Running) -> None:
    running.tell("all", "all", "hosts")
    with running.listen("owner") as owner, running.listen("expelled") as expelled:
        answer = owner.client.call("subscribe", (running.topic, {"after": 1}), timeout=10)
        assert answer == {"state": "following", "number": 1}
        reach(owner, 3)
        assert [entry[0] for entry in entries(owner)] == [2]
        assert expelled.ask("subscribe", running.topic) == {"state": "refused"}
        assert running.poll("expelled").status_code == 404


def test_removal_ends_sockets_and_waiting_requests_at_once(running: Running) -> None:
    with running.listen("owner") as owner, running.listen("member") as member:
        number = owner.follow(running.topic)
        member.follow(running.topic)
        thread, answers = running.poll_later("owner", after=number)
        wait_for_poll(running)
        with running.platform.within():
            about = running.person("owner")
            moderation.remove(running.seat("trainer"), about)
        begun = time.monotonic()
        assert owner.wait_for("cut") - begun < 1.0
        thread.join(5)
        assert answers[0].status_code == 404
        last = running.tell("all")
        reach(member, last)
        assert [entry[1] for entry in entries(owner)] == []
        assert owner.ask("subscribe", running.topic) == {"state": "refused"}


def wait_for_poll(running: Running) -> None:
    """Wait until the gateway holds a request: it has read the sign-in."""
    running.tell("hosts")  # not for those who wait
    time.sleep(0.5)


def test_a_demoted_host_is_told_nothing_more_of_hosts(running: Running) -> None:
    running.set("member", role=RunnerRole.COHOST)
    with running.listen("member") as member:
        member.follow(running.topic)
        reach(member, running.tell("hosts"))
        assert [entry[1] for entry in entries(member)] == ["test.said"]
        with running.platform.within():
            about = running.person("member")
            people.set_role(running.seat("trainer"), about, RunnerRole.PARTICIPANT)
            last = journal.tell(running.scene.webinar(), "test.secret", {}, "hosts")
        reach(member, last)
        assert [entry[1] for entry in entries(member)] == ["test.said", "people.changed"]


def test_many_seats_change_at_once(running: Running) -> None:
    running.set("owner", admitted_at=None)
    with running.listen("owner") as owner, running.listen("member") as member:
        for one in (owner, member):
            one.follow(running.topic)
        reach(owner, running.tell("all", "lobby"))
        assert [entry[2]["to"] for entry in entries(owner)] == ["lobby"]
        with running.platform.within() as session:
            session.execute(
                update(WebinarParticipant)
                .where(WebinarParticipant.public_id == running.scene.people["owner"])
                .values(admitted_at=clock.now())
            )
            live_actions.reseat(running.topic)
        last = running.tell("all")
        for one in (owner, member):
            reach(one, last)
        assert [entry[0] for entry in entries(owner)] == [2, 3]
        assert [entry[0] for entry in entries(member)] == [1, 3]


def test_touches_are_gathered_and_hosts_are_told_more(running: Running) -> None:
    with running.listen("trainer") as host, running.listen("owner") as owner:
        for one in (host, owner):
            one.follow(running.topic)
        for _ in range(5):
            with running.platform.within():
                touching.touch(running.scene.webinar(), "people")
        host.wait_for("touch")
        owner.wait_for("touch")
        assert len(owner.heard("touch")) <= 2
        body = {one["what"]: one["body"] for one in owner.heard("touch")}["people"]
        assert set(body) == {"count", "host", "host_away"}
        assert {"steps", "waiting"} <= set(host.heard("touch")[0]["body"])


def test_beats_are_acknowledged_once_they_are_kept(running: Running) -> None:
    sign_in = running.signed["owner"].session_id
    hour_ago = clock.now() - timedelta(hours=1)
    with running.platform.within() as session:
        session.execute(update(WebSession).where(WebSession.id == sign_in).values(last_seen_at=hour_ago))
    with running.listen("owner") as owner, running.listen("expelled") as expelled:
        owner.follow(running.topic)
        beat = {"topic": running.topic, "connection": "tab-1", "n": 7, "step": "low", "missed": [5, 6]}
        for junk in (
            {"topic": running.topic},
            beat | {"n": -1},
            beat | {"connection": "x" * 65},
            "beat",
            None,
        ):
            owner.client.emit("beat", junk)
        owner.client.emit("beat", beat)
        expelled.client.emit("beat", beat | {"connection": "tab-2"})
        owner.wait_for("beats")
        told = owner.heard("beats")
        assert {one["connection"] for one in told} == {"tab-1"}
        assert 7 in told[0]["acked"]
        assert expelled.heard("beats") == []
        with running.platform.within() as session:
            steps = dict(session.execute(select(WebinarParticipant.public_id, WebinarParticipant.step)).all())
            used = session.get_one(WebSession, sign_in).last_seen_at
        assert used > hour_ago + timedelta(minutes=59)  # who only listens stays signed in
        assert steps[running.scene.people["owner"]] == "low"
        assert steps[running.scene.people["expelled"]] == "full"


def test_a_waiting_request_is_answered_by_news_touches_and_time(running: Running) -> None:
    beat = json.dumps({"connection": "poll-1", "n": 1, "step": "text", "missed": []})
    thread, answers = running.poll_later("owner", after=0, beat=beat)
    wait_for_poll(running)
    assert answers == []
    begun = time.monotonic()
    running.tell("all", journal.to_person(running.scene.people["owner"]))
    thread.join(10)
    assert time.monotonic() - begun < 3
    told = answers[0].json()
    assert [entry[0] for entry in told["entries"]] == [2, 3]
    assert (told["upto"], told["acked"], told["connection"]) == (3, [1], "poll-1")
    again, more = running.poll_later("owner", after=3, touches=told["touched"])
    with running.platform.within():
        touching.touch(running.scene.webinar(), "hands")
    again.join(10)
    assert "hands" in {one["what"] for one in more[0].json()["touches"]}
    at_once = running.poll("trainer", after=1).json()
    assert [entry[0] for entry in at_once["entries"]] == [2]
    crossing = requests.get(
        f"{running.platform.server.url}{running.scene.path('/room/poll')}",
        headers={"Cookie": running.signed["owner"].cookie, "Sec-Fetch-Site": "cross-site"},
        timeout=10,
    )
    assert crossing.status_code == 403


@pytest.mark.long
def test_everybody_is_told_within_three_seconds_that_the_host_is_gone(running: Running) -> None:
    running.set("expert", role=RunnerRole.COHOST)
    with running.platform.within() as session:
        session.get_one(WebinarRoom, running.scene.id).host_id = running.person("trainer").id
    with running.listen("owner") as owner, running.listen("expert") as cohost:
        for one in (owner, cohost):
            one.follow(running.topic)
        with running.listen("trainer") as trainer:
            trainer.follow(running.topic)
            begun = clock.now()
            while seen_at(running, "trainer") < begun + timedelta(seconds=2):
                time.sleep(0.1)
            assert "room.host_away" not in [entry[1] for entry in entries(owner)]
        gone = time.monotonic()
        assert told_at(owner, "room.host_away") - gone < 3.0
        assert told_at(owner, "room.host") - gone < 10.0
        told_at(cohost, "room.host")
        taken = [entry[2] for entry in entries(cohost) if entry[1] == "room.host"]
        assert taken[0]["person"]["id"] == running.scene.people["expert"]


def seen_at(running: Running, name: str) -> datetime:
    """Return when somebody was last there, as the room knows it."""
    with running.platform.within():
        return running.person(name).seen_at


def told_at(listener: Listener, kind: str, seconds: float = 12.0) -> float:
    """Wait until an entry of a kind was told, and return when."""

    def when() -> float | None:
        batches = ((told, at) for name, told, at in listener.told if name == "room")
        return next((at for told, at in batches if any(entry[1] == kind for entry in told["entries"])), None)

    with listener._news:
        assert listener._news.wait_for(lambda: when() is not None, seconds), listener.told
        found = when()
        assert found is not None
        return found


def test_a_floor_ends_by_itself(running: Running) -> None:
    with running.listen("owner") as owner:
        owner.follow(running.topic)
        with running.platform.within():
            about = running.person("member")
            hands.give_floor(running.seat("trainer"), about)
            about.floor_until = clock.now()
        told_at(owner, "hands.floor_ended")


@pytest.mark.long
def test_two_gateways_tell_the_same_and_one_killed_costs_nothing(running: Running) -> None:
    server, port = running.platform.server, free_port()
    server.start_gateway("second", port)
    server.wait(port=port)
    other = f"http://127.0.0.1:{port}"
    with running.listen("trainer") as here, running.listen("owner", other) as there:
        for one in (here, there):
            one.follow(running.topic)
        last = running.tell(*["all"] * 20)
        for one in (here, there):
            reach(one, last)
            assert [entry[0] for entry in entries(one)] == list(range(1, last + 1))
        server.kill("second")
        there.wait_for("disconnect")
        missed = running.tell(*["all"] * 5)
        with running.listen("owner") as back:
            answer = back.client.call("subscribe", (running.topic, {"after": last}), timeout=10)
            assert answer["number"] == last
            reach(back, missed)
            assert [entry[0] for entry in entries(back)] == list(range(last + 1, missed + 1))
        reach(here, missed)
