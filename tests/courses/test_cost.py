"""What pages of a course cost: statements sent to the database, the session's own included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Connection, event

from app.core.database import TransactionalFlask
from tests.cast import Player
from tests.conftest import Inside
from tests.courses.way import (
    HOME,
    answer_all,
    attempt_at,
    have_done,
    post,
    right_answers,
    start_test,
    token_of,
)

pytestmark = pytest.mark.usefixtures("course")
MOST = 8


@pytest.fixture
def statements(connection: Connection) -> Iterator[list[str]]:
    """The statements sent since the test last emptied the list."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "SAVEPOINT" not in statement:  # the test's own, around each request
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def owner(app: TransactionalFlask, inside: Inside) -> Player:
    """Somebody who has done every required item; what is kept in the process is warm."""
    player = Player(app, "owner")
    with inside():
        have_done(player.actor())
    for path in ("/courses", HOME, f"{HOME}/items/first", f"{HOME}/items/check"):
        assert player.client.get(path).status_code == 200
    return player


def cost(statements: list[str], do: Callable[[], object]) -> int:
    """Return how many statements ``do`` sends."""
    statements.clear()
    do()
    return len(statements)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/courses", 3), (HOME, 4), (f"{HOME}/items/first", 5), (f"{HOME}/items/check", 6), (f"{HOME}/test", 5)],
)
def test_pages_send_few_statements(owner: Player, statements: list[str], path: str, most: int) -> None:
    assert cost(statements, lambda: owner.client.get(path)) <= most, "\n".join(statements)


def test_first_opening_is_within_the_limit(owner: Player, statements: list[str]) -> None:
    assert cost(statements, lambda: owner.client.get(f"{HOME}/items/extra")) <= MOST, "\n".join(statements)


def test_pages_of_an_attempt_send_few_statements(
    owner: Player, inside: Inside, statements: list[str]
) -> None:
    address = start_test(owner.client)
    token_of(owner.client)
    for page in ("questions/1", "overview"):
        read = partial(owner.client.get, f"{address}/{page}")
        assert cost(statements, read) <= 5, "\n".join(statements)
    save = partial(post, owner.client, f"{address}/questions/1", json=True)
    assert cost(statements, save) <= 5, "\n".join(statements)
    with inside():
        rights = right_answers(attempt_at(address))
    answer_all(owner.client, address, rights)
    post(owner.client, f"{address}/sending")
    assert cost(statements, lambda: owner.client.get(f"{address}/review")) <= MOST, "\n".join(statements)
