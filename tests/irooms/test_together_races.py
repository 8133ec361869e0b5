"""What happens at once: one question taken by one expert, one country's answers written by many without a word lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.core.database import TransactionalFlask, unit_of_work
from app.irooms.models.questions import ExpertQuestion
from app.irooms.models.stocktaking import StocktakingAnswer, StocktakingResponse, StocktakingRevision
from tests.cast import Player
from tests.irooms.scene import RoomScene, open_scene
from tests.irooms.stocktakings import opened, save, section_form
from tests.irooms.test_questions import PEOPLE, ask
from tests.support.forms import hidden_fields

pytestmark = pytest.mark.long
PAGES = 6


@pytest.fixture
def people(committing: TransactionalFlask) -> dict[str, Player]:
    """The people of the room, ``member`` and ``owner`` from one country."""
    names = ("room_manager", "expelled", *PEOPLE)
    players = {name: Player(committing, name) for name in names}
    with committing.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == players["member"].id).values(country="KE"))
    return players


@pytest.fixture
def room(committing: TransactionalFlask, people: dict[str, Player]) -> RoomScene:
    """Their room."""
    with committing.app_context(), unit_of_work():
        return open_scene(people.__getitem__, people=PEOPLE)


def at_once(sends: list[Callable[[], TestResponse]]) -> list[int]:
    """Do everything at the same moment and return the statuses."""
    barrier = Barrier(len(sends))

    def send(one: Callable[[], TestResponse]) -> int:
        barrier.wait()
        return one().status_code

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send, sends))


def test_one_expert_takes_a_question(
    committing: TransactionalFlask, people: dict[str, Player], room: RoomScene
) -> None:
    question = ask(people["member"], room)
    experts = ("expert", "trainer", "room_manager")
    pages = {name: people[name].client.get(question).text for name in experts}

    def answer(name: str) -> Callable[[], TestResponse]:
        fields = hidden_fields(pages[name], f"{question}/clarification") | {"text": f"{name} asks back"}
        return lambda: people[name].client.post(f"{question}/clarification", data=fields)

    assert sorted(at_once([answer(name) for name in experts])) == [302, 422, 422]
    with committing.app_context(), unit_of_work() as session:
        assert session.scalars(select(ExpertQuestion.state)).one() == "clarifying"


def test_a_country_writes_at_once_and_loses_nothing(
    committing: TransactionalFlask, people: dict[str, Player], room: RoomScene
) -> None:
    taking = opened(people.__getitem__, room, unit="country")
    browsers = [people[("member", "owner")[number % 2]].new_client() for number in range(PAGES)]
    forms = [section_form(browser, taking) for browser in browsers]

    def write(number: int) -> Callable[[], TestResponse]:
        text = f"words of page {number}"
        return lambda: save(browsers[number], taking, forms[number], json=True, text=text)

    assert at_once([write(number) for number in range(PAGES)]) == [200] * PAGES
    with committing.app_context(), unit_of_work() as session:
        assert len(session.scalars(select(StocktakingResponse)).all()) == 1
        kept = [
            *session.scalars(select(StocktakingAnswer.value)),
            *session.scalars(select(StocktakingRevision.value)),
        ]
        assert {one["text"] for one in kept} == {f"words of page {number}" for number in range(PAGES)}
