"""What happens in one topic at once: numbers, one post for one client id, deletions beside edits."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.database import TransactionalFlask, db, unit_of_work
from app.irooms.actions.discussion import posting
from app.irooms.actions.discussion.words import Words
from app.irooms.models.discussion import RoomPost, RoomTopic
from tests.cast import Player
from tests.irooms.scene import open_scene, seat_of
from tests.support.forms import hidden_fields

pytestmark = pytest.mark.long
AT_ONCE = 8
Look = Callable[[Callable[[], object]], object]


@pytest.fixture
def talk(committing: TransactionalFlask) -> tuple[str, dict[str, Player]]:
    """A topic's address, and the people of its room."""
    players = {
        name: Player(committing, name) for name in ("room_manager", "expelled", "member", "expert", "owner")
    }
    roles = {"member": "member", "expert": "expert", "owner": "member"}
    with committing.app_context(), unit_of_work():
        scene = open_scene(players.__getitem__, people=roles)
        first = Words("The first", "en", uuid.uuid4(), title="A topic")
        topic = posting.start_topic(seat_of(players["member"], scene.slug), first)
        return scene.path(f"/topics/{topic.public_id}"), players


def at_once(sends: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Do everything at the same moment."""
    barrier = Barrier(len(sends))

    def send(one: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send, sends))


def sender(client: FlaskClient, topic: str, **values: str) -> Callable[[], TestResponse]:
    """Return how a browser sends the topic's form, opened beforehand."""
    fields = hidden_fields(client.get(topic).text, f"{topic}/posts")
    return lambda: client.post(f"{topic}/posts", data=fields | {"language": "en"} | values)


def posts(app: TransactionalFlask) -> list[tuple[int, int, str]]:
    """Return number, change and text of every post."""
    with app.app_context(), unit_of_work():
        rows = db.session.execute(
            select(RoomPost.number, RoomPost.change, RoomPost.text).order_by(RoomPost.number)
        )
        return [(number, change, text) for number, change, text in rows]


def test_posts_at_once_get_numbers_of_their_own(
    committing: TransactionalFlask, talk: tuple[str, dict[str, Player]]
) -> None:
    topic, players = talk
    sends = [
        sender(players[name].new_client(), topic, text=f"{name} {number}")
        for number in range(AT_ONCE // 2)
        for name in ("member", "expert")
    ]
    assert [answer.status_code for answer in at_once(sends)] == [302] * AT_ONCE
    found = posts(committing)
    assert [number for number, _change, _text in found] == list(range(1, AT_ONCE + 2))
    assert [change for _number, change, _text in found] == list(range(1, AT_ONCE + 2))
    assert len({text for _number, _change, text in found}) == AT_ONCE + 1
    with committing.app_context(), unit_of_work():
        row = db.session.scalars(select(RoomTopic)).one()
        assert (row.last_number, row.last_change, row.standing) == (AT_ONCE + 1,) * 3


def test_one_client_id_from_many_devices_is_one_post(
    committing: TransactionalFlask, talk: tuple[str, dict[str, Player]]
) -> None:
    topic, players = talk
    client_id = str(uuid.uuid4())
    sends = [
        sender(players["member"].new_client(), topic, text="Once", client_id=client_id)
        for _ in range(AT_ONCE)
    ]
    assert len({answer.location for answer in at_once(sends)}) == 1
    assert [text for _number, _change, text in posts(committing)] == ["The first", "Once"]


def test_mentioning_each_other_at_once_waits_for_nobody(
    committing: TransactionalFlask, talk: tuple[str, dict[str, Player]]
) -> None:
    topic, players = talk
    slug = topic.split("/")[2]
    with committing.app_context(), unit_of_work():
        ids = {name: seat_of(players[name], slug).member for name in ("member", "expert", "owner")}
        faces = {name: one.public_id for name, one in ids.items() if one is not None}
    pairs = [("member", "expert"), ("expert", "owner"), ("owner", "member")] * 2
    sends = [
        sender(players[name].new_client(), topic, text=f"{place}", mentions=faces[other])
        for place, (name, other) in enumerate(pairs)
    ]
    assert [answer.status_code for answer in at_once(sends)] == [302] * len(pairs)


def test_an_edit_and_a_removal_at_once_leave_no_text(
    committing: TransactionalFlask, talk: tuple[str, dict[str, Player]]
) -> None:
    topic, players = talk
    with committing.app_context(), unit_of_work():
        post_id = db.session.scalars(select(RoomPost.public_id)).one()
    post = f"{topic.partition('/topics/')[0]}/posts/{post_id}"
    author, manager = players["member"].client, players["room_manager"].client
    edit = hidden_fields(author.get(f"{post}/edit").text, f"{post}/edit")
    removal = hidden_fields(manager.get(f"{post}/removal").text, f"{post}/removal")
    answers = at_once(
        [
            lambda: author.post(f"{post}/edit", data=edit | {"text": "Changed", "language": "en"}),
            lambda: manager.post(f"{post}/removal", data=removal | {"reason": "It does not belong here."}),
        ]
    )
    assert answers[1].status_code == 302
    assert answers[0].status_code in {302, 404, 422}
    assert [text for _number, _change, text in posts(committing)] == [""]
