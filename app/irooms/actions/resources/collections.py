"""Collections: made, described, given rights, put in order and into each other, removed when empty. Managers only."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock, scopes
from app.core.database import JSON, db
from app.core.refusal import require
from app.irooms.collections import FOR_ROLES, Deed, Node, Right, Tree
from app.irooms.models import RoomMembership
from app.irooms.models.resources import RoomCollection, RoomResource
from app.irooms.queries.resources.collections import tree
from app.irooms.seats import Seat, present
from app.irooms.trail import note
from app.live import actions as live

DEEPEST = 6
MOST = 300


@dataclass(frozen=True, slots=True)
class Description:
    """What a collection is called, and its rights: ``{"read": {role: "allow" | "deny"}, "write": {…}}``."""

    title: str
    description: str = ""
    rights: JSON = field(default_factory=dict)


def make_collection(seat: Seat, parent: Node, given: Description) -> RoomCollection:
    """Make a collection in another one, as its last. Refused to others than managers, too deep, and beyond 300."""
    shelves = _changing(seat)
    require(len(shelves.nodes) < MOST, _("A room holds at most 300 collections."))
    require(_depth(shelves, parent) < DEEPEST, _("Collections lie at most six deep."))
    row = RoomCollection(
        room_id=seat.room.id,
        parent_id=parent.id,
        position=1 + max((one.position for one in _in(shelves, parent.id)), default=0),
        created_at=clock.now(),
    )
    _describe(row, given)
    db.session.add(row)
    db.session.flush()
    _note(seat, Verb.ROOM_COLLECTION_MADE, row.public_id)
    return row


def change_collection(seat: Seat, node: Node, given: Description) -> bool:
    """Change a collection's words and rights; False when nothing differs. The outermost one keeps its words."""
    _changing(seat)
    row = db.session.get_one(RoomCollection, node.id)
    before = (row.title, row.description, row.rights)
    _describe(row, given if row.parent_id is not None else Description("", "", given.rights))
    if before == (row.title, row.description, row.rights):
        return False
    db.session.flush()
    detail = {"rights": row.rights} if before[2] != row.rights else {}
    _note(seat, Verb.ROOM_COLLECTION_CHANGED, row.public_id, detail)
    if detail:
        _ask_again(seat)
    return True


def shift_collection(seat: Seat, node: Node, steps: int) -> None:
    """Move a collection by ``steps`` places among its neighbours (negative: up); at the edge it stays."""
    shelves = _changing(seat)
    ordered = shelves.siblings(shelves.nodes[node.id])
    here = ordered.index(shelves.nodes[node.id])
    there = min(max(here + steps, 0), len(ordered) - 1)
    if here == there:
        return
    moved = ordered[:here] + ordered[here + 1 :]
    moved.insert(there, ordered[here])
    for position, one in enumerate(moved, 1):
        db.session.get_one(RoomCollection, one.id).position = position
    db.session.flush()
    _note(seat, Verb.ROOM_COLLECTION_MOVED, node.public_id)


def move_collection(seat: Seat, node: Node, into: Node) -> None:
    """Put a collection into another one, as its last. Refused into itself, too deep, and for the outermost one."""
    shelves = _changing(seat)
    here, target = shelves.nodes[node.id], shelves.nodes[into.id]
    require(here.parent_id is not None, _("The outermost collection stays where it is."))
    require(not shelves.holds(here, target), _("A collection cannot be moved into itself."))
    height = max(_depth(shelves, one) for one in shelves.nodes.values() if shelves.holds(here, one))
    require(
        _depth(shelves, target) + 1 + height - _depth(shelves, here) <= DEEPEST,
        _("Collections lie at most six deep."),
    )
    if here.parent_id == target.id:
        return
    row = db.session.get_one(RoomCollection, here.id)
    row.parent_id = target.id
    row.position = 1 + max((one.position for one in _in(shelves, target.id)), default=0)
    db.session.flush()
    _note(seat, Verb.ROOM_COLLECTION_MOVED, node.public_id)
    _ask_again(seat)


def remove_collection(seat: Seat, node: Node) -> None:
    """Remove an empty collection. Refused while anything lies in it, and for the outermost one."""
    shelves = _changing(seat)
    require(node.parent_id is not None, _("The outermost collection stays where it is."))
    held = db.session.scalar(select(exists().where(RoomResource.collection_id == node.id)))
    require(
        not held and not _in(shelves, node.id),
        _("Something still lies in this collection. Move it elsewhere first."),
    )
    db.session.execute(delete(RoomCollection).where(RoomCollection.id == node.id))
    _note(seat, Verb.ROOM_COLLECTION_REMOVED, node.public_id)


def _changing(seat: Seat) -> Tree:
    """Return the collections as they are now, the room locked so that two changes take turns."""
    require(seat.manages, _("Only a manager may do this."))
    require(seat.room.closed_at is None, _("The room is closed."))
    lock(seat.room)
    return tree(seat)


def _describe(row: RoomCollection, given: Description) -> None:
    row.title, row.description = given.title, given.description
    row.rights = {
        deed: said
        for deed in Deed
        if (
            said := {
                role: right
                for role, right in given.rights.get(deed, {}).items()
                if role in FOR_ROLES[deed] and right in {Right.ALLOW, Right.DENY}
            }
        )
    }


def _in(shelves: Tree, parent_id: int) -> list[Node]:
    return [one for one in shelves.nodes.values() if one.parent_id == parent_id]


def _depth(shelves: Tree, node: Node) -> int:
    return len(shelves.trail(node)) - 1


def _note(seat: Seat, verb: Verb, public_id: str, detail: JSON | None = None) -> None:
    note(seat, verb, "room_collection", public_id, detail=detail, logged=True, managers_only=True)


def _ask_again(seat: Seat) -> None:
    """What members may read has changed: what they follow is asked for anew."""
    scopes.forget()
    accounts = select(RoomMembership.user_id).where(RoomMembership.room_id == seat.room.id, present())
    for user_id in db.session.scalars(accounts):
        live.ask_again(user_id)
