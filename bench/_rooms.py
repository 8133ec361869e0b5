"""The room that the benchmark reads: 500 members, 2,000 resources in 40 collections, 10,000 posts in 100 topics."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select, update

from app.accounts.actors import of_person
from app.accounts.models import User
from app.core import clock
from app.core.access import act_as
from app.core.database import db
from app.core.ids import public_id
from app.irooms.actions import membership
from app.irooms.actions.rooms import About, Policy, open_room
from app.irooms.models import Room
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.models.resources import RoomCollection, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import tree
from app.irooms.seats import Seat
from app.search import rebuild

MEMBERS, COLLECTIONS, RESOURCES, TOPICS, POSTS = 500, 40, 2_000, 100, 10_000
_WORDS = [
    "request",
    "evidence",
    "preservation",
    "provider",
    "judge",
    "prosecutor",
    "assistance",
    "convention",
    "article",
    "resolution",
    "court",
    "data",
    "subscriber",
    "traffic",
    "content",
    "treaty",
    "channel",
    "authority",
    "central",
    "network",
    "urgent",
    "order",
    "warrant",
    "rights",
    "defence",
    "witness",
    "record",
    "chain",
    "custody",
    "integrity",
    "hash",
    "report",
    "analysis",
    "hearing",
    "appeal",
    "judgment",
    "state",
    "party",
    "protocol",
    "guide",
    "template",
]


@dataclass(frozen=True, slots=True)
class Made:
    """The room, its members' accounts, a collection and a topic in the middle of it."""

    slug: str
    room_id: int
    members: Sequence[int]
    collection: str
    topic: str


def fill(manager: User, people: Sequence[User]) -> Made:
    """Make the room inside a transaction; the manager may open rooms."""
    chance = random.Random(20081)
    actor = of_person(manager)
    act_as(actor)
    about = About("Electronic evidence in practice", "electronic-evidence", "To share what works.", ["en"])
    opened = open_room(actor, about, Policy())
    room = opened.room
    ids = [membership.admit(room, one.id, "member").id for one in people[:MEMBERS]]
    collections = _collections(opened)
    _resources(room, collections, ids, chance)
    topics = _topics(room, ids, chance)
    db.session.flush()
    rebuild.rebuild()
    return Made(
        room.public_id, room.id, [one.id for one in people[:MEMBERS]], collections[7][1], topics[50][1]
    )


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."


def _text(chance: random.Random) -> str:
    return "\n\n".join(_sentence(chance, chance.randint(20, 60)) for _ in range(3))


def _collections(opened: Seat) -> list[tuple[int, str]]:
    room, root = opened.room, tree(opened).root.id
    rows = [
        {"room_id": room.id, "parent_id": root, "position": number, "title": f"Collection {number}",
         "public_id": public_id(), "created_at": clock.now()}
        for number in range(COLLECTIONS)
    ]  # fmt: skip
    made = db.session.execute(
        insert(RoomCollection).returning(RoomCollection.id, RoomCollection.public_id), rows
    )
    return [(row.id, row.public_id) for row in made]


def _resources(
    room: Room, collections: Sequence[tuple[int, str]], members: Sequence[int], chance: random.Random
) -> None:
    now = clock.now()
    rows = [
        {
            "room_id": room.id, "collection_id": collections[number % COLLECTIONS][0],
            "position": number // COLLECTIONS,
            "public_id": public_id(), "activity_key": uuid.uuid4(), "work_key": uuid.uuid4(), "kind": "text",
            "type": "guide", "state": "draft", "title": _sentence(chance, 6), "summary": _sentence(chance, 20),
            "symbol": f"A/RES/{60 + number % 20}/{number}", "language": "en", "tags": [], "legal_systems": [],
            "created_by": members[number % MEMBERS], "created_at": now, "news_at": now - timedelta(days=30),
        }
        for number in range(RESOURCES)
    ]  # fmt: skip
    ids = list(db.session.scalars(insert(RoomResource).returning(RoomResource.id), rows))
    versions = [
        {"resource_id": id, "number": 1, "text": _text(chance), "details": {}, "created_by": members[0],
         "created_at": now, "settled_at": now}
        for id in ids
    ]  # fmt: skip
    db.session.execute(insert(RoomResourceVersion), versions)
    shown = (
        select(RoomResourceVersion.id)
        .where(RoomResourceVersion.resource_id == RoomResource.id)
        .scalar_subquery()
    )
    db.session.execute(
        update(RoomResource)
        .where(RoomResource.room_id == room.id)
        .values(current_id=shown, latest_id=shown, state="current"),
        execution_options={"synchronize_session": False},
    )


def _topics(room: Room, members: Sequence[int], chance: random.Random) -> list[tuple[int, str]]:
    now, each = clock.now(), POSTS // TOPICS
    rows = [
        {"room_id": room.id, "public_id": public_id(), "kind": "discussion", "title": _sentence(chance, 7),
         "language": "en", "author_id": members[number], "created_at": now, "last_number": each,
         "last_change": each, "standing": each, "last_post_at": now - timedelta(minutes=number)}
        for number in range(TOPICS)
    ]  # fmt: skip
    topics = [
        (row.id, row.public_id)
        for row in db.session.execute(insert(RoomTopic).returning(RoomTopic.id, RoomTopic.public_id), rows)
    ]
    for start in range(0, TOPICS, 10):
        db.session.execute(insert(RoomPost), list(_posts(topics[start : start + 10], each, members, chance)))
    return topics


def _posts(
    topics: Sequence[tuple[int, str]], each: int, members: Sequence[int], chance: random.Random
) -> Iterator[dict[str, object]]:
    now = clock.now()
    for topic_id, _public_id in topics:
        for number in range(1, each + 1):
            yield {
                "topic_id": topic_id, "public_id": public_id(), "number": number, "change": number,
                "author_id": chance.choice(members), "client_id": uuid.uuid4(), "text": _text(chance),
                "language": "en", "posted_at": now - timedelta(hours=each - number),
            }  # fmt: skip
