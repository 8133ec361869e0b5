"""Requests that wait for news: how the room reaches lines that carry no socket, without holding a thread of the pages.

The gateway answers them itself. Rights are asked for each of them, and whatever may have changed them ends the waiting
at once; a poll that is refused goes on to the application, which says no like for any other address.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from app.core.database import unit_of_work
from app.live import collecting, topics
from app.live.beats import Beat
from app.live.relay import Journal, Relay, batch_text

if TYPE_CHECKING:
    from app.core.access import Actor
    from app.live.gateway import Gateway

LONGEST = 25.0  # seconds that a poll waits
WITH_BEAT = 9.0  # and one that carries a beat: the next is due soon
WATCHED = 2.0  # and one of somebody whose silence matters
GATHER = 0.5  # seconds in which news are gathered before the answer, at least
PER_SECOND = 150  # answers that a gateway aims at, at most: many polls gather longer
LONGEST_GATHER = 5.0
_MOST_CHARACTERS = 2_000


@dataclass(eq=False, slots=True)
class Poll:
    """One request that waits: whose, for what, from where on."""

    topic: str
    user_id: int
    session_id: int | None
    audiences: frozenset[str]
    after: int
    touches: int
    over: bool = False
    news: Event = field(default_factory=Event)

    def wake(self) -> None:
        """There is something to tell."""
        self.news.set()

    def end(self) -> None:
        """The rights it had may be gone: let it ask anew."""
        self.over = True
        self.news.set()


def asked_beats(text: str, topic: str, user_id: int) -> list[Beat]:
    """Return the beats that a poll carries (``beat`` of its address, JSON); none when it makes no sense."""
    try:
        said = json.loads(text) if text and len(text) <= _MOST_CHARACTERS else None
    except (ValueError, RecursionError):
        return []
    return collecting.read(said, topic, user_id)


class Polls:
    """The polls of one gateway."""

    def __init__(self, gateway: Gateway, relay: Relay, collector: collecting.Collector) -> None:
        self._gateway, self._relay, self._collector = gateway, relay, collector
        self._name = f"{time.time_ns():x}"

    def answer(self, actor: Actor, topic: str, query: str) -> bytes | None:
        """Wait and return the answer as JSON; None when the application should answer: refused, or too far behind."""
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        after = (
            int(asked["after"])
            if asked.get("after", "").isascii() and asked.get("after", "").isdigit()
            else 0
        )
        with self._gateway.app.app_context(), unit_of_work():
            seat = topics.seat_of(actor, topic)
            journal = self._relay.journal(topic) if seat is not None else None
            if seat is None or journal is None or not self._relay.reach_back(journal, after):
                return None
        if after > journal.last or actor.user_id is None:
            return None
        touches = self._touches(asked, journal)
        poll = Poll(topic, actor.user_id, actor.session_id, seat.audiences, after, touches)
        given, done = asked_beats(asked.get("beat", ""), topic, actor.user_id), []  # type: list[Beat], list[int]
        self._collector.add(given, done.extend, actor.session_id)
        longest = WATCHED if seat.watched else WITH_BEAT if given else LONGEST
        self._gateway.hear(topic, actor.user_id, longest)
        self._relay.hold(poll, journal)
        try:
            if poll.news.wait(longest) and not poll.over:
                time.sleep(self._gather())
            if given and not done and not poll.over:
                time.sleep(collecting.EVERY)
        finally:
            self._relay.release(poll)
        return None if poll.over else self._told(poll, journal, given, done)

    def _gather(self) -> float:
        return min(LONGEST_GATHER, max(GATHER, len(self._relay.polls()) / PER_SECOND))

    def _touches(self, asked: dict[str, str], journal: Journal) -> int:
        """How many touches a client has heard of: it says what it was told last, if it was told anything."""
        if "touches" not in asked:
            return journal.touches
        name, _, number = asked["touches"].partition("-")
        return int(number) if name == self._name and number.isascii() and number.isdigit() else 0

    def _told(self, poll: Poll, journal: Journal, given: list[Beat], acked: list[int]) -> bytes | None:
        if poll.after < journal.start:
            return None
        more: dict[str, Any] = {
            "more": False,
            "touches": journal.told_since(poll.touches, poll.audiences),
            "touched": f"{self._name}-{journal.touches}",
            "acked": acked,
            "connection": given[0].connection if given else "",
        }
        news = batch_text(journal, poll.after, poll.audiences)
        return (news[:-1] + "," + json.dumps(more, ensure_ascii=False)[1:]).encode()
