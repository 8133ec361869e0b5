"""A feature of the tests' own: rooms that people hold, and lose, and kinds of notices about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock, scopes
from app.core.database import JSON
from app.core.models import OutboxMail
from app.notifications import actions, calendar, jobs, words
from app.notifications.calendar import CalendarEntry
from app.notifications.words import Told
from tests.cast import Cast, Player
from tests.conftest import Inside

ROOM, OTHER_ROOM = "room:7", "room:8"
Held = dict[int, set[str]]


def reply(params: JSON, count: int) -> Told:
    """A notice that names its room and counts."""
    return Told(f"{_('Answer')} ×{count} · {params['room']}", url_for("home.about", topic=params["topic"]))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """Who holds which scope; a test takes them away as a feature would."""
    rights: Held = defaultdict(set)
    monkeypatch.setattr(scopes, "_features", {})
    scopes.provide("tests", lambda actor: rights[actor.user_id or 0])
    return rights


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of notices: one whose words mails may carry when the room allows it, one that never may be named."""
    monkeypatch.setattr(words, "_kinds", dict(words._kinds))
    monkeypatch.setattr(words, "_namers", dict(words._namers))
    words.register("test.reply", reply, may_name=lambda params: params.get("named", True))
    words.register("test.secret", reply)
    words.name_scope("room", lambda found: {scope: f"Room {scope[-1]}" for scope in found})


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch) -> list[CalendarEntry]:
    """What the tests' feature puts into calendars; a test adds to it."""
    entries: list[CalendarEntry] = []
    monkeypatch.setattr(calendar, "_providers", {"tests": lambda actor: entries})
    return entries


@pytest.fixture
def member(cast: Cast, held: Held) -> Player:
    """Somebody in both rooms (Lagos, English)."""
    player = cast("member")
    held[player.id] = {ROOM, OTHER_ROOM}
    return player


Tell = Callable[..., int]


@pytest.fixture
def tell(inside: Inside) -> Tell:
    """Tell somebody something, in a transaction of its own."""

    def told(
        *people: Player, kind: str = "test.reply", scope: str = ROOM, topic: str = "t", **more: object
    ) -> int:
        params = {"room": "Evidence", "topic": topic} | dict(more)
        with inside():
            return actions.notify([one.id for one in people], kind, scope, params, topic=topic)

    return told


@pytest.fixture
def run_mails(inside: Inside) -> Callable[[], list[OutboxMail]]:
    """Run the job as the worker does each minute and return every mail about notices so far."""

    def run() -> list[OutboxMail]:
        with inside():
            jobs.mail_due()
        with inside() as session:
            return list(
                session.scalars(
                    select(OutboxMail).where(OutboxMail.unsubscribe != "").order_by(OutboxMail.id)
                )
            )

    return run


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Set the clock: ``at("2026-03-02 04:00")`` in UTC, until the next call."""
    stack: list[object] = []

    def moved(text: str) -> None:
        while stack:
            stack.pop().__exit__(None, None, None)  # type: ignore[attr-defined]
        travel = clock.travel(datetime.fromisoformat(f"{text}+00:00"))
        travel.__enter__()
        stack.append(travel)

    yield moved
    while stack:
        stack.pop().__exit__(None, None, None)  # type: ignore[attr-defined]
