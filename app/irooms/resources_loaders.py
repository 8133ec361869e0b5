"""The only ways a view gets a collection, a resource, a page or a reading list: through what the seat may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.irooms import loaders
from app.irooms.collections import Node, Tree
from app.irooms.models import RoomMembership
from app.irooms.models.resources import RoomReadingList
from app.irooms.queries import rooms
from app.irooms.queries.resources import lists
from app.irooms.queries.resources.collections import tree
from app.irooms.queries.resources.rows import Row, works
from app.irooms.resources_policy import may_edit, may_list, may_read
from app.irooms.seats import Seat

_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection of a room before a seat. The outermost one is there for everybody, if only to hold the others."""

    seat: Seat
    tree: Tree
    node: Node

    @property
    def readable(self) -> bool:
        """Whether what lies in it may be read; never in doubt but for the outermost one."""
        return self.node.id in self.tree.readable

    @property
    def inner(self) -> list[Node]:
        """The collections that stand in it."""
        return self.tree.shelf(self.node if self.readable else None)


@dataclass(frozen=True, slots=True)
class Item:
    """A resource before a seat, with those of its language variants that the seat may see (itself among them)."""

    seat: Seat
    tree: Tree
    row: Row
    variants: Sequence[Row]

    @property
    def node(self) -> Node:
        """The collection it lies in."""
        return self.tree.nodes[self.row.resource.collection_id]


def root(actor: Actor, slug: str) -> Shelf:
    """The outermost collection of a room that is open to the actor."""
    seat = loaders.entered(actor, slug)
    shelves = tree(seat, news=True)
    return Shelf(seat, shelves, shelves.root)


def shelf(actor: Actor, slug: str, collection_id: str) -> Shelf:
    """A collection that the actor may read."""
    seat = loaders.entered(actor, slug)
    shelves = tree(seat, news=True)
    node = shelves.get(collection_id)
    if node is None:
        raise loaders.nothing(seat)
    return Shelf(seat, shelves, node)


def writable(actor: Actor, slug: str, collection_id: str) -> Shelf:
    """A collection that the actor may add to."""
    found = shelf(actor, slug, collection_id)
    if found.node.id not in found.tree.writable:
        raise loaders.nothing(found.seat)
    return found


def managed(actor: Actor, slug: str, collection_id: str) -> Shelf:
    """A collection of a room that the actor manages."""
    found = shelf(actor, slug, collection_id)
    if not found.seat.manages:
        raise loaders.nothing(found.seat)
    return found


def item(actor: Actor, slug: str, resource_id: str) -> Item:
    """A resource that is there for the actor; a draft only for who added it and for managers."""
    seat = loaders.entered(actor, slug)
    shelves = tree(seat)
    found = works(seat, shelves, resource_id)
    row = next((one for one in found if one.resource.public_id == resource_id), None)
    if row is None:
        raise loaders.nothing(seat)
    return Item(seat, shelves, row, found)


def read(actor: Actor, slug: str, resource_id: str) -> Item:
    """A resource whose content the actor may read now."""
    found = item(actor, slug, resource_id)
    if not may_read(found.seat, found.row):
        raise loaders.nothing(found.seat)
    return found


def editable(actor: Actor, slug: str, resource_id: str) -> Item:
    """A resource that the actor may change."""
    found = item(actor, slug, resource_id)
    if not may_edit(found.seat, found.tree, found.row.resource):
        raise loaders.nothing(found.seat)
    return found


def managed_item(actor: Actor, slug: str, resource_id: str) -> Item:
    """A resource of a room that the actor manages."""
    found = item(actor, slug, resource_id)
    if not found.seat.manages:
        raise loaders.nothing(found.seat)
    return found


def page(actor: Actor, slug: str, resource_id: str, page: str) -> tuple[Item, int]:
    """A page, by number from 1, of a resource whose content the actor may read; whether it has it, the view asks."""
    found = read(actor, slug, resource_id)
    if not (page.isascii() and page.isdecimal() and 0 < len(page) <= _MOST_DIGITS and int(page) > 0):
        raise loaders.nothing(found.seat)
    return found, int(page)


def managed_member(actor: Actor, slug: str, member_id: str) -> tuple[Shelf, RoomMembership]:
    """A member, present or gone, of a room that the actor manages."""
    seat = loaders.managed(actor, slug)
    found = rooms.member(seat, member_id)
    if found is None:
        raise loaders.nothing(seat)
    shelves = tree(seat)
    return Shelf(seat, shelves, shelves.root), found


def makes_lists(actor: Actor, slug: str) -> Shelf:
    """A room in which the actor makes reading lists."""
    found = root(actor, slug)
    if not may_list(found.seat):
        raise loaders.nothing(found.seat)
    return found


def reading_list(
    actor: Actor, slug: str, list_id: str
) -> tuple[Shelf, RoomReadingList, Sequence[lists.Item]]:
    """A reading list with what is in it for the actor; one with nothing for them is not there."""
    found = root(actor, slug)
    row = db.session.scalars(
        select(RoomReadingList).where(
            RoomReadingList.public_id == list_id, RoomReadingList.room_id == found.seat.room.id
        )
    ).one_or_none()
    if row is None:
        raise loaders.nothing(found.seat)
    items = lists.items(found.seat, found.tree, row)
    if not items and not found.seat.manages and not lists.may_be_own(found.seat, row):
        raise loaders.nothing(found.seat)
    return found, row, items


def edited_list(actor: Actor, slug: str, list_id: str) -> tuple[Shelf, RoomReadingList, Sequence[lists.Item]]:
    """A reading list that the actor may change."""
    found = reading_list(actor, slug, list_id)
    if not may_list(found[0].seat):
        raise loaders.nothing(found[0].seat)
    return found


def list_item(actor: Actor, slug: str, list_id: str, resource_id: str) -> tuple[Shelf, RoomReadingList, Row]:
    """A resource in a reading list that the actor may change."""
    found, row, items = edited_list(actor, slug, list_id)
    held = next((one.row for one in items if one.row.resource.public_id == resource_id), None)
    if held is None:
        raise loaders.nothing(found.seat)
    return found, row, held
