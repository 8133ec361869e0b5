"""What any feature may tell the gateways, from a request, a job or a command. It leaves at the commit, or never."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from app.core.database import db
from app.live.messages import (
    CHANNEL,
    AskAgain,
    CloseSockets,
    Cut,
    Message,
    News,
    Reseat,
    Touch,
    What,
    are_words,
    encode,
    is_topic,
    is_what,
)

_NEXT = text(
    "INSERT INTO live_topic AS topic (key, number) VALUES (:key, 1) "
    "ON CONFLICT (key) DO UPDATE SET number = topic.number + 1 RETURNING number"
)
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")
_MOST_AT_ONCE = 500  # a message has to stay under PostgreSQL's 8,000 bytes


def announce(topic: str, what: What | None = None) -> int:
    """Announce something new under ``topic`` and return its number there: 1, 2, 3 … in the order of the commits.

    Holds the topic's row until the transaction ends, so who announces several topics does so in one fixed order (the
    wider topic last). ``what`` is at most five short words or numbers that tell clients where to look; never content.
    Raises ValueError for what is no topic or not that.
    """
    words = what or {}
    if not is_topic(topic) or not are_words(words):
        raise ValueError(f"not to be announced: {topic!r} {sorted(words)!r}")
    number = int(db.session.execute(_NEXT, {"key": topic}).scalar_one())
    tell(News(topic, number, words))
    return number


def announce_as(topic: str, number: int) -> None:
    """Announce the entry ``number`` of a topic's journal, whose feature counts its entries itself (``feeds``).

    The feature gives numbers in the order of the commits. Raises ValueError for what is no topic.
    """
    if not is_topic(topic):
        raise ValueError(f"not to be announced: {topic!r}")
    tell(News(topic, number))


def touch(topic: str, what: str) -> None:
    """Say that ``what`` has changed under a topic whose feature tells it (``feeds``). Raises ValueError for no name."""
    if not is_topic(topic) or not is_what(what):
        raise ValueError(f"not to be touched: {topic!r} {what!r}")
    tell(Touch(topic, what))


def reseat(topic: str) -> None:
    """Ask anew what of a topic each of its followers is told: what many of them may hear has changed at once."""
    tell(Reseat(topic))


def cut(user_id: int, topic_prefix: str) -> None:
    """End what a person follows at or under ``topic_prefix`` (``room:7``), within a second of the commit."""
    tell(Cut(user_id, topic_prefix))


def cut_session(session_id: int) -> None:
    """Close every socket of a sign-in, within a second of the commit."""
    cut_sessions([session_id])


def cut_sessions(session_ids: Iterable[int]) -> None:
    """Close every socket of these sign-ins, within a second of the commit."""
    ended = tuple(session_ids)
    for start in range(0, len(ended), _MOST_AT_ONCE):
        tell(CloseSockets(ended[start : start + _MOST_AT_ONCE]))


def ask_again(user_id: int) -> None:
    """Ask anew for everything that a person follows: what they may do has changed. What is refused now ends."""
    tell(AskAgain(user_id))


def tell(message: Message) -> None:
    """Send a message to every gateway when the present transaction commits."""
    db.session.execute(_NOTIFY, {"channel": CHANNEL, "payload": encode(message)})
