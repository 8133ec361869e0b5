"""Every look at a resource is kept: who was shown which version, which pages, for how long; who took it away.

Each gets a short code that is drawn into what was shown, so that a page found elsewhere leads back to its view.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, DateTime, and_, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock, ids
from app.core.access import Actor
from app.core.database import JSON, db
from app.irooms.models import Room, RoomGlass, RoomMembership
from app.irooms.models.resources import (
    Act,
    RoomResource,
    RoomResourcePage,
    RoomResourceVersion,
    RoomResourceView,
)
from app.irooms.queries.resources.reading import ranges
from app.irooms.resources_register import tell_once
from app.irooms.seats import Seat
from app.irooms.trail import keep, note
from app.records.models import Verb as Fact

QUIET = timedelta(minutes=30)
"""Who has not turned a page for so long has put the document down: the audit is told how much was read."""
LONGEST_BEAT = 60
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Look:
    """A view or download that was just written down: its number, its code, when."""

    id: int
    code: str
    at: datetime


def look(
    seat: Seat,
    resource: RoomResource,
    version: RoomResourceVersion,
    page: int | None = None,
    *,
    opened: bool = True,
) -> Look:
    """Note that the seat is shown a version now, or a ``page`` of it. One statement, but for the first of a day.

    There is one view a viewer, version and UTC day; the first is told to audit and register. A page that is not
    ``opened`` was fetched ahead: it has left the server, and nobody has turned to it yet.
    """
    found = _again(seat, version, page, opened=opened)
    while found is None:
        _first(seat, resource, version)
        found = _again(seat, version, page, opened=opened)
    return found


def take_away(seat: Seat, resource: RoomResource, version: RoomResourceVersion) -> Look:
    """Note that the seat takes a version away; every time is a row with a code of its own."""
    made = None
    while made is None:
        made = _insert(seat, resource, version, Act.DOWNLOAD)
    detail = {"version": version.number, "code": made.code}
    note(seat, Verb.ROOM_RESOURCE_DOWNLOADED, "room_resource", resource.public_id, detail=detail)
    if seat.member is not None:
        tell_once(seat.room, seat.member, Fact.DOWNLOADED, resource, version, made.at.date())
    return made


def read_on(seat: Seat, resource: RoomResource, code: str, number: int, seconds: int) -> int:
    """Add ``seconds`` of reading to a page of the seat's own view; returns how many were believed.

    Never more than a minute at once, nor in all more than have passed since the view began. A page that was never
    sent, and a view of somebody else's, get none.
    """
    view = db.session.scalars(
        select(RoomResourceView)
        .where(
            RoomResourceView.code == code,
            RoomResourceView.resource_id == resource.id,
            RoomResourceView.act == Act.VIEW,
            viewer(seat),
        )
        .with_for_update()
    ).one_or_none()
    if view is None:
        return 0
    now = clock.now()
    passed = int((now - view.started_at).total_seconds())
    believed = max(0, min(seconds, LONGEST_BEAT, passed - view.seconds))
    added = db.session.execute(
        update(RoomResourcePage)
        .where(RoomResourcePage.view_id == view.id, RoomResourcePage.page == number)
        .values(seconds=RoomResourcePage.seconds + believed)
    )
    if not added.rowcount:  # type: ignore[attr-defined]
        return 0
    view.seconds += believed
    view.last_at = now
    db.session.flush()
    return believed


def tell_readings() -> int:
    """Tell the audit how much was read in views that have gone quiet; returns how many."""
    quiet = db.session.scalars(
        select(RoomResourceView)
        .where(
            RoomResourceView.act == Act.VIEW,
            RoomResourceView.last_at < clock.now() - QUIET,
            (RoomResourceView.told_at.is_(None)) | (RoomResourceView.told_at < RoomResourceView.last_at),
        )
        .order_by(RoomResourceView.last_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for view in quiet:
        _tell_reading(view)
    db.session.flush()
    return len(quiet)


def _tell_reading(view: RoomResourceView) -> None:
    pages = db.session.scalars(
        select(RoomResourcePage.page)
        .where(RoomResourcePage.view_id == view.id, RoomResourcePage.opened_at.is_not(None))
        .order_by(RoomResourcePage.page)
    ).all()
    member = db.session.get(RoomMembership, view.membership_id) if view.membership_id else None
    glass = db.session.get(RoomGlass, view.glass_id) if view.glass_id else None
    resource = db.session.get_one(RoomResource, view.resource_id)
    version = db.session.get_one(RoomResourceVersion, view.version_id)
    user_id = member.user_id if member else glass.user_id if glass else None
    detail: JSON = {
        "version": version.number,
        "pages": ranges(pages),
        "seconds": view.seconds,
        "code": view.code,
    }
    keep(
        db.session.get_one(Room, view.room_id), member, Verb.ROOM_RESOURCE_READ, "room_resource",
        resource.public_id, actor=Actor(user_id=user_id), detail=detail,
    )  # fmt: skip
    view.told_at = clock.now()


def viewer(seat: Seat) -> ColumnElement[bool]:
    """Views of the seat's own: a member's, or those of an opening by break glass."""
    if seat.member is not None:
        return RoomResourceView.membership_id == seat.member.id
    assert seat.glass is not None
    return RoomResourceView.glass_id == seat.glass.id


def _again(seat: Seat, version: RoomResourceVersion, page: int | None, *, opened: bool) -> Look | None:
    """Note another look of today, and the page with it; None when there has been none today."""
    now = clock.now()
    touched = (
        update(RoomResourceView)
        .where(
            RoomResourceView.version_id == version.id,
            RoomResourceView.day == now.date(),
            RoomResourceView.act == Act.VIEW,
            viewer(seat),
        )
        .values(last_at=now)
        .returning(RoomResourceView.id, RoomResourceView.code, RoomResourceView.last_at)
        .cte("touched")
    )
    wanted = select(touched)
    if page is not None:
        wanted = wanted.add_cte(_page(touched, page, now, opened=opened))
    row = db.session.execute(wanted).one_or_none()
    return Look(*row) if row else None


def _page(touched: CTE, page: int, now: datetime, *, opened: bool) -> CTE:
    """Return the statement that notes a page of the view ``touched``: sent, and opened the first time it is."""
    values = select(
        touched.c.id,
        literal(page),
        literal(now),
        literal(now if opened else None, DateTime(True)),
        literal(0),
    )
    made = insert(RoomResourcePage).from_select(
        ["view_id", "page", "sent_at", "opened_at", "seconds"], values
    )
    keys = [RoomResourcePage.view_id, RoomResourcePage.page]
    if not opened:
        return made.on_conflict_do_nothing().cte("page")
    return made.on_conflict_do_update(
        index_elements=keys, set_={"opened_at": now}, where=RoomResourcePage.opened_at.is_(None)
    ).cte("page")


def _first(seat: Seat, resource: RoomResource, version: RoomResourceVersion) -> None:
    made = _insert(seat, resource, version, Act.VIEW)
    if made is None:
        return
    detail = {"version": version.number, "code": made.code}
    note(seat, Verb.ROOM_RESOURCE_VIEWED, "room_resource", resource.public_id, detail=detail)
    if seat.member is not None:
        tell_once(seat.room, seat.member, Fact.VIEWED, resource, version, made.at.date())


def _insert(seat: Seat, resource: RoomResource, version: RoomResourceVersion, act: Act) -> Look | None:
    """Insert a row; None when another one of the same day was faster, or the code is taken."""
    now = clock.now()
    row: dict[str, Any] = {
        "code": ids.code(2),
        "act": act,
        "room_id": seat.room.id,
        "resource_id": resource.id,
        "version_id": version.id,
        "membership_id": seat.member.id if seat.member else None,
        "glass_id": None if seat.member else seat.glass.id if seat.glass else None,
        "day": now.date(),
        "started_at": now,
        "last_at": now,
        "seconds": 0,
    }
    made = db.session.execute(
        insert(RoomResourceView)
        .values(row)
        .on_conflict_do_nothing()
        .returning(RoomResourceView.id, RoomResourceView.code, RoomResourceView.last_at)
    ).one_or_none()
    return Look(*made) if made else None


def own_row(seat: Seat) -> ColumnElement[bool]:
    """Rows of the seat's own views within its room."""
    return and_(RoomResourceView.room_id == seat.room.id, viewer(seat))
