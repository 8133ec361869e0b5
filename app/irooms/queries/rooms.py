"""Rooms, their members, invitations, requests and log, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, literal, or_, select

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.irooms.actions.entering import digest
from app.irooms.faces import OF_PERSON, Face, face_of, faces
from app.irooms.models import (
    IdentityMode,
    Room,
    RoomInvitation,
    RoomLog,
    RoomMembership,
    RoomRequest,
    RoomTerms,
)
from app.irooms.seats import Seat, offered, present
from app.irooms.trail import WORDS

LOG_PAGE = 50
MEMBERS_PAGE = 50


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the page of members shows them."""

    row: RoomMembership
    face: Face


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that waits, with who asks: a manager must know whom they let in."""

    row: RoomRequest
    person: User


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the room's log as a sentence; ``system`` when no member did it."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A room as those who oversee rooms see it: that it is there, not what is in it."""

    room: Room
    members: int


def offered_rooms(actor: Actor) -> Sequence[Room]:
    """Return open rooms that the actor is not in and whose front page they may see, by title."""
    if not actor.approved:
        return []
    mine = select(RoomMembership.room_id).where(RoomMembership.user_id == actor.user_id, present())
    return db.session.scalars(
        select(Room).where(offered(actor), Room.id.not_in(mine)).order_by(Room.title, Room.id).limit(200)
    ).all()


def overview() -> Sequence[Overview]:
    """Return every room with the number of its present members, newest first."""
    rows = db.session.execute(
        select(Room, func.count(RoomMembership.id))
        .outerjoin(RoomMembership, and_(RoomMembership.room_id == Room.id, present()))
        .group_by(Room.id)
        .order_by(Room.id.desc())
        .limit(500)
    )
    return [Overview(room, count) for room, count in rows]


def member_count(room: Room) -> int:
    """Return how many members a room has now."""
    counted = (
        select(func.count()).select_from(RoomMembership).where(RoomMembership.room_id == room.id, present())
    )
    return int(db.session.scalar(counted) or 0)


def members(
    room: Room, *, offset: int = 0, limit: int = MEMBERS_PAGE, former: bool = False
) -> Sequence[Member]:
    """Return a room's members, managers and experts first; with ``former`` those who are no longer in it."""
    role_order = func.array_position(["manager", "expert", "member", "observer"], RoomMembership.role)
    which = ~present() if former else present()
    if room.identity == IdentityMode.PSEUDONYM:  # no name is read, and the order tells nothing
        rows = db.session.scalars(
            select(RoomMembership)
            .where(RoomMembership.room_id == room.id, which)
            .order_by(role_order, RoomMembership.alias)
            .offset(offset)
            .limit(limit)
        ).all()
        found = faces(room, [row.id for row in rows])
        return [Member(row, found[row.id]) for row in rows]
    people = db.session.execute(
        select(RoomMembership, User)
        .options(OF_PERSON)
        .join(User, User.id == RoomMembership.user_id)
        .where(RoomMembership.room_id == room.id, which)
        .order_by(role_order, *_order(room))
        .offset(offset)
        .limit(limit)
    )
    return [Member(row, face_of(room, row, person)) for row, person in people]


def _order(room: Room) -> tuple[Any, ...]:
    if room.identity == IdentityMode.NAME:
        return (func.lower(User.family_name), User.id)
    return (RoomMembership.number,)


def member(seat: Seat, public_id: str) -> RoomMembership | None:
    """Return a member of the seat's room by their id in it."""
    return db.session.scalars(
        select(RoomMembership).where(
            RoomMembership.room_id == seat.room.id, RoomMembership.public_id == public_id
        )
    ).one_or_none()


def open_invitations(room: Room) -> Sequence[RoomInvitation]:
    """Return invitations that may still be accepted, newest first."""
    return db.session.scalars(
        select(RoomInvitation)
        .where(RoomInvitation.room_id == room.id, RoomInvitation.accepted_at.is_(None))
        .where(RoomInvitation.revoked_at.is_(None), RoomInvitation.expires_at > clock.now())
        .order_by(RoomInvitation.id.desc())
    ).all()


def invitation(seat: Seat, public_id: str) -> RoomInvitation | None:
    """Return an invitation of the seat's room."""
    return db.session.scalars(
        select(RoomInvitation).where(
            RoomInvitation.room_id == seat.room.id, RoomInvitation.public_id == public_id
        )
    ).one_or_none()


def invitation_by(token: str) -> tuple[RoomInvitation, Room] | None:
    """Return the invitation that a link's token is for, with its room."""
    row = db.session.execute(
        select(RoomInvitation, Room)
        .join(Room, Room.id == RoomInvitation.room_id)
        .where(RoomInvitation.digest == digest(token))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def waiting_requests(room: Room) -> Sequence[Asking]:
    """Return requests that wait for a decision, oldest first."""
    rows = db.session.execute(
        select(RoomRequest, User)
        .join(User, User.id == RoomRequest.user_id)
        .where(RoomRequest.room_id == room.id, RoomRequest.state == "waiting")
        .order_by(RoomRequest.id)
    )
    return [Asking(*row) for row in rows]


def waiting_count(room: Room) -> ScalarSelect[int]:
    """Return how many requests wait for a decision, as a part of a statement."""
    return (
        select(func.count())
        .select_from(RoomRequest)
        .where(RoomRequest.room_id == room.id, RoomRequest.state == "waiting")
        .scalar_subquery()
    )


def request(seat: Seat, public_id: str) -> RoomRequest | None:
    """Return a request to come into the seat's room."""
    return db.session.scalars(
        select(RoomRequest).where(RoomRequest.room_id == seat.room.id, RoomRequest.public_id == public_id)
    ).one_or_none()


def terms(room: Room) -> RoomTerms | None:
    """Return the terms in force."""
    return db.session.get(RoomTerms, (room.id, room.terms_version)) if room.terms_version else None


def log(seat: Seat, before: int | None = None) -> tuple[Sequence[Line], int | None]:
    """Return a page of the room's log, newest first, and from where the next page goes on (None: the end)."""
    shown = or_(~RoomLog.managers_only, literal(seat.manages))
    wanted = select(RoomLog).where(RoomLog.room_id == seat.room.id, shown)
    if before is not None:
        wanted = wanted.where(RoomLog.id < before)
    rows = db.session.scalars(wanted.order_by(RoomLog.id.desc()).limit(LOG_PAGE + 1)).all()
    page = rows[:LOG_PAGE]
    found = faces(seat.room, [one for row in page for one in (row.membership_id, row.about_id)])
    lines = [Line(row.at, _sentence(row, found)) for row in page]
    return lines, (page[-1].id if len(rows) > LOG_PAGE else None)


def _sentence(row: RoomLog, found: Mapping[int, Face]) -> str:
    values = {name: str(value) for name, value in row.detail.items()}
    for name, id in (("who", row.membership_id), ("about", row.about_id)):
        values[name] = found[id].label if id is not None and id in found else ""
    words = WORDS.get(row.verb)
    return str(words) % values if words is not None else row.verb
