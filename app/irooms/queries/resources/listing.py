"""Lists of resources: a shelf with its collections, filtered and sorted, page by page; what is new; the API's feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, ScalarSelect, and_, func, literal, select

from app.core.database import db
from app.irooms.collections import Node, Tree
from app.irooms.models.resources import ResourceState, RoomResource
from app.irooms.queries.resources.rows import Row, new_to, select_rows, visible
from app.irooms.seats import Seat
from app.records.models import Activity, ActivityKind

PAGE = 30
SORTS = ("order", "new", "title", "date")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty value does not narrow. ``legal`` is a legal system."""

    kind: str = ""
    type: str = ""
    language: str = ""
    legal: str = ""
    tag: str = ""
    new: bool = False
    withdrawn: bool = False

    @property
    def any(self) -> bool:
        """Whether something is narrowed."""
        return bool(self.kind or self.type or self.language or self.legal or self.tag or self.new)


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a list: rows, which of them are new to the reader, how many there are in all."""

    rows: Sequence[Row]
    new: frozenset[int]
    total: int


def counts(seat: Seat, shelves: Tree) -> Mapping[int, int]:
    """Return how many resources lie in each collection that may be read, those further in included. One query."""
    rows = db.session.execute(
        select(RoomResource.collection_id, func.count())
        .outerjoin(Activity, Activity.key == RoomResource.training_key)
        .where(visible(seat, shelves), RoomResource.state == ResourceState.CURRENT)
        .group_by(RoomResource.collection_id)
    ).all()
    own: dict[int, int] = dict(rows)
    return {
        one: sum(own.get(inner, 0) for inner in shelves.below(shelves.nodes[one])) for one in shelves.readable
    }


def listed(
    seat: Seat, shelves: Tree, node: Node, filters: Filters, *, sort: str = "order", page: int = 1
) -> Shown:
    """Return a page (from 1) of the resources in ``node``; where something is narrowed, also of those further in."""
    within = shelves.below(node) if filters.any else {node.id}
    new = new_to(seat)
    found = db.session.execute(
        select_rows(new.label("new"), func.count().over().label("total"))
        .where(visible(seat, shelves), RoomResource.collection_id.in_(within), *_narrowed(filters, new))
        .order_by(*_order(sort, shelves, node))
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return Shown(
        [Row(*row[:4]) for row in found],
        frozenset(row[0].id for row in found if row.new),
        found[0].total if found else 0,
    )


def _narrowed(filters: Filters, new: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    columns = (
        (RoomResource.kind, filters.kind),
        (RoomResource.type, filters.type),
        (RoomResource.language, filters.language),
    )
    lists = ((RoomResource.legal_systems, filters.legal), (RoomResource.tags, filters.tag))
    wanted = [column == value for column, value in columns if value]
    wanted += [column.contains([value]) for column, value in lists if value]
    if filters.new:
        wanted.append(new)
    if not filters.withdrawn:
        wanted.append(RoomResource.state != ResourceState.WITHDRAWN)
    return wanted


def _order(sort: str, shelves: Tree, node: Node) -> tuple[Any, ...]:
    last = RoomResource.id.desc()
    if sort == "new":
        return (RoomResource.news_at.desc().nulls_first(), last)
    if sort == "title":
        return (func.lower(RoomResource.title), last)
    if sort == "date":
        return (RoomResource.dated.desc().nulls_last(), last)
    shelf_order = [one.id for _depth, one in shelves.outline() if shelves.holds(node, one)]
    return (
        func.array_position(literal(shelf_order, ARRAY(BigInteger)), RoomResource.collection_id),
        RoomResource.position,
        RoomResource.id,
    )


def any_new(seat: Seat) -> ScalarSelect[Any] | None:
    """Ask whether anything in the room may be new to the seat, before collections and rights are looked at."""
    if seat.member is None:
        return None
    wanted = select(RoomResource.id).where(RoomResource.room_id == seat.room.id, new_to(seat))
    return wanted.limit(1).scalar_subquery()


def new_rows(seat: Seat, shelves: Tree, limit: int = 5) -> Shown:
    """Return the latest of what is new to the seat, and how much there is in all."""
    found = db.session.execute(
        select_rows(func.count().over().label("total"))
        .where(visible(seat, shelves), new_to(seat))
        .order_by(RoomResource.news_at.desc(), RoomResource.id.desc())
        .limit(limit)
    ).all()
    rows = [Row(*row[:4]) for row in found]
    return Shown(rows, frozenset(row.resource.id for row in rows), found[0].total if found else 0)


def feed(seat: Seat, shelves: Tree, *, after: int = 0, limit: int = 50) -> Sequence[Row]:
    """Return resources that the seat may see whose number follows ``after``, in their order; for the API's cursor."""
    found = db.session.execute(
        select_rows()
        .where(visible(seat, shelves), RoomResource.state != ResourceState.DRAFT, RoomResource.id > after)
        .order_by(RoomResource.id)
        .limit(limit)
    )
    return [Row(*row) for row in found]


def in_order(node: Node) -> Sequence[RoomResource]:
    """Return every resource of a collection in its order, drafts and withdrawn ones too; for moving one."""
    return db.session.scalars(
        select(RoomResource)
        .where(RoomResource.collection_id == node.id)
        .order_by(RoomResource.position, RoomResource.id)
    ).all()


def training_of(seat: Seat) -> Sequence[Activity]:
    """Return the courses and sessions that are for this room's members only, the latest first; none cancelled."""
    held = Activity.kind.not_in([ActivityKind.WEBINAR_SERIES, ActivityKind.RECORDING])
    cancelled = and_(Activity.address.startswith("/webinars/"), held, Activity.starts_at.is_(None))
    return db.session.scalars(
        select(Activity)
        .where(Activity.group_id == seat.room.group_id, ~Activity.is_test, ~cancelled)
        .order_by(Activity.starts_at.desc().nulls_last(), Activity.slug)
        .limit(50)
    ).all()
