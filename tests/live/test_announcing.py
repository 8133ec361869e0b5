"""Announcements as transactions make them: numbered in the order of the commits, told at the commit or never."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Engine, text
from werkzeug.exceptions import NotFound

from app.core import clock
from app.core.access import NOBODY, AccessError, Actor, access, approved, socket_table
from app.core.database import TransactionalFlask, db, unit_of_work
from app.live import actions, protocol, topics
from app.live.messages import (
    CHANNEL,
    AskAgain,
    CloseSockets,
    Cut,
    Message,
    News,
    Typing,
    decode,
    encode,
    lies_under,
)
from app.live.queries import number_of
from app.live.topics import Seat
from tests.cast import Cast
from tests.conftest import Inside

TOPIC = "test:announcing"
Transaction = Callable[[], AbstractContextManager[None]]
Heard = Callable[[], list[Message | None]]


@pytest.fixture
def transaction(application: TransactionalFlask, engine: Engine) -> Iterator[Transaction]:
    """Give ``with transaction():``, one that is really committed; its traces are removed."""

    @contextmanager
    def opened() -> Iterator[None]:
        with application.app_context(), unit_of_work():
            yield

    yield opened
    db.engine.dispose()  # other tests may replace the engine, and would leave its connections open
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM live_topic"))


@pytest.fixture
def heard(application: TransactionalFlask) -> Iterator[Heard]:
    """Give what has been told on the channel so far."""
    url = application.config["CTLP"].database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield lambda: [decode(one.payload) for one in connection.notifies(timeout=0.2)]


@pytest.fixture
def provided() -> Iterator[None]:
    """Forget the providers of a test after it."""
    before = dict(topics._providers)
    yield
    topics._providers.clear()
    topics._providers.update(before)


def test_numbers_count_up_and_are_told_at_the_commit(transaction: Transaction, heard: Heard) -> None:
    with transaction():
        assert number_of(TOPIC) == 0
        assert [actions.announce(TOPIC), actions.announce(TOPIC, {"kind": "reply", "topic": 7})] == [1, 2]
        assert heard() == []
    assert heard() == [News(TOPIC, 1), News(TOPIC, 2, {"kind": "reply", "topic": 7})]
    with transaction():
        assert number_of(TOPIC) == 2


def test_what_is_undone_is_not_told_and_takes_no_number(transaction: Transaction, heard: Heard) -> None:
    def fail() -> None:
        with transaction():
            actions.announce(TOPIC)
            actions.cut(1, TOPIC)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with transaction():
        assert actions.announce(TOPIC) == 1
    assert heard() == [News(TOPIC, 1)]


def test_two_at_once_take_turns_and_are_told_in_their_order(transaction: Transaction, heard: Heard) -> None:
    numbers: list[int] = []

    def announce() -> None:
        for _ in range(10):
            with transaction():
                numbers.append(actions.announce(TOPIC))

    threads = [threading.Thread(target=announce) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(numbers) == list(range(1, 41))
    assert heard() == [News(TOPIC, number) for number in range(1, 41)]


@pytest.mark.parametrize(
    "topic", ["", "room", "room:", "Room:1", "room:1 2", "room:" + "1" * 65, "a:" + "b:" * 6 + "c"]
)
def test_what_is_no_topic_is_not_announced(topic: str, inside: Inside) -> None:
    with inside(), pytest.raises(ValueError, match="not to be announced"):
        actions.announce(topic)


@pytest.mark.parametrize(
    "what", [{"text": "what somebody wrote"}, {"kind": "x" * 65}, {str(n): n for n in range(6)}]
)
def test_content_is_not_announced(what: dict[str, str | int], inside: Inside) -> None:
    with inside(), pytest.raises(ValueError, match="not to be announced"):
        actions.announce(TOPIC, what)


@pytest.mark.parametrize(
    "message",
    [
        News("a:1", 3, {"kind": "x"}),
        Typing("a:1", "Ñandú 赵", "sid"),
        Cut(3, ""),
        CloseSockets((1, 2)),
        AskAgain(4),
    ],
)
def test_a_message_arrives_as_it_left(message: Message) -> None:
    assert decode(encode(message)) == message


def test_a_message_of_a_later_version_is_left_alone() -> None:
    assert decode('["of-tomorrow", 1, 2]') is None


@pytest.mark.parametrize(
    ("topic", "prefix", "below"),
    [
        ("room:7", "room:7", True),
        ("room:7:x", "room:7", True),
        ("room:70", "room:7", False),
        ("room:7", "", True),
    ],
)
def test_prefixes_end_where_words_end(topic: str, prefix: str, below: bool) -> None:
    assert lies_under(topic, prefix) is below


def test_the_feature_with_the_longest_prefix_answers(provided: None) -> None:
    later, past = clock.now() + timedelta(hours=1), clock.now() - timedelta(seconds=1)

    def missing(_actor: Actor, _topic: str) -> bool:
        raise NotFound

    topics.provide("t", lambda _actor, topic: topic.endswith(":yes"))
    topics.provide("t:until", lambda _actor, _topic: later)
    topics.provide("t:past", lambda _actor, _topic: past)
    topics.provide("t:seat", lambda _actor, _topic: Seat(later, "A pseudonym"))
    topics.provide("t:none", lambda _actor, _topic: None)
    topics.provide("t:missing", missing)
    assert topics.seat_of(NOBODY, "t:yes") == Seat()
    assert topics.seat_of(NOBODY, "t:until:1") == Seat(later)
    assert topics.seat_of(NOBODY, "t:seat:yes") == Seat(later, "A pseudonym")
    refused = [
        "t:no",
        "t:past:yes",
        "t:none:yes",
        "t:missing:yes",
        "nobodys:1",
        "t",
        "t:YES!",
        None,
        7,
        {"t": 1},
    ]
    assert [topics.seat_of(NOBODY, one) for one in refused] == [None] * len(refused)


def test_ones_own_topic_is_for_approved_people(cast: Cast, inside: Inside) -> None:
    with inside():
        for name, allowed in (("owner", True), ("pending", False)):
            actor = cast(name).actor()
            assert topics.own(actor, f"person:{actor.user_id}") is allowed
            assert not topics.own(actor, "person:0")


def test_an_event_without_access_rule_stops_the_start(
    application: TransactionalFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = protocol.events()
    assert {name: one.rule.name for name, one in known.items()} == {
        "connect": "signed in", "subscribe": "approved", "leave": "signed in", "heartbeat": "signed in",
        "typing": "approved", "beat": "approved",
    }  # fmt: skip
    listed = {row.methods: row.rule for row in socket_table()}
    assert listed == {name: one.rule.name for name, one in known.items()}
    monkeypatch.setattr(protocol, "_handlers", dict(protocol._handlers))
    protocol.on("declared")(access(approved)(lambda _gateway, _connection, _said: None))
    protocol.on("shout")(lambda _gateway, _connection, _said: None)
    with pytest.raises(AccessError, match=r"rule: shout$"):
        protocol.events()
