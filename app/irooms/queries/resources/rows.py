"""Resources as a seat may see them: the one condition that every list, page, feed and count of them goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.core.access import Actor
from app.core.database import db
from app.core.i18n import best_language, page_language
from app.irooms.collections import Tree
from app.irooms.models.resources import ResourceState, RoomResource, RoomResourceVersion
from app.irooms.seats import Seat
from app.media.models import MediaFile
from app.records.models import Activity


@dataclass(frozen=True, slots=True)
class Row:
    """A resource with the version that is shown of it, that version's file, and the training it leads to."""

    resource: RoomResource
    version: RoomResourceVersion
    file: MediaFile | None = None
    training: Activity | None = None

    @property
    def title(self) -> str:
        """The title; of training, in the language nearest to the page's."""
        return self._words[1]

    @property
    def language(self) -> str:
        """The language of the title."""
        return self._words[0]

    @property
    def _words(self) -> tuple[str, str]:
        if self.training is None or not self.training.titles:
            return self.resource.language, self.resource.title
        titles: Mapping[str, str] = self.training.titles
        spoken = best_language(page_language(), list(titles), next(iter(titles)))
        return spoken, titles[spoken]

    @property
    def draft(self) -> bool:
        """Whether its first file has not passed the checks."""
        return self.resource.state == ResourceState.DRAFT

    @property
    def withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.resource.state == ResourceState.WITHDRAWN


def select_rows(*more: Any, of_version: ColumnElement[bool] | None = None) -> Select[Any]:
    """Return the query of rows, to be narrowed; ``more`` are further columns.

    ``of_version`` picks another version than the one shown.
    """
    shown = RoomResourceVersion.id == func.coalesce(RoomResource.current_id, RoomResource.latest_id)
    if of_version is not None:
        shown = and_(RoomResourceVersion.resource_id == RoomResource.id, of_version)
    return (
        select(RoomResource, RoomResourceVersion, MediaFile, Activity, *more)
        .join(RoomResourceVersion, shown)
        .outerjoin(MediaFile, MediaFile.id == RoomResourceVersion.file_id)
        .outerjoin(Activity, Activity.key == RoomResource.training_key)
    )


def visible(seat: Seat, shelves: Tree) -> ColumnElement[bool]:
    """Resources of the room that the seat may see; the query has joined ``Activity``, as :func:`select_rows` does.

    What lies in a collection that may not be read is absent, and training that is not for the reader; a draft is there
    for who added it and for managers.
    """
    finished = or_(
        RoomResource.state != ResourceState.DRAFT,
        true() if seat.manages else RoomResource.created_by == (seat.member.id if seat.member else 0),
    )
    return and_(
        RoomResource.room_id == seat.room.id,
        RoomResource.collection_id.in_(shelves.readable),
        finished,
        for_actor(seat.actor),
    )


def for_actor(actor: Actor) -> ColumnElement[bool]:
    """Resources that are no training, or training that ``actor`` may take part in."""
    return or_(
        RoomResource.training_key.is_(None),
        and_(
            Activity.key.is_not(None), or_(Activity.group_id.is_(None), Activity.group_id.in_(actor.groups))
        ),
    )


def since(seat: Seat) -> datetime | None:
    """Return from when on a resource is new to the seat: their visit before this one, at first their joining."""
    return (seat.member.visited_before or seat.member.joined_at) if seat.member else None


def new_to(seat: Seat) -> ColumnElement[bool]:
    """Resources whose present content came since the seat's visit before this one, from somebody else."""
    start = since(seat)
    if start is None or seat.member is None:
        return ~true()
    return and_(
        RoomResource.state == ResourceState.CURRENT,
        RoomResource.news_at > start,
        RoomResource.created_by != seat.member.id,
    )


def works(seat: Seat, shelves: Tree, public_id: str) -> Sequence[Row]:
    """Return a resource and its language variants, as far as the seat may see them; none without the resource."""
    work = select(RoomResource.work_key).where(
        RoomResource.public_id == public_id, RoomResource.room_id == seat.room.id
    )
    rows = [
        Row(*found)
        for found in db.session.execute(
            select_rows()
            .where(RoomResource.work_key == work.scalar_subquery(), visible(seat, shelves))
            .order_by(RoomResource.language, RoomResource.id)
        )
    ]
    return rows if any(row.resource.public_id == public_id for row in rows) else []


def chosen(seat: Seat, shelves: Tree, public_ids: Sequence[str]) -> Sequence[Row]:
    """Return those of the resources that the seat may see, in the order given."""
    found = db.session.execute(
        select_rows().where(RoomResource.public_id.in_(set(public_ids)), visible(seat, shelves))
    )
    rows = {row[0].public_id: Row(*row) for row in found}
    return [rows[one] for one in dict.fromkeys(public_ids) if one in rows]
