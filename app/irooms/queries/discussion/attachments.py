"""Resources of the room beside a post: what the reader may not see is absent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from app.core.database import db
from app.irooms.models.resources import ResourceState, RoomResource
from app.irooms.queries.resources.collections import tree
from app.irooms.seats import Seat

MOST_OFFERED = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A resource that the reader may see."""

    id: int
    public_id: str
    title: str
    kind: str
    language: str


_COLUMNS = (
    RoomResource.id,
    RoomResource.public_id,
    RoomResource.title,
    RoomResource.kind,
    RoomResource.language,
)


def attachments(seat: Seat, ids: Collection[int]) -> Mapping[int, Attachment]:
    """Return those of the resources that the person may see now, by number. Two queries, none without ``ids``."""
    if not ids:
        return {}
    rows = db.session.execute(_readable(seat).where(RoomResource.id.in_(set(ids))))
    return {id: Attachment(id, *rest) for id, *rest in rows}


def readable(seat: Seat, public_ids: Sequence[str]) -> list[int]:
    """Return the numbers of those of the resources that the person may see now, in the order given."""
    if not public_ids:
        return []
    rows = db.session.execute(_readable(seat).where(RoomResource.public_id.in_(set(public_ids))))
    numbers = {public_id: id for id, public_id, *_ in rows}
    return [numbers[one] for one in dict.fromkeys(public_ids) if one in numbers]


def offered(seat: Seat, words: str = "") -> Sequence[Attachment]:
    """Return resources that may be attached, newest first, at most a hundred; ``words`` narrow by title."""
    wanted = _readable(seat).order_by(RoomResource.id.desc()).limit(MOST_OFFERED)
    if words:
        wanted = wanted.where(RoomResource.title.icontains(words, autoescape=True))
    return [Attachment(*row) for row in db.session.execute(wanted)]


def _readable(seat: Seat) -> Select[int, str, str, str, str]:
    return select(*_COLUMNS).where(
        RoomResource.room_id == seat.room.id,
        RoomResource.state == ResourceState.CURRENT,
        RoomResource.collection_id.in_(tree(seat).readable),
    )
