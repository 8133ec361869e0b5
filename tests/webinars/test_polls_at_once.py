"""Votes and messages that come at the same time, each request a transaction of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.core.database import TransactionalFlask, db, unit_of_work
from app.webinars.models.room import WebinarEvent, WebinarRoom
from app.webinars.models.talk import WebinarBallot, WebinarMessage, WebinarVote
from tests.cast import Player
from tests.webinars.scene import HOST, REGISTERED, SPEAKER, make_scene
from tests.webinars.talk import Seated

pytestmark = pytest.mark.long
TIMES = 6


@pytest.fixture
def seats(committing: TransactionalFlask) -> dict[str, Seated]:
    """The host and two participants in a room."""
    players: dict[str, Player] = {}

    def cast(name: str) -> Player:
        if name not in players:
            players[name] = Player(committing, name)
        return players[name]

    for name in (HOST, SPEAKER, *REGISTERED):
        cast(name)
    with committing.app_context(), unit_of_work():
        scene = make_scene(cast)
    return {name: Seated(cast, name, scene) for name in (HOST, "owner", "member")}


def test_what_is_sent_several_times_at_once_is_done_once(
    committing: TransactionalFlask, seats: dict[str, Seated]
) -> None:
    poll = seats[HOST].did(
        "polls", {"kind": "single", "text": "Which?", "options": ["A", "B"], "open": True}
    )["id"]  # fmt: skip

    def again(seat: Seated, path: str, body: object, key: str) -> int:
        return seat.other_device().post(path, body, key).status_code

    with ThreadPoolExecutor(TIMES) as at_once:
        asked = [
            at_once.submit(again, seats[name], *act)
            for name in ("owner", "member")
            for _ in range(TIMES)
            for act in (
                (f"polls/{poll}/vote", {"choices": ["1"]}, f"vote-{name}"),
                ("chat/messages", {"text": "Hello"}, f"message-{name}"),
            )
        ]
        assert {one.result() for one in asked} == {200}
    with committing.app_context(), unit_of_work():

        def count(row: type[object]) -> int:
            return db.session.scalar(select(func.count()).select_from(row)) or 0

        assert (count(WebinarBallot), count(WebinarVote), count(WebinarMessage)) == (2, 2, 2)
        numbers = db.session.scalars(select(WebinarEvent.number).order_by(WebinarEvent.number)).all()
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert db.session.scalars(select(WebinarRoom.number)).one() == len(numbers)
