"""Reading lists with a member's progress; what the member may not see is in none of them, nor counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from app.core.database import db
from app.irooms.collections import Tree
from app.irooms.models.resources import (
    ResourceState,
    RoomReadingItem,
    RoomReadingList,
    RoomReadingTick,
    RoomResource,
)
from app.irooms.queries.resources.rows import Row, select_rows, visible
from app.irooms.seats import Seat
from app.records.models import Activity


@dataclass(frozen=True, slots=True)
class Progress:
    """A reading list with how much of it there is for the member, and how much they have ticked."""

    row: RoomReadingList
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class Item:
    """A resource in a list; ``done`` when the member ticked it."""

    row: Row
    done: bool


def reading_lists(seat: Seat, shelves: Tree) -> Sequence[Progress]:
    """Return the room's reading lists, oldest first. One query."""
    ticked = and_(
        RoomReadingTick.resource_id == RoomResource.id, RoomReadingTick.membership_id == _member_id(seat)
    )
    shown = (
        select(
            RoomReadingItem.list_id,
            func.count().label("total"),
            func.count(RoomReadingTick.resource_id).label("done"),
        )
        .join(RoomResource, RoomResource.id == RoomReadingItem.resource_id)
        .outerjoin(Activity, Activity.key == RoomResource.training_key)
        .outerjoin(RoomReadingTick, ticked)
        .where(visible(seat, shelves), RoomResource.state == ResourceState.CURRENT)
        .group_by(RoomReadingItem.list_id)
        .subquery()
    )
    rows = db.session.execute(
        select(RoomReadingList, func.coalesce(shown.c.total, 0), func.coalesce(shown.c.done, 0))
        .outerjoin(shown, shown.c.list_id == RoomReadingList.id)
        .where(RoomReadingList.room_id == seat.room.id)
        .order_by(RoomReadingList.id)
    )
    lists = [Progress(*row) for row in rows]
    return lists if seat.manages else [one for one in lists if one.total or may_be_own(seat, one.row)]


def may_be_own(seat: Seat, row: RoomReadingList) -> bool:
    """Whether the seat made the list."""
    return seat.member is not None and row.created_by == seat.member.id


def items(seat: Seat, shelves: Tree, reading_list: RoomReadingList) -> Sequence[Item]:
    """Return what is in a list for the seat, in order. One query."""
    ticked = and_(
        RoomReadingTick.resource_id == RoomResource.id, RoomReadingTick.membership_id == _member_id(seat)
    )
    rows = db.session.execute(
        select_rows(RoomReadingTick.resource_id)
        .join(RoomReadingItem, RoomReadingItem.resource_id == RoomResource.id)
        .outerjoin(RoomReadingTick, ticked)
        .where(
            RoomReadingItem.list_id == reading_list.id,
            visible(seat, shelves),
            RoomResource.state == ResourceState.CURRENT,
        )
        .order_by(RoomReadingItem.position, RoomResource.id)
    )
    return [Item(Row(*row[:4]), row[4] is not None) for row in rows]


def _member_id(seat: Seat) -> int:
    return seat.member.id if seat.member else 0
