"""How the news of journals reach those who follow them: read once, framed once for all who are told the same.

Every journal that is followed here has a tail of its latest entries in memory. What is new is read when a commit says
so, at most eight times a second, and goes out as one batch: ``{"topic", "after", "upto", "entries": [[n, kind, body,
at]]}``. Nothing up to ``upto`` is missed; what a follower is not told is left out. Who has been away longer than the
tail reads again by HTTP. While somebody's seat is in doubt they are told nothing; afterwards, what the new one allows.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Event
from typing import TYPE_CHECKING, Any

from engineio.packet import Packet

from app.core import log
from app.core.database import unit_of_work
from app.live.feeds import ALL, AUDIENCES, Entry, Feed, feed_of

if TYPE_CHECKING:
    from app.live.connection import Connection, Follow
    from app.live.gateway import Gateway
    from app.live.polls import Poll

PACE = 0.125  # seconds between two batches of a journal
GATHER = 0.5  # seconds in which touches are gathered
TAIL = 1000  # entries in memory
LINGER = 60.0  # seconds for which a journal is kept that nobody follows
BREATH = 250  # sockets after which others have their turn
REST = 0.5  # seconds after a failure
MESSAGE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it goes over the line."""

    number: int
    audience: str
    text: str


@dataclass(eq=False, slots=True)
class Journal:
    """The tail of a topic's journal: the entries after ``start`` up to ``last``; ``known`` is the last announced."""

    topic: str
    feed: Feed
    start: int
    last: int
    known: int
    lines: deque[Line] = field(default_factory=deque)
    touched: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    touches: int = 0
    idle_since: float = 0.0

    def after(self, number: int) -> list[Line]:
        """Return the lines after a number."""
        found = list(takewhile(lambda line: line.number > number, reversed(self.lines)))
        return found[::-1]

    def take(self, entries: Iterable[Entry]) -> None:
        """Add entries, in order; forget the oldest beyond the tail."""
        for entry in entries:
            self.lines.append(Line(entry.number, entry.audience, written(entry)))
            self.last = entry.number
        while len(self.lines) > TAIL:
            self.start = self.lines.popleft().number

    def told_since(self, touches: int, audiences: frozenset[str]) -> list[dict[str, Any]]:
        """Return what was touched since then, as these audiences are told it now."""
        since = [(what, bodies) for what, (number, bodies) in self.touched.items() if number > touches]
        told = ((what, body_for(bodies, audiences)) for what, bodies in since)
        return [{"what": what, "body": body} for what, body in told if body is not None]


def written(entry: Entry) -> str:
    """Return an entry as JSON."""
    line = [entry.number, entry.kind, entry.body, entry.at.isoformat()]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def body_for(bodies: Mapping[str, Any], audiences: frozenset[str]) -> Any:
    """Return the body of the first audience that is told."""
    return next((bodies[one] for one in AUDIENCES if one in audiences and one in bodies), None)


def packet(event: str, body: str) -> Packet:
    """Return a Socket.IO event as the packet that carries it; framed once, however many get it."""
    return Packet(MESSAGE, f'2["{event}",{body}]')


class Relay:
    """The journals that are followed at one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._journals: dict[str, Journal] = {}
        self._polls: dict[str, set[Poll]] = {}
        self._news, self._touch = Event(), Event()
        self._touched: dict[tuple[str, str], None] = {}

    # ------------------------------------------------------------------------------- what is followed

    def journal(self, topic: str) -> Journal | None:
        """Return a topic's journal, beginning with its present end; None when it has none. Inside a transaction."""
        found = self._journals.get(topic)
        feed = feed_of(topic) if found is None else None
        if feed is not None:
            number = feed.number(topic)
            found = self._journals.setdefault(topic, Journal(topic, feed, number, number, number))
            if number > found.known:
                self.note(topic, number)
        return found

    def reach_back(self, journal: Journal, number: int) -> bool:
        """Have the tail begin at ``number`` at the latest, if it is not too long ago. Inside a transaction."""
        if number >= journal.start:
            return True
        if journal.last - number > TAIL // 2:
            return False
        older = [one for one in journal.feed.read(journal.topic, number) if one.number <= journal.start]
        if (
            journal.start > number and len(older) == journal.start - number
        ):  # nobody else has read them meanwhile
            journal.lines.extendleft(
                reversed([Line(one.number, one.audience, written(one)) for one in older])
            )
            journal.start = number
        return number >= journal.start

    def topics(self) -> set[str]:
        """Return what is followed or waited for here."""
        return {topic for topic in self._journals if self._wanted(topic)}

    def _wanted(self, topic: str) -> bool:
        return bool(self._gateway.followers(topic) or self._polls.get(topic))

    def rest(self, topic: str) -> None:
        """Somebody follows a topic no longer."""
        if topic in self._journals:
            self._journals[topic].idle_since = time.monotonic()

    def sweep(self) -> None:
        """Let go of journals that nobody has followed for a while: between two polls of somebody they stay."""
        long_ago = time.monotonic() - LINGER
        for topic, journal in list(self._journals.items()):
            if journal.idle_since < long_ago and not self._wanted(topic):
                del self._journals[topic]

    # ------------------------------------------------------------------------------- what is announced

    def note(self, topic: str, number: int) -> None:
        """There are entries up to ``number``."""
        journal = self._journals.get(topic)
        if journal is not None:
            journal.known = max(number, journal.known)
            self._news.set()

    def touch(self, topic: str, what: str) -> None:
        """Something that is not counted has changed."""
        if topic in self._journals:
            self._touched[topic, what] = None
            self._touch.set()

    def wake(self) -> None:
        """Somebody may be told now what they were not."""
        self._news.set()

    def catch_up(self) -> None:
        """Announcements may have been missed: ask how far every journal is."""
        for topic in list(self._journals):
            with self._gateway.app.app_context(), unit_of_work():
                self.note(topic, self._journals[topic].feed.number(topic))
        self._news.set()

    # ------------------------------------------------------------------------------- telling

    def run(self) -> None:
        """Tell what is new, for ever."""
        while True:
            self._news.wait()
            self._news.clear()
            try:
                for journal in list(self._journals.values()):
                    self._read(journal)
                    self._tell(journal)
                time.sleep(PACE)
            except Exception:
                log.failure("journal not told")
                self._news.set()
                time.sleep(REST)

    def _read(self, journal: Journal) -> None:
        while journal.known > journal.last:
            with self._gateway.app.app_context(), unit_of_work():
                entries = journal.feed.read(journal.topic, journal.last)
            if not entries:  # a number from before a database was set back
                journal.known = journal.last
            elif entries[0].number > journal.last:
                journal.take(entries)

    def _tell(self, journal: Journal) -> None:
        batches: dict[int, Batches] = {}
        for count, (connection, follow) in enumerate(list(self._gateway.followers(journal.topic).items()), 1):
            if count % BREATH == 0:
                time.sleep(0)
            at = follow.at
            if follow.in_doubt or at >= journal.last:
                continue
            if at < journal.start:
                self._reread(connection, follow, journal)
                continue
            news = batches.get(at)
            if news is None:
                news = batches[at] = Batches(journal, at)
            follow.at = journal.last
            connection.push(news.told_to(follow.seat.audiences))
        for poll in list(self._polls.get(journal.topic, ())):
            if any(line.audience in poll.audiences for line in journal.after(poll.after)):
                poll.wake()

    def _reread(self, connection: Connection, follow: Follow, journal: Journal) -> None:
        """Have a client read by HTTP what the tail does not reach."""
        follow.at = journal.last
        connection.push(packet("reread", json.dumps({"topic": journal.topic})))

    # ------------------------------------------------------------------------------- touches

    def run_touches(self) -> None:
        """Tell what was touched, gathered, for ever."""
        while True:
            self._touch.wait()
            time.sleep(GATHER)
            self._touch.clear()
            gathered, self._touched = self._touched, {}
            for topic, what in gathered:
                try:
                    self._tell_touched(topic, what)
                except Exception:
                    log.failure("touch not told")

    def _tell_touched(self, topic: str, what: str) -> None:
        journal = self._journals.get(topic)
        if journal is None:
            return
        listening = list(self._gateway.followers(topic).items())
        present = frozenset[str]().union(
            *(_heard(follow) for _connection, follow in listening),
            *(poll.audiences for poll in self._polls.get(topic, ())),
        )
        with self._gateway.app.app_context(), unit_of_work():
            asked = [one for one in AUDIENCES if one in present] or AUDIENCES
            bodies = {one: journal.feed.told(topic, what, one) for one in asked}
        journal.touches += 1
        journal.touched[what] = (journal.touches, bodies)
        packets = {
            one: packet("touch", json.dumps({"topic": topic, "what": what, "body": body}, ensure_ascii=False))
            for one, body in bodies.items()
            if body is not None
        }
        for connection, follow in listening:
            told = body_for(packets, _heard(follow))
            if told is not None and connection.follows.get(topic) is follow:
                connection.push(told)
        for poll in list(self._polls.get(topic, ())):
            poll.wake()

    # ------------------------------------------------------------------------------- seats of many at once

    def reseat(self, topic: str) -> None:
        """Ask anew what each follower of a topic is told; who is told nothing any more is cut."""
        journal = self._journals.get(topic)
        if journal is None:
            return
        follows = list(self._gateway.followers(topic).items())
        for poll in list(self._polls.get(topic, ())):
            poll.end()
        with self._gateway.app.app_context(), unit_of_work():
            people = {one.actor.user_id for one, _ in follows if one.actor.user_id is not None}
            told = journal.feed.audiences(topic, people)
        for connection, follow in follows:
            if connection.follows.get(topic) is follow and connection.actor.user_id is not None:
                self._gateway.seated(connection, follow, told.get(connection.actor.user_id))
        self.wake()

    # ------------------------------------------------------------------------------- polls

    def hold(self, poll: Poll, journal: Journal) -> None:
        """Let a poll wait for news."""
        self._polls.setdefault(poll.topic, set()).add(poll)
        self._journals.setdefault(poll.topic, journal)
        if poll.after < journal.last or journal.told_since(poll.touches, poll.audiences):
            poll.wake()

    def release(self, poll: Poll) -> None:
        """A poll waits no longer."""
        with suppress(KeyError):
            self._polls[poll.topic].discard(poll)
            if not self._polls[poll.topic]:
                del self._polls[poll.topic]
        self.rest(poll.topic)

    def polls(self, topic: str = "") -> list[Poll]:
        """Return the polls that wait under a topic, or all."""
        if topic:
            return list(self._polls.get(topic, ()))
        return [poll for some in self._polls.values() for poll in some]


def _heard(follow: Follow) -> frozenset[str]:
    """What a follower is told of what was touched at this moment; no more than everybody while its seat is in doubt."""
    return follow.seat.audiences & {ALL} if follow.in_doubt else follow.seat.audiences


class Batches:
    """What comes after a number in a journal: one packet for all who are told the same of it."""

    def __init__(self, journal: Journal, after: int) -> None:
        self._journal, self._after = journal, after
        self._concerned = frozenset(line.audience for line in journal.after(after))
        self._packets: dict[frozenset[str], Packet] = {}

    def told_to(self, audiences: frozenset[str]) -> Packet:
        """Return the packet of who belongs to these audiences."""
        told = audiences & self._concerned
        found = self._packets.get(told)
        if found is None:
            found = packet("room", batch_text(self._journal, self._after, told))
            self._packets[told] = found
        return found


def batch_text(journal: Journal, after: int, audiences: frozenset[str]) -> str:
    """Return the batch of what comes after a number for these audiences, as JSON."""
    entries = ",".join(line.text for line in journal.after(after) if line.audience in audiences)
    head = f'{{"topic":{json.dumps(journal.topic)},"after":{after},"upto":{journal.last}'
    return f'{head},"entries":[{entries}]}}'
