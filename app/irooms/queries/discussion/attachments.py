"""Resources of the room beside a post: what the reader may not see is absent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from app.core.database import db
from app.irooms.models.resources import ResourceState, RoomResource
from app.irooms.queries.resources.collections import tree
from app.irooms.queries.resources.rows import Row, select_rows, visible
from app.irooms.seats import Seat

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
    """Return those of the resources that the person may see now, by number. Two queries, none without ``ids``."""
    if not ids:
        return {}
    rows = db.session.execute(_visible(seat).where(RoomResource.id.in_(set(ids))))
    return {row[0].id: _attachment(Row(*row)) for row in rows}


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
