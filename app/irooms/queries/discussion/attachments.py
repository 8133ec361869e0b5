"""Resources of the room beside a post: what the reader may not see is absent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from app.core.database import db
from app.irooms.collections import Node
from app.irooms.models.resources import ResourceState, RoomCollection, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import COLUMNS, seen_by, tree
from app.irooms.queries.resources.rows import Row, for_actor, select_rows, visible
from app.irooms.seats import Seat
from app.records.models import Activity

MOST_OFFERED = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A resource that the reader may see; ``language`` is that of its title."""

    id: int
    public_id: str
    title: str
    language: str
    kind: str
    withdrawn: bool


def attachments(seat: Seat, ids: Collection[int]) -> Mapping[int, Attachment]:
    """Return those of the resources that the person may see now, by number. One query, none without ``ids``.

    It brings every collection of the room, each with those of the resources that lie in it: rights hang on both.
    """
    if not ids:
        return {}
    wanted = and_(RoomResource.collection_id == RoomCollection.id, RoomResource.id.in_(set(ids)))
    found = db.session.execute(
        select(*COLUMNS, RoomResource, RoomResourceVersion, Activity, for_actor(seat.actor))
        .outerjoin(RoomResource, and_(wanted, RoomResource.state != ResourceState.DRAFT))
        .outerjoin(RoomResourceVersion, RoomResourceVersion.id == RoomResource.current_id)
        .outerjoin(Activity, Activity.key == RoomResource.training_key)
        .where(RoomCollection.room_id == seat.room.id)
    ).all()
    readable_here = seen_by(seat, [Node(*row[: len(COLUMNS)]) for row in found]).readable
    rows = [row[len(COLUMNS) :] for row in found if row[0] in readable_here]
    shown = [
        Row(resource, version, None, training)
        for resource, version, training, mine in rows
        if resource and mine
    ]
    return {row.resource.id: _attachment(row) for row in shown}


def readable(seat: Seat, public_ids: Sequence[str]) -> list[int]:
    """Return the numbers of those of the resources that the person may see now, in the order given."""
    if not public_ids:
        return []
    rows = db.session.execute(_visible(seat).where(RoomResource.public_id.in_(set(public_ids))))
    numbers = {row[0].public_id: row[0].id for row in rows}
    return [numbers[one] for one in dict.fromkeys(public_ids) if one in numbers]


def offered(seat: Seat, words: str = "") -> Sequence[Attachment]:
    """Return resources that may be attached, newest first, at most a hundred; ``words`` narrow by title."""
    wanted = _visible(seat).where(RoomResource.state == ResourceState.CURRENT)
    if words:
        wanted = wanted.where(RoomResource.title.icontains(words, autoescape=True))
    rows = db.session.execute(wanted.order_by(RoomResource.id.desc()).limit(MOST_OFFERED))
    return [_attachment(Row(*row)) for row in rows]


def _visible(seat: Seat) -> Select[Any]:
    return select_rows().where(visible(seat, tree(seat)), RoomResource.state != ResourceState.DRAFT)


def _attachment(row: Row) -> Attachment:
    found = row.resource
    return Attachment(found.id, found.public_id, row.title, row.language, found.kind, row.withdrawn)
