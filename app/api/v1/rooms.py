"""Rooms that are open to the caller. A room that wants a second factor does not open to a token made without one."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.room_schemas import RoomDetail, RoomEntry, RoomList, RoomPolicy
from app.api.v1.schemas import ListQuery, Query
from app.core.access import access, approved, current_actor
from app.irooms import loaders, seats
from app.irooms.queries import rooms as queries
from app.irooms.seats import Seat

_ROOMS = "rooms"
SLUG = {"slug": "The room's random address."}


@bp.get("/irooms")
@access(with_token(Scope.ROOMS, approved))
@operation("The rooms that are open to the caller", query=ListQuery, answer=RoomList)
def irooms(query: ListQuery) -> RoomList:
    """In the order of their titles."""
    after = cursors.read(query.cursor, _ROOMS, {})
    open_ones = sorted(
        (seat for seat in seats.seats_of(current_actor()) if seat.inside),
        key=lambda seat: (seat.room.title, seat.room.public_id),
    )
    left = [seat for seat in open_ones if after is None or (seat.room.title, seat.room.public_id) > after]
    page = left[: query.limit]
    following = None
    if len(left) > len(page):
        cursor = cursors.made(_ROOMS, {}, [page[-1].room.title, page[-1].room.public_id])
        following = url_for(
            "api_v1.irooms", limit=query.limit, cursor=cursor, lang=query.lang, _external=True
        )
    return RoomList(data=[RoomEntry(**_entry(seat)) for seat in page], next=following)


@bp.get("/irooms/<slug>")
@access(with_token(Scope.ROOMS, approved), seat=loaders.entered)
@operation("One room", query=Query, answer=RoomDetail, path=SLUG)
def iroom(query: Query, seat: Seat) -> RoomDetail:
    """What the room is for, its policy, the caller's membership."""
    room = seat.room
    policy = {name: getattr(room, name) for name in RoomPolicy.model_fields}
    return RoomDetail(
        **_entry(seat),
        purpose=room.purpose,
        members=queries.member_count(room),
        policy=RoomPolicy(**policy),
        opened_at=room.created_at,
    )


def _entry(seat: Seat) -> dict[str, Any]:
    room = seat.room
    return {
        "slug": room.public_id,
        "title": room.title,
        "topic": room.topic,
        "languages": list(room.languages),
        "role": seat.role.value,
        "closed": room.closed_at is not None,
        "membership_ends_at": seat.member.ends_at if seat.member else None,
        "address": url_for("irooms.room", slug=room.public_id, _external=True),
    }
