"""Topics with a journal: here clients are told not only that there is news, but the news itself.

A feature that keeps a journal (entries with numbers in the order of the commits, each for an audience) provides a feed.
Each gateway reads what is new once, whoever wants it, and sends every follower what their seat's audiences allow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.live.messages import lies_under

ALL, HOSTS = "all", "hosts"
AUDIENCES = (HOSTS, ALL)
"""Audiences that are told what was touched; who belongs to several is told what the first of them is told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a journal; ``body`` holds no more than everybody of ``audience`` may see."""

    number: int
    kind: str
    audience: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What the gateways ask a feature about the topics under its prefix, each time inside a transaction.

    ``number(topic)`` is that of the last entry. ``read(topic, after)`` gives entries after a number, in order, at most
    as many as it likes (none: there are no more). ``told(topic, what, audience)`` is what an audience is told of what
    was touched (JSON-able; None: nothing). ``audiences(topic, people)`` is what each of these people is told now; who
    is missing follows no longer. ``tick(topics)`` is called twice a second with what is followed here, and when each
    watched person here was last heard of: ``{topic: {user: seconds ago}}``.
    """

    number: Callable[[str], int]
    read: Callable[[str, int], Sequence[Entry]]
    told: Callable[[str, str, str], Any]
    audiences: Callable[[str, Collection[int]], Mapping[int, frozenset[str]]]
    tick: Callable[[Mapping[str, Mapping[int, float]]], None] | None = None


_feeds: dict[str, Feed] = {}
_polls: list[tuple[re.Pattern[str], str]] = []


def provide(prefix: str, feed: Feed) -> None:
    """Let a feature tell the journals of the topics at and under ``prefix``."""
    _feeds[prefix] = feed


def provide_poll(path: str, topic: str) -> None:
    """Say at which address the gateways hold requests until there is news under a topic.

    ``path`` is a regular expression for the whole path, ``topic`` its expansion (``r"webinar:\\1"``). The address must
    be a route of the application too: it refuses who may not, and answers at once where no gateway holds requests.
    """
    _polls[:] = [one for one in _polls if one[1] != topic]
    _polls.append((re.compile(path), topic))


def feed_of(topic: str) -> Feed | None:
    """Return the feed of a topic; None when it has no journal."""
    return next((feed for prefix, feed in _feeds.items() if lies_under(topic, prefix)), None)


def feeds() -> Mapping[str, Feed]:
    """Return every feed by its prefix."""
    return _feeds


def polled(path: str) -> str | None:
    """Return the topic that a request to ``path`` waits for; None when it waits for nothing."""
    for pattern, topic in _polls:
        found = pattern.fullmatch(path)
        if found:
            return found.expand(topic)
    return None
