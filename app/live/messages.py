"""What transactions tell the gateways: small JSON over PostgreSQL's NOTIFY, told at the commit or not at all.

Never content: a message names a topic and a number, a person, sign-ins. Who may know more asks by HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, TypeAlias

CHANNEL = "ctlp_live"
LONGEST_TOPIC = 200
_TOPIC = re.compile(r"[a-z][a-z_-]{0,31}(:[A-Za-z0-9_-]{1,64}){1,5}")
_KEY = re.compile(r"[a-z][a-z_]{0,31}")
_WORD = re.compile(r"[A-Za-z0-9_:.-]{0,64}")
_MOST_WORDS = 5

What: TypeAlias = Mapping[str, str | int]


def is_topic(text: object) -> bool:
    """Whether ``text`` could be a topic: ``room:7``, ``room:7:discussion``; whoever asks for it is not trusted."""
    return isinstance(text, str) and len(text) <= LONGEST_TOPIC and _TOPIC.fullmatch(text) is not None


def is_what(text: str) -> bool:
    """Whether ``text`` can name something that is touched."""
    return _KEY.fullmatch(text) is not None


def lies_under(topic: str, prefix: str) -> bool:
    """Whether ``topic`` is ``prefix`` or below it (``room:70`` is not below ``room:7``); all is below the empty one."""
    return not prefix or topic == prefix or topic.startswith(f"{prefix}:")


def are_words(what: What) -> bool:
    """Whether ``what`` is nothing but a few short words and numbers, which cannot carry content."""
    return len(what) <= _MOST_WORDS and all(
        _KEY.fullmatch(key) and (isinstance(value, int) or _WORD.fullmatch(value))
        for key, value in what.items()
    )


@dataclass(frozen=True, slots=True)
class Message:
    """One message; the class's ``kind`` is its name on the channel."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class News(Message):
    """There is something new under a topic: its announcement ``number``."""

    kind: ClassVar[str] = "news"
    topic: str
    number: int
    what: What = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typing(Message):
    """Somebody writes: ``label`` is what the others may call them, ``writer`` the socket that need not be told."""

    kind: ClassVar[str] = "typing"
    topic: str
    label: str
    writer: str


@dataclass(frozen=True, slots=True)
class Cut(Message):
    """A person may not follow the topics under ``prefix`` any more."""

    kind: ClassVar[str] = "cut"
    user_id: int
    prefix: str


@dataclass(frozen=True, slots=True)
class CloseSockets(Message):
    """These sign-ins are over: their sockets close."""

    kind: ClassVar[str] = "close-sockets"
    session_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskAgain(Message):
    """What a person may do has changed."""

    kind: ClassVar[str] = "ask-again"
    user_id: int


@dataclass(frozen=True, slots=True)
class Touch(Message):
    """Under a topic something changed that is not counted: ``what`` names it, whoever wants it asks for it anew."""

    kind: ClassVar[str] = "touch"
    topic: str
    what: str


@dataclass(frozen=True, slots=True)
class Reseat(Message):
    """Under a topic many people's seats have changed at once."""

    kind: ClassVar[str] = "reseat"
    topic: str


_TOLD = (News, Typing, Cut, CloseSockets, AskAgain, Touch, Reseat)
_KINDS: Mapping[str, type[Message]] = {one.kind: one for one in _TOLD}


def encode(message: Message) -> str:
    """Return a message as it travels: a list of its kind and its values."""
    values = [getattr(message, one.name) for one in fields(message)]
    return json.dumps([message.kind, *values], ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Message | None:
    """Return the message in ``text``; None for a kind that this version does not know (another one runs beside it)."""
    kind, *values = json.loads(text)
    if kind not in _KINDS:
        return None
    return _KINDS[kind](*(tuple(one) if isinstance(one, list) else one for one in values))
