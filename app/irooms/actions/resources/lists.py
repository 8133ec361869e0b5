"""Reading lists: made, filled and put in order by managers and experts; ticked off by each member for themselves."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import require
from app.irooms.models.resources import RoomReadingItem, RoomReadingList, RoomReadingTick, RoomResource
from app.irooms.resources_policy import may_list
from app.irooms.seats import Seat
from app.irooms.trail import note

MOST_LISTS, MOST_ITEMS = 100, 200


def make_list(seat: Seat, title: str, description: str) -> RoomReadingList:
    """Make a reading list. Refused to others than managers and experts, and beyond 100."""
    _check(seat)
    held = select(func.count()).select_from(RoomReadingList).where(RoomReadingList.room_id == seat.room.id)
    require(int(db.session.scalar(held) or 0) < MOST_LISTS, _("A room holds at most 100 reading lists."))
    row = RoomReadingList(
        room_id=seat.room.id,
        title=title,
        description=description,
        created_by=seat.member_id,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _note(seat, Verb.ROOM_READING_LIST_MADE, row)
    return row


def describe_list(seat: Seat, row: RoomReadingList, title: str, description: str) -> bool:
    """Change a list's words; False when nothing differs. Refused to others than managers and experts."""
    _check(seat)
    if (row.title, row.description) == (title, description):
        return False
    row.title, row.description = title, description
    db.session.flush()
    _note(seat, Verb.ROOM_READING_LIST_CHANGED, row)
    return True


def put(seat: Seat, row: RoomReadingList, resource: RoomResource) -> None:
    """Put a resource at the end of a list; one that is in it stays where it is. Refused beyond 200."""
    _check(seat)
    lock(row)
    last, held = db.session.execute(
        select(func.max(RoomReadingItem.position), func.count()).where(RoomReadingItem.list_id == row.id)
    ).one()
    require(held < MOST_ITEMS, _("A reading list holds at most 200 resources."))
    values = {"list_id": row.id, "resource_id": resource.id, "position": (last or 0) + 1}
    db.session.execute(insert(RoomReadingItem).values(values).on_conflict_do_nothing())
    _note(seat, Verb.ROOM_READING_LIST_CHANGED, row, {"added": resource.public_id})


def take_out(seat: Seat, row: RoomReadingList, resource: RoomResource) -> None:
    """Take a resource out of a list; its ticks stay."""
    _check(seat)
    found = RoomReadingItem.list_id == row.id, RoomReadingItem.resource_id == resource.id
    db.session.execute(delete(RoomReadingItem).where(*found))
    _note(seat, Verb.ROOM_READING_LIST_CHANGED, row, {"removed": resource.public_id})


def shift_item(seat: Seat, row: RoomReadingList, resource: RoomResource, steps: int) -> None:
    """Move a resource by ``steps`` places in a list (negative: up); at the edge it stays."""
    _check(seat)
    lock(row)
    ordered = list(
        db.session.scalars(
            select(RoomReadingItem)
            .where(RoomReadingItem.list_id == row.id)
            .order_by(RoomReadingItem.position, RoomReadingItem.resource_id)
        )
    )
    here = next((place for place, one in enumerate(ordered) if one.resource_id == resource.id), None)
    if here is None:
        return
    ordered.insert(min(max(here + steps, 0), len(ordered) - 1), ordered.pop(here))
    for position, one in enumerate(ordered, 1):
        one.position = position
    db.session.flush()
    _note(seat, Verb.ROOM_READING_LIST_CHANGED, row)


def remove_list(seat: Seat, row: RoomReadingList) -> None:
    """Remove a list; what was in it stays in the room."""
    _check(seat)
    _note(seat, Verb.ROOM_READING_LIST_REMOVED, row)
    db.session.delete(row)
    db.session.flush()


def tick(seat: Seat, resource: RoomResource, *, done: bool) -> None:
    """Note for oneself that one has read a resource, or not yet."""
    require(seat.member is not None, _("Only members keep a reading progress."))
    values = {"membership_id": seat.member_id, "resource_id": resource.id}
    if done:
        row = values | {"ticked_at": clock.now()}
        db.session.execute(insert(RoomReadingTick).values(row).on_conflict_do_nothing())
    else:
        db.session.execute(delete(RoomReadingTick).filter_by(**values))


def _check(seat: Seat) -> None:
    require(may_list(seat), _("Only managers and experts make reading lists."))


def _note(seat: Seat, verb: Verb, row: RoomReadingList, detail: JSON | None = None) -> None:
    note(
        seat, verb, "room_reading_list", row.public_id,
        detail=detail, logged=True, managers_only=True,
    )  # fmt: skip
