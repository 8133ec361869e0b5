"""Who gets a socket, and what clients send that should not hurt: judged at the running platform by bare hands."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import websocket

from app.live import actions
from tests.live.conftest import Place, SignedIn

PATH = "/socket.io/?EIO=4&transport="


@contextmanager
def line(place: Place, cookie: str = "", origin: str | None = None) -> Iterator[websocket.WebSocket]:
    """A bare WebSocket; raises WebSocketBadStatusException when it is refused."""
    address = f"ws://{urlsplit(place.server.url).netloc}{PATH}websocket"
    opened = websocket.create_connection(
        address,
        cookie=cookie,
        timeout=10,
        **({"suppress_origin": True} if origin == "" else {"origin": origin}),
    )
    try:
        yield opened
    finally:
        with suppress(OSError, websocket.WebSocketException):
            opened.close(timeout=1)
        opened.shutdown()  # type: ignore[no-untyped-call]


def refusal(place: Place, cookie: str = "", origin: str | None = None) -> tuple[int, str]:
    """Return status and word of a refused WebSocket."""
    with pytest.raises(websocket.WebSocketBadStatusException) as refused, line(place, cookie, origin):
        pass
    return refused.value.status_code, json.loads(refused.value.resp_body or b"{}")["refused"]


def ask(
    place: Place, method: str, query: str, cookie: str, said: str = "40", **headers: str
) -> tuple[int, str]:
    """Send one plain request to the transport."""
    with closing(http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=20)) as connection:
        body = said if method == "POST" else None
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/socket.io/?EIO=4&{query}", body, {"Cookie": cookie, **given})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://content.localhost:{port}", "http://localhost"]
)
def test_another_origin_is_refused_before_any_protocol(place: Place, origin: str) -> None:
    who = place.sign_in("owner")
    assert refusal(place, who.cookie, origin.format(port=place.server.port)) == (403, "origin")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_ones_own_pages_are_let_in(place: Place, host: str) -> None:
    with line(place, place.sign_in("owner").cookie, f"http://{host}:{place.server.port}") as opened:
        assert str(opened.recv()).startswith("0{")


def test_without_a_living_sign_in_there_is_no_socket(place: Place) -> None:
    ended = place.sign_in("member")
    place.end_sign_ins("member")
    for cookie in ("", "ctlp=", "ctlp=" + "x" * 43, "ctlp=" + "x" * 5000, ended.cookie, "other=1"):
        assert refusal(place, cookie) == (401, "sign-in")


def test_polling_goes_on_only_in_the_browser_that_began_it(place: Place) -> None:
    owner, member = place.sign_in("owner"), place.sign_in("member")
    status, opened = ask(place, "GET", "transport=polling", owner.cookie)
    assert status == 200
    key = json.loads(opened[1:])["sid"]
    query, ours = f"transport=polling&sid={key}", {"Origin": place.server.url}
    assert ask(place, "POST", query, member.cookie, **ours) == (400, '{"refused": "unknown connection"}')
    assert ask(place, "POST", query, owner.cookie, Origin="https://evil.example")[0] == 403
    assert ask(place, "POST", query, owner.cookie)[0] == 403
    assert ask(place, "GET", query, owner.cookie, Sec_Fetch_Site="same-site")[0] == 403
    assert ask(place, "GET", query + "&j=1", owner.cookie)[0] == 400
    assert ask(place, "PUT", query, owner.cookie, **ours)[0] == 400
    assert ask(place, "POST", query, owner.cookie, **ours) == (200, "OK")
    assert "40{" in ask(place, "GET", query, owner.cookie)[1]
    assert ask(place, "POST", query.replace(key, "guessed"), owner.cookie, **ours)[0] == 400
    assert ask(place, "POST", query, owner.cookie, "1", **ours)[0] == 200
    assert ask(place, "GET", query, owner.cookie)[0] == 400


def test_sockets_are_limited_for_a_person_and_for_the_process(place: Place) -> None:
    people = [place.sign_in(name) for name in ("owner", "member", "trainer")]
    with ExitStack() as stack:
        for who in people[:2]:
            for _ in range(3):
                stack.enter_context(line(place, who.cookie))
            if who is people[0]:
                assert refusal(place, who.cookie) == (429, "too many of yours")
        assert refusal(place, people[2].cookie) == (503, "full")
    wait_until_free(place, people[2], 3)


def wait_until_free(place: Place, who: SignedIn, sockets: int) -> None:
    """Connect as often as the limit allows: what was closed before no longer counts."""
    with ExitStack() as stack:
        for _ in range(sockets):
            for _again in range(100):
                with suppress(websocket.WebSocketBadStatusException):
                    stack.enter_context(line(place, who.cookie))
                    break
            else:
                raise AssertionError("closed sockets still count")


JUNK = {
    "no packet": "hello",
    "empty": "",
    "unknown type": "9",
    "broken": "42[",
    "not an event": "42{}",
    "another namespace": '40/admin,{"a":1}',
    "unknown event": '42["shout","x"]',
    "reserved event": '42["connect"]',
    "a number": "4" + "1" * 500,
    "deep": "4" + "[" * 4000,
    "deeper": '42["subscribe",' + "[" * 3900,
    "not text": '42["subscribe",{"topic":1}]',
    "too many": '42["subscribe",1,2,3,4,5]',
    "nothing": '42["subscribe"]',
    "parts to come": '452-["subscribe",{"_placeholder":true,"num":0}]',
    "too long": '42["subscribe","' + "x" * 5000 + '"]',
    "upgrade": "5",
    "close": "1",
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_does_not_hurt(place: Place, group: int, junk: str) -> None:
    owner = place.sign_in("owner")
    with place.listener(place.sign_in("member")) as member:
        member.follow(f"group:{group}")
        for said_hello in (False, True):
            with line(place, owner.cookie) as opened, suppress(OSError, websocket.WebSocketException):
                if said_hello:
                    opened.send("40")
                for _ in range(3):
                    opened.send(junk)
                opened.send_binary(b"\x00\xff" * 100)
                while opened.recv():
                    pass
        with place.within():
            actions.announce(f"group:{group}")
        member.wait_for("news")
    assert "Traceback" not in place.server.log("web")


def test_a_message_without_end_is_cut_off(place: Place) -> None:
    sent = 0
    with (
        line(place, place.sign_in("owner").cookie) as opened,
        suppress(OSError, websocket.WebSocketException),
    ):
        opened.send_frame(websocket.ABNF.create_frame("4" + "x" * 1000, websocket.ABNF.OPCODE_TEXT, 0))
        for _ in range(1000):
            opened.send_frame(websocket.ABNF.create_frame("x" * 60_000, websocket.ABNF.OPCODE_CONT, 0))
            sent += 1
    assert sent < 1000


def test_a_flood_is_cut_off_and_the_others_are_served(place: Place, group: int) -> None:
    with place.listener(place.sign_in("member")) as member:
        member.follow(f"group:{group}")
        with (
            line(place, place.sign_in("owner").cookie) as opened,
            suppress(OSError, websocket.WebSocketException),
        ):
            opened.send("40")
            for number in range(2000):
                opened.send(f'42{number}["heartbeat"]')
            answers = 0
            while opened.recv():
                answers += 1
                assert answers < 200
        with place.within():
            actions.announce(f"group:{group}")
        member.wait_for("news")
