"""Who has read what, by face: per resource and per member for managers, one's own; and whose view a code belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select

from app.accounts.models import User
from app.core.database import db
from app.core.ids import canonical_code
from app.irooms.collections import Tree
from app.irooms.faces import faces
from app.irooms.models import Room, RoomGlass
from app.irooms.models.resources import (
    Act,
    RoomResource,
    RoomResourcePage,
    RoomResourceVersion,
    RoomResourceView,
)
from app.irooms.queries.resources.rows import visible
from app.irooms.seats import Seat
from app.records.models import Activity

PAGE = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who was shown a resource or took it away, over all days; ``member`` is their id in the room."""

    label: str
    member: str
    first_at: datetime
    last_at: datetime
    seconds: int
    pages: int
    downloads: int

    @property
    def minutes(self) -> int:
        """Minutes of reading, rounded up."""
        return -(-self.seconds // 60)


@dataclass(frozen=True, slots=True)
class Look:
    """One view or download as a trail shows it; without title when the resource is not open to the reader any more."""

    id: int
    act: str
    at: datetime
    seconds: int
    pages: str
    code: str
    version: int
    resource: str
    title: str
    language: str

    @property
    def minutes(self) -> int:
        """Minutes of reading, rounded up."""
        return -(-self.seconds // 60)


@dataclass(frozen=True, slots=True)
class Traced:
    """What a code leads to: whose view or download it was, of what, when; ``page`` as the mark says, from 1.

    ``page_sent`` says whether that page was given out in this view at all.
    """

    room: Room
    label: str
    member: str
    act: str
    started_at: datetime
    last_at: datetime
    resource: str
    title: str
    language: str
    version: int
    code: str
    pages: str
    page: int | None
    page_sent: bool
    url: str = ""  # where it leads, when it is no resource


Source = Callable[[str, Room | None], Traced | None]
_others: dict[str, Source] = {}


def provide_codes(part: str, source: Source) -> None:
    """Let another part of rooms answer for the codes that it prints: ``source(code, room)``, any room for None."""
    _others[part] = source


def readers(seat: Seat, resource: RoomResource) -> Sequence[Reader]:
    """Return who was shown a resource or took it away, latest first, at most 500. Three queries."""
    views = RoomResourceView
    rows = db.session.execute(
        select(
            views.membership_id,
            views.glass_id,
            func.min(views.started_at),
            func.max(views.last_at),
            func.sum(views.seconds),
            func.coalesce(func.sum(_pages_opened()), 0),
            func.count().filter(views.act == Act.DOWNLOAD),
        )
        .where(views.resource_id == resource.id)
        .group_by(views.membership_id, views.glass_id)
        .order_by(func.max(views.last_at).desc())
        .limit(500)
    ).all()
    names = _names(seat.room, [(row[0], row[1]) for row in rows])
    return [Reader(*names[row[0], row[1]], *row[2:4], int(row[4]), int(row[5]), row[6]) for row in rows]


def _pages_opened() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(RoomResourcePage.view_id == RoomResourceView.id, RoomResourcePage.opened_at.is_not(None))
        .correlate(RoomResourceView)
        .scalar_subquery()
    )


def looks(
    seat: Seat, shelves: Tree, of: ColumnElement[bool], before: int | None = None
) -> tuple[Sequence[Look], int | None]:
    """Return a page of views and downloads, latest first, and from where the next goes on (None: the end).

    ``of`` picks whose. What is not open to the *seat* now has no title.
    """
    wanted = _looks().where(of).order_by(RoomResourceView.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(RoomResourceView.id < before)
    rows = db.session.execute(wanted).all()
    page = rows[:PAGE]
    open_ones = _open(seat, shelves, [row[1].id for row in page])
    pages = _pages([row[0].id for row in page])
    found = [
        Look(
            view.id,
            view.act,
            view.started_at,
            view.seconds,
            pages.get(view.id, ""),
            view.code,
            number,
            resource.public_id if resource.id in open_ones else "",
            resource.title if resource.id in open_ones else "",
            resource.language,
        )
        for view, resource, number in page
    ]
    return found, (page[-1][0].id if len(rows) > PAGE else None)


def trace(typed: str, room: Room | None = None) -> Traced | None:
    """Return what a typed code leads to, within ``room`` where given; None when to nothing there.

    The code may end with the page, as in the mark (``7K3M-Q0ZX/12``).
    """
    text, _slash, ending = typed.partition("/")
    page = (
        int(ending) if ending.strip().isascii() and ending.strip().isdecimal() and len(ending) < 8 else None
    )
    code = canonical_code(text)
    wanted = _looks().where(RoomResourceView.code == code)
    if room is not None:
        wanted = wanted.where(RoomResourceView.room_id == room.id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        return next((found for source in _others.values() if (found := source(code, room))), None)
    view, resource, number = row
    owner = room or db.session.get_one(Room, view.room_id)
    label, member = _names(owner, [(view.membership_id, view.glass_id)])[view.membership_id, view.glass_id]
    sent = page is not None and db.session.get(RoomResourcePage, (view.id, page)) is not None
    return Traced(
        owner, label, member, view.act, view.started_at, view.last_at, resource.public_id, resource.title,
        resource.language, number, view.code, _pages([view.id]).get(view.id, ""), page, sent,
    )  # fmt: skip


def ranges(pages: Iterable[int]) -> str:
    """Return page numbers in a line: ``1-3, 7``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _looks() -> Select[RoomResourceView, RoomResource, int]:
    return (
        select(RoomResourceView, RoomResource, RoomResourceVersion.number)
        .join(RoomResource, RoomResource.id == RoomResourceView.resource_id)
        .join(RoomResourceVersion, RoomResourceVersion.id == RoomResourceView.version_id)
    )


def _open(seat: Seat, shelves: Tree, ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    return set(
        db.session.scalars(
            select(RoomResource.id)
            .outerjoin(Activity, Activity.key == RoomResource.training_key)
            .where(RoomResource.id.in_(ids), visible(seat, shelves))
        )
    )


def _pages(view_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the pages given out in views, as a line each."""
    if not view_ids:
        return {}
    rows = db.session.execute(
        select(RoomResourcePage.view_id, func.array_agg(RoomResourcePage.page))
        .where(RoomResourcePage.view_id.in_(view_ids), RoomResourcePage.opened_at.is_not(None))
        .group_by(RoomResourcePage.view_id)
    )
    return {view_id: ranges(numbers) for view_id, numbers in rows}


def _names(
    room: Room, viewers: Sequence[tuple[int | None, int | None]]
) -> Mapping[tuple[int | None, int | None], tuple[str, str]]:
    """Return how viewers appear in the room, with their id in it; administrators by name, as in the room's log."""
    found = faces(room, [member for member, _glass in viewers])
    glasses = [glass for _member, glass in viewers if glass is not None]
    administrators = _administrators(glasses) if glasses else {}
    return {
        (member, glass): (
            (found[member].label, found[member].id)
            if member is not None
            else (_("Administrator %(name)s", name=administrators[glass or 0].name), "")
        )
        for member, glass in viewers
    }


def _administrators(glasses: Sequence[int]) -> Mapping[int, User]:
    rows = db.session.execute(
        select(RoomGlass.id, User).join(User, User.id == RoomGlass.user_id).where(RoomGlass.id.in_(glasses))
    )
    return dict(rows.all())
