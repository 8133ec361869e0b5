"""The collections of rooms, read once a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database import db
from app.core.ids import public_id
from app.irooms.collections import Node, Tree
from app.irooms.models import Room, RoomRole
from app.irooms.models.resources import RoomCollection
from app.irooms.seats import Seat, Step
from app.live.models import LiveTopic

COLUMNS = tuple(getattr(RoomCollection, name) for name in Node.__dataclass_fields__ if name != "news")


def collection_scope(collection_id: int) -> str:
    """Return the scope of what lies in a collection."""
    return f"collection:{collection_id}"


def collection_topic(room_id: int, collection_id: int) -> str:
    """Return the live topic of a collection's list; it ends with the room's."""
    return f"room:{room_id}:collection:{collection_id}"


def tree(seat: Seat, *, news: bool = False) -> Tree:
    """Return the collections of the seat's room as the person has them. One query; the first visit makes the root.

    ``news`` asks how far each collection's live topic is, before what lies in it is read.
    """
    nodes = _nodes([seat.room.id], news=news).get(seat.room.id)
    if nodes is None:
        _make_root(seat.room.id)
        nodes = _nodes([seat.room.id])[seat.room.id]
    return seen_by(seat, nodes)


def whole_tree(room: Room) -> Tree:
    """Return the collections of a room as its managers have them, for what is told to all. One query."""
    nodes = _nodes([room.id])[room.id]
    return Tree({node.id: node for node in nodes}, RoomRole.MANAGER, everything=True)


def scopes_of(inside: Sequence[Seat]) -> Iterator[str]:
    """Yield the scopes of the collections that somebody may read, by their seats in open rooms. One query."""
    found = _nodes([seat.room.id for seat in inside])
    for seat in inside:
        if seat.room.id in found:
            yield from scopes_in(seen_by(seat, found[seat.room.id]))


def scopes_in(shelves: Tree) -> list[str]:
    """Return the scopes of the collections of one room that may be read, for a search within the room."""
    return [collection_scope(one) for one in sorted(shelves.readable)]


def seen_by(seat: Seat, nodes: Sequence[Node]) -> Tree:
    """Return the collections of the seat's room (``nodes``: all of them) as the person has them; no query."""
    by_glass = seat.glass is not None and (seat.member is None or seat.step != Step.NONE)
    return Tree(
        {node.id: node for node in nodes},
        seat.role,
        everything=seat.manages or by_glass,
        adds=seat.writes,
    )


def _nodes(room_ids: Sequence[int], *, news: bool = False) -> dict[int, list[Node]]:
    if not room_ids:
        return {}
    wanted = select(*COLUMNS, *([_last_news()] if news else [])).where(RoomCollection.room_id.in_(room_ids))
    found: defaultdict[int, list[Node]] = defaultdict(list)
    for node in (Node(*row) for row in db.session.execute(wanted)):
        found[node.room_id].append(node)
    return dict(found)


def _last_news() -> ColumnElement[int]:
    topic = func.concat("room:", RoomCollection.room_id, ":collection:", RoomCollection.id)
    number = select(LiveTopic.number).where(LiveTopic.key == topic).scalar_subquery()
    return func.coalesce(number, 0)


def _make_root(room_id: int) -> None:
    """Two first visits at once make one."""
    row = {"public_id": public_id(), "room_id": room_id, "title": "", "description": "", "position": 0}
    db.session.execute(insert(RoomCollection).values(row).on_conflict_do_nothing())
