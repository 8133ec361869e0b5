"""Rights at the media server, tried with clients that speak its protocol and do what no page of ours would."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import websocket

from app.core import clock
from app.core.database import TransactionalFlask
from app.core.settings import KEY
from app.webinars.media.base import GRANT, STAGE_PLACES, Door
from app.webinars.media.janus import JanusAdapter
from app.webinars.models.media import WebinarMediaRoom, WebinarMediaSeat
from app.webinars.models.planning import Webinar
from tests.support import janus
from tests.support.networks import INTERFACE, NoNetwork, own_network

pytestmark = [pytest.mark.long, pytest.mark.skipif(not janus.installed(), reason="no Janus on this machine")]
UNAUTHORIZED, NO_SUCH_FEED = 433, 428
Grant = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Janus in a network of its own."""
    try:
        with own_network(), janus.running(tmp_path_factory.mktemp("janus"), INTERFACE):
            yield
    except NoNetwork as error:
        pytest.skip(f"no network of its own for media: {error}")


class Client:
    """A connection to Janus that says whatever it likes."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.socket = websocket.create_connection(
            janus.SETTINGS["JANUS_PUBLIC_URL"], timeout=5, subprotocols=["janus-protocol"]
        )
        self.session = self.handle = 0

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def say(self, what: str, **more: Any) -> dict[str, Any]:
        """Say something and return the answer to it, the event where one follows."""
        transaction = secrets.token_hex(4)
        around = {"session_id": self.session} if self.session else {}
        around |= {"handle_id": self.handle} if self.handle else {}
        sent = {"janus": what, "transaction": transaction, "token": self.token, **around, **more}
        self.socket.send(json.dumps(sent))
        while True:
            answer: dict[str, Any] = json.loads(self.socket.recv())
            if answer.get("transaction") == transaction and answer["janus"] != "ack":
                return answer

    def attach(self) -> Client:
        """Begin a session with the plugin."""
        self.session = self.say("create")["data"]["id"]
        self.handle = self.say("attach", plugin="janus.plugin.videoroom")["data"]["id"]
        return self

    def ask(self, request: str, **values: Any) -> dict[str, Any]:
        """Ask the plugin and return its data."""
        return dict(self.say("message", body={"request": request, **values})["plugindata"]["data"])

    def publish(self, granted: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Join as somebody who sends."""
        values = {"room": granted["room"], "pin": granted["pin"], "id": granted["feed"],
                  "token": granted.get("send", granted["join"])}  # fmt: skip
        return self.ask("join", ptype="publisher", **(values | changed))

    def listen(self, granted: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Join as somebody who receives a feed that is not there; with the right that is all that is wrong."""
        values = {"room": granted["room"], "pin": granted["pin"], "token": granted["join"]}
        return self.ask("join", ptype="subscriber", streams=[{"feed": "nobody"}], **(values | changed))


@pytest.fixture
def room() -> WebinarMediaRoom:
    """A room's names and secrets."""
    return WebinarMediaRoom(webinar_id=1, key=secrets.token_urlsafe(8), pin=secrets.token_urlsafe(8))


@pytest.fixture
def grant(
    application: TransactionalFlask, room: WebinarMediaRoom, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Grant]:
    """Give a function that grants somebody a seat in the room: ``grant("anna", sends=True)``."""
    changed = {name.lower(): value for name, value in janus.SETTINGS.items()}
    monkeypatch.setitem(application.config, KEY, application.config[KEY].model_copy(update=changed))
    adapter, webinar = JanusAdapter(), Webinar(title="A session")

    def granted(person: str, *, sends: bool = False) -> dict[str, Any]:
        seat = WebinarMediaSeat(public_id=f"seat-{person}", tracks=[])
        found = adapter.grant(Door(webinar, room, seat, person, sends))
        return found | {"row": seat}

    with application.app_context():
        adapter.open(room, webinar)
        yield granted
        adapter.close(room)


@pytest.fixture
def connect() -> Iterator[Callable[[str], Client]]:
    """Give a function that connects with a token."""
    clients: list[Client] = []

    def connected(token: str) -> Client:
        clients.append(Client(token))
        return clients[-1]

    yield connected
    for client in clients:
        client.close()


Connect = Callable[[str], Client]


def test_the_stage_has_25_places_for_those_with_the_floor(grant: Grant, connect: Connect) -> None:
    for number in range(STAGE_PLACES):
        granted = grant(f"speaker{number}", sends=True)
        assert connect(granted["token"]).attach().publish(granted)["videoroom"] == "joined"


def test_who_listens_cannot_send(grant: Grant, connect: Connect) -> None:
    listener, speaker = grant("listener"), grant("speaker", sends=True)
    client = connect(listener["token"]).attach()
    assert client.publish(listener)["error_code"] == UNAUTHORIZED
    assert client.publish(listener, token=listener["join"] + "x")["error_code"] == UNAUTHORIZED
    assert client.publish(listener, token=speaker["join"])["error_code"] == UNAUTHORIZED
    assert client.listen(listener)["error_code"] == NO_SUCH_FEED


def test_without_a_token_of_ours_nothing_opens(
    grant: Grant, connect: Connect, room: WebinarMediaRoom
) -> None:
    granted = grant("anna")
    for token in ("", "x", granted["join"], granted["token"][:-4] + "AAAA"):
        with closing(Client(token)) as stranger:
            assert stranger.say("create")["janus"] == "error"
    client = connect(granted["token"]).attach()
    assert client.listen(granted, token="")["error_code"] == UNAUTHORIZED
    assert client.listen(granted, pin="guessed")["error_code"] == UNAUTHORIZED
    for request in (
        "create",
        "destroy",
        "edit",
        "kick",
        "allowed",
        "moderate",
        "enable_recording",
        "rtp_forward",
    ):
        values = {"room": "mine" if request == "create" else room.key, "id": "seat-anna", "mid": "0",
                  "mute": False, "action": "disable", "record": True, "host": "10.0.0.1",
                  "publisher_id": "x", "streams": []}  # fmt: skip
        assert "error_code" in client.ask(request, **values), request


def test_a_grant_is_good_for_minutes(grant: Grant, connect: Connect) -> None:
    with clock.travel(clock.now() - GRANT - timedelta(seconds=2)):
        old = grant("anna")
    client = connect(old["token"]).attach()
    assert client.listen(old)["error_code"] == UNAUTHORIZED
    assert client.listen(grant("anna"))["error_code"] == NO_SUCH_FEED


def test_the_end_of_the_floor_and_a_removal_close_every_door(
    grant: Grant, connect: Connect, room: WebinarMediaRoom
) -> None:
    adapter, anna, other = JanusAdapter(), grant("anna", sends=True), grant("other")
    speaking = connect(anna["token"]).attach()
    assert speaking.publish(anna)["videoroom"] == "joined"
    adapter.quiet(room, anna["row"])
    assert connect(anna["token"]).attach().publish(anna)["error_code"] == UNAUTHORIZED
    before = len(janus.ask(janus="list_sessions")["sessions"])
    staying = connect(other["token"]).attach()
    room.pin = secrets.token_urlsafe(8)
    adapter.kick(room, "anna", [anna["row"]])
    assert len(janus.ask(janus="list_sessions")["sessions"]) == before + 1 - 2  # both of anna's are gone
    again = connect(anna["token"]).attach()
    assert again.listen(anna)["error_code"] == UNAUTHORIZED
    assert staying.listen(grant("other"))["error_code"] == NO_SUCH_FEED


def test_where_janus_keeps_its_files_is_ours_to_say(
    tmp_path: Path, grant: Grant, room: WebinarMediaRoom
) -> None:
    assert JanusAdapter().record(room, True) is False  # no folder was named
