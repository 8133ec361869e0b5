"""Who is connected and follows what, and how what happens reaches them. It announces; it never decides.

A connection belongs to a living sign-in. What it follows has been allowed by the topic's feature at the moment of
subscribing, and ends at the seat's own time, with a cut, or with the sign-in. Nobody is told what is new, only where.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engineio.packet import Packet
from flask import Flask

from app.accounts import queries as people
from app.core import clock, log
from app.core.access import Actor, act_as
from app.core.database import unit_of_work
from app.live import collecting, feeds, queries, topics
from app.live.collecting import Collector
from app.live.connection import PING, Connection, Follow
from app.live.messages import AskAgain, CloseSockets, Cut, Message, News, Reseat, Touch, Typing, lies_under
from app.live.polls import Polls
from app.live.relay import Relay, packet
from app.live.topics import Seat

CONNECTION = "ctlp.connection"  # key of a connection in the WSGI environment
MOST_TOPICS = 50  # that one socket follows
FRESH, LONG_AGO = 2.0, -1e9  # seconds for which rights that were read hold, while nobody doubts them
MOST_PULSES = 20  # asked without an answer: then Engine.IO's own ping decides
GRACE = 1.0  # seconds between two polls of somebody who waits by polls
TICK = 0.25  # seconds between two looks at what ends by itself
SIGN_INS_EVERY = 60.0  # seconds between two looks at sign-ins that ended by their own time
PAUSES = (0.1, 0.3, 0.0)  # seconds after a question that failed, as often as it is asked
FAREWELL = 1.0  # seconds that a client gets to take its leave

FOLLOWING, REFUSED, LATER = "following", "refused", "later"
PULSE = 0.4  # seconds between two signs of life that are asked of who is watched
Reply = dict[str, Any]
_BINARY = ("5", "6")  # packets whose parts follow one by one, and could pile up; nothing of ours is such


class Gateway:
    """The connections of this process. ``server`` is python-socketio's."""

    def __init__(self, app: Flask, server: Any) -> None:
        self.app, self.server = app, server
        self.connections: dict[str, Connection] = {}
        self._by_sid: dict[str, Connection] = {}
        self._followers: dict[str, dict[Connection, Follow]] = {}
        self._watched: dict[Follow, Connection] = {}
        self._latest: dict[str, int] = {}
        self._timed: dict[Follow, Connection] = {}
        self._next_end: datetime | None = None
        self._heard: dict[tuple[str, int], float] = {}
        self.relay = Relay(self)
        self.collector = Collector(app)
        self.polls = Polls(self, self.relay, self.collector)
        self._hook_in()

    # ------------------------------------------------------------------------------- coming and going

    def _hook_in(self) -> None:
        """Stand between Engine.IO and Socket.IO, which tell nobody else of connections without a first packet."""
        handlers = self.server.eio.handlers
        self._passed_on: dict[str, Callable[..., Any]] = dict(handlers)
        handlers |= {"connect": self._opened, "message": self._received, "disconnect": self._closed}

    def _opened(self, key: str, environ: dict[str, Any]) -> Any:
        connection: Connection = environ[CONNECTION]
        connection.key = key
        self.connections[key] = connection
        connection.attach(self.server.eio.sockets[key])
        return self._passed_on["connect"](key, environ)

    def _received(self, key: str, data: object) -> Any:
        connection = self.connections.get(key)
        if connection is None:
            return None
        if not isinstance(data, str) or data[:1] in _BINARY or not connection.may_send():
            self.drop(connection)
            return None
        return self._passed_on["message"](key, data)

    def _closed(self, key: str, reason: str) -> Any:
        connection = self.connections.pop(key, None)
        if connection is not None:
            for topic in list(connection.follows):
                self._forget(connection, topic)
            self._by_sid.pop(connection.sid, None)
            if connection.outlet is not None:  # whoever does not go by itself, or is long gone, is cut off
                self._later(FAREWELL, connection.outlet.abort)
        return self._passed_on["disconnect"](key, reason)

    def join(self, sid: str, connection: Connection) -> None:
        """Let a connection take part: it has said hello."""
        connection.sid = sid
        self._by_sid[sid] = connection

    def connection_of(self, sid: str) -> Connection | None:
        """Return the connection with Socket.IO's name ``sid``; None when it is gone."""
        return self._by_sid.get(sid)

    def sockets_of(self, user_id: int | None) -> int:
        """Return how many sockets a person has here."""
        return sum(one.actor.user_id == user_id for one in self.connections.values())

    def drop(self, connection: Connection, word: str = "") -> None:
        """Close a connection, saying ``word`` first."""
        if word and connection.sid:
            self.server.emit(word, to=connection.sid)
        engine = self.server.eio.sockets.get(connection.key)
        if engine is not None:
            engine.close(wait=False, reason=self.server.reason.SERVER_DISCONNECT)

    def close(self) -> None:
        """Close every connection: this process ends. Clients come back to another one, or to this one's successor."""
        for connection in list(self.connections.values()):
            self.drop(connection)

    # ------------------------------------------------------------------------------- following

    def subscribe(self, connection: Connection, topic: str, doubts: int, after: int | None = None) -> Reply:
        """Let a connection follow ``topic`` if its feature allows it now, to an actor whose rights were read just now.

        ``doubts`` are the connection's from before that reading: something that was taken from the person while the
        answer was on its way makes the answer worthless. The number is read after the place is taken: what is announced
        later arrives, what was announced before is in the number. Of a journal the number is that from which on
        everything is told: ``after`` where the client asks for it and the tail still reaches it.
        """
        self._forget(connection, topic)
        if len(connection.follows) >= MOST_TOPICS:
            return {"state": REFUSED}
        seat = topics.seat_of(connection.actor, topic)
        if connection.doubts != doubts or connection.key not in self.connections:
            return {"state": LATER}
        if seat is None:
            return {"state": REFUSED}
        follow = self._take(connection, Follow(topic, seat, in_doubt=True))
        number = self._number(follow, after)
        if not self._holds(connection, follow) or connection.doubts != doubts:
            self._forget(connection, topic)
            return {"state": LATER}
        follow.in_doubt = False
        self.relay.wake()
        self._latest[topic] = max(number, self._latest.get(topic, 0))
        return {"state": FOLLOWING, "number": number}

    def _number(self, follow: Follow, after: int | None) -> int:
        journal = self.relay.journal(follow.topic)
        if journal is None:
            return queries.number_of(follow.topic)
        reached = after is not None and after <= journal.last and self.relay.reach_back(journal, after)
        follow.at = after if reached and after is not None else journal.last
        return follow.at

    def followers(self, topic: str) -> Mapping[Connection, Follow]:
        """Return who follows a topic, and how."""
        return self._followers.get(topic, {})

    def leave(self, connection: Connection, topic: str) -> None:
        """Let a connection follow ``topic`` no longer."""
        self._forget(connection, topic)

    def numbers(self, connection: Connection) -> dict[str, int]:
        """Return the number of the last announcement under everything that a connection follows."""
        return {topic: self._latest.get(topic, 0) for topic in connection.follows}

    def _holds(self, connection: Connection, follow: Follow) -> bool:
        """Whether a connection is still there and follows by this very ``follow``: other things happen meanwhile."""
        present = self.connections.get(connection.key) is connection
        return present and connection.follows.get(follow.topic) is follow

    def _take(self, connection: Connection, follow: Follow) -> Follow:
        connection.follows[follow.topic] = follow
        self._followers.setdefault(follow.topic, {})[connection] = follow
        self.server.enter_room(connection.sid, follow.topic)
        self._note_seat(connection, follow)
        return follow

    def _note_seat(self, connection: Connection, follow: Follow) -> None:
        self._timed.pop(follow, None)
        self._watched.pop(follow, None)
        if follow.seat.watched:
            self._watched[follow] = connection
        if follow.seat.until is not None:
            self._timed[follow] = connection
            self._next_end = min(follow.seat.until, self._next_end or follow.seat.until)

    def _forget(self, connection: Connection, topic: str) -> None:
        follow = connection.follows.pop(topic, None)
        if follow is None:
            return
        follow.in_doubt = True
        self._timed.pop(follow, None)
        self._watched.pop(follow, None)
        followers = self._followers.get(topic, {})
        followers.pop(connection, None)
        if not followers:
            self._followers.pop(topic, None)
            self._latest.pop(topic, None)
            self.relay.rest(topic)
        if connection.key in self.connections:
            self.server.leave_room(connection.sid, topic)

    def _end(self, connection: Connection, topic: str) -> None:
        """Take a topic from a connection and tell its page so."""
        self._forget(connection, topic)
        self.server.emit("cut", {"topic": topic}, to=connection.sid)

    # ------------------------------------------------------------------------------- what is told

    def deliver(self, message: Message) -> None:
        """Do what a message says. Never waits: what has to ask the database does so apart."""
        match message:
            case News():
                self._tell_news(message)
            case Touch():
                self.relay.touch(message.topic, message.what)
            case Reseat():
                for follow in self.followers(message.topic).values():
                    follow.in_doubt = True
                self.server.start_background_task(self._reseat, message.topic)
            case Typing():
                told = {"topic": message.topic, "label": message.label}
                self.server.emit("typing", told, to=message.topic, skip_sid=message.writer)
            case Cut():
                self._cut(message)
            case CloseSockets():
                ended = set(message.session_ids)
                for one in [one for one in self.connections.values() if one.actor.session_id in ended]:
                    self.drop(one, "ended")
                for poll in [poll for poll in self.relay.polls() if poll.session_id in ended]:
                    poll.end()
            case AskAgain():
                theirs = [one for one in self.connections.values() if one.actor.user_id == message.user_id]
                for poll in [poll for poll in self.relay.polls() if poll.user_id == message.user_id]:
                    poll.end()
                for one in theirs:
                    self._doubt(one)
                    self.server.start_background_task(self._ask_again, one)

    def _tell_news(self, news: News) -> None:
        self.relay.note(news.topic, news.number)
        if news.topic not in self._followers:
            return
        self._latest[news.topic] = max(news.number, self._latest.get(news.topic, 0))
        if feeds.feed_of(news.topic) is not None:  # these are told the news itself
            return
        told: dict[str, Any] = {"topic": news.topic, "number": news.number}
        if news.what:
            told["what"] = dict(news.what)
        self.server.emit("news", told, to=news.topic)

    def _cut(self, cut: Cut) -> None:
        for connection in [one for one in self.connections.values() if one.actor.user_id == cut.user_id]:
            connection.doubts += 1
            connection.read_at = LONG_AGO
            for topic in [one for one in connection.follows if lies_under(one, cut.prefix)]:
                self._end(connection, topic)
        for poll in self.relay.polls():
            if poll.user_id == cut.user_id and lies_under(poll.topic, cut.prefix):
                poll.end()

    def catch_up(self) -> None:
        """After a time without news: ask anew for everything followed here, then have everybody read again."""
        present = list(self.connections.values())
        for poll in self.relay.polls():
            poll.end()
        for connection in present:
            self._doubt(connection)
        for connection in present:
            self._ask_again(connection)
        with self.app.app_context(), unit_of_work():
            numbers = queries.numbers_of(self._followers)
        self._latest |= {topic: number for topic, number in numbers.items() if topic in self._followers}
        self.server.emit("reread")
        self.relay.catch_up()

    # ------------------------------------------------------------------------------- asking anew

    def actor_now(self, connection: Connection) -> Actor | None:
        """Return who a connection belongs to, rights read anew; None when the sign-in is over.

        Rights that were read a moment ago hold: whatever changes them is told to this gateway, and is a doubt. So a
        thousand who come back at once are read once each, at the door.
        """
        assert connection.actor.session_id is not None
        if time.monotonic() - connection.read_at < FRESH:
            act_as(connection.actor)
            return connection.actor
        connection.read_at = time.monotonic()
        actor = people.actor_by_session(connection.actor.session_id)
        if actor is not None:
            connection.actor = actor
            act_as(actor)
        return actor

    def _ask_again(self, connection: Connection) -> None:
        """Ask anew for what a connection follows; when nobody can be asked, it has to come back."""
        for (
            pause
        ) in PAUSES:  # after a crash the pool's connections are dead, too: the first question finds that out
            try:
                return self._renew_all(connection)
            except Exception:
                log.failure("rights of a socket not asked")
                self.server.sleep(pause)
        return self.drop(connection)

    def _renew_all(self, connection: Connection) -> None:
        with self.app.app_context(), unit_of_work():
            actor = self.actor_now(connection)
            if actor is None:
                self.drop(connection, "ended")
                return
            for follow in list(connection.follows.values()):
                self._renew(connection, follow, topics.seat_of(actor, follow.topic))

    def _renew(self, connection: Connection, follow: Follow, seat: Seat | None) -> None:
        if not self._holds(connection, follow):
            return
        if seat is None:
            self._end(connection, follow.topic)
        else:
            follow.seat, follow.in_doubt = seat, False
            self._note_seat(connection, follow)
            self.relay.wake()

    def _doubt(self, connection: Connection) -> None:
        """What a connection is told has to be asked anew."""
        connection.doubts += 1
        connection.read_at = LONG_AGO
        for follow in connection.follows.values():
            follow.in_doubt = True

    def _reseat(self, topic: str) -> None:
        for pause in PAUSES:
            try:
                return self.relay.reseat(topic)
            except Exception:
                log.failure("rights under a topic not asked")
                self.server.sleep(pause)
        for one in list(self.followers(topic)):
            self.drop(one)
        return None

    def seated(self, connection: Connection, follow: Follow, audiences: frozenset[str] | None) -> None:
        """Give a follower of a journal what they are told now; None: they follow no longer."""
        self._renew(
            connection, follow, None if audiences is None else replace(follow.seat, audiences=audiences)
        )

    # ------------------------------------------------------------------------------- signs of life

    def take_beats(self, connection: Connection, topic: str, said: object) -> None:
        """Take numbered signs of life; the client is told which were kept once they are."""
        user_id = connection.actor.user_id
        given = collecting.read(said, topic, user_id) if user_id is not None else []

        def acknowledge(numbers: list[int]) -> None:
            told = {"topic": topic, "connection": given[0].connection, "acked": numbers}
            connection.push(packet("beats", json.dumps(told)))

        self.collector.add(given, acknowledge, connection.actor.session_id)

    def hear(self, topic: str, user_id: int, seconds: float) -> None:
        """A person waits under a topic by a poll, which is to be taken for signs of life for some seconds."""
        self._heard[topic, user_id] = time.monotonic() + seconds + GRACE

    def pulse(self) -> None:
        """Ask those who are watched for signs of life, and tell the features about them, for ever."""
        while True:
            time.sleep(PULSE)
            try:
                self._ask_for_life()
                self._tick()
                self.relay.sweep()
            except Exception:
                log.failure("gateway's pulse stumbled")

    def _ask_for_life(self) -> None:
        for connection in set(self._watched.values()):
            if connection.pulses < MOST_PULSES:
                connection.pulses += 1
                connection.push(Packet(PING))

    def _tick(self) -> None:
        now = time.monotonic()
        self._heard = {key: until for key, until in self._heard.items() if until > now}
        heard: dict[str, dict[int, float]] = {topic: {} for topic in self.relay.topics()}
        for follow, connection in self._watched.items():
            user_id = connection.actor.user_id
            if user_id is not None and follow.topic in heard:
                silent = now - connection.heard_at
                heard[follow.topic][user_id] = min(silent, heard[follow.topic].get(user_id, silent))
        for topic, user_id in self._heard.keys() & {
            (topic, one) for topic in heard for _, one in self._heard
        }:
            heard[topic][user_id] = 0.0
        for prefix, feed in feeds.feeds().items():
            theirs = {topic: people for topic, people in heard.items() if lies_under(topic, prefix)}
            if feed.tick is not None and theirs:
                with self.app.app_context(), unit_of_work():
                    feed.tick(theirs)

    # ------------------------------------------------------------------------------- what ends by itself

    def watch(self) -> None:
        """End seats at their time and connections with their sign-in, for ever."""
        looked_at = time.monotonic()
        while True:
            time.sleep(TICK)
            try:
                self._end_what_is_due()
                if time.monotonic() - looked_at > SIGN_INS_EVERY:
                    looked_at = time.monotonic()
                    self._end_with_sign_ins()
            except Exception:
                log.failure("gateway's watch stumbled")

    def _end_what_is_due(self) -> None:
        now = clock.now()
        if self._next_end is None or self._next_end > now:
            return
        for follow, connection in list(self._timed.items()):
            if follow.seat.until is not None and follow.seat.until <= now:
                self._end(connection, follow.topic)
        ends = (follow.seat.until for follow in self._timed if follow.seat.until is not None)
        self._next_end = min(ends, default=None)

    def _end_with_sign_ins(self) -> None:
        held = {one.actor.session_id for one in self.connections.values() if one.actor.session_id is not None}
        if not held:
            return
        with self.app.app_context(), unit_of_work():
            ended = held - people.living(held)
        for connection in [one for one in self.connections.values() if one.actor.session_id in ended]:
            self.drop(connection, "ended")

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        def wait() -> None:
            self.server.sleep(seconds)
            work()

        self.server.start_background_task(wait)
