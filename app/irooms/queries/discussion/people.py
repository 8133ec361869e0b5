"""Members to be mentioned, by their faces."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import db
from app.irooms.faces import Face, faces
from app.irooms.models import RoomMembership
from app.irooms.seats import Seat, present

MOST_OFFERED = 20
MOST_LISTED = 500


def to_mention(seat: Seat, typed: str = "", limit: int = MOST_LISTED) -> Sequence[Face]:
    """Return present members whose face holds what was typed, those whose face begins with it first. Two queries.

    Faces are narrowed as the reader sees them: nothing else about a member can be found out this way.
    """
    ids = db.session.scalars(
        select(RoomMembership.id).where(RoomMembership.room_id == seat.room.id, present()).limit(5_000)
    ).all()
    wanted = typed.casefold().strip()
    own = seat.member.public_id if seat.member else ""
    found = [
        face for face in faces(seat.room, ids).values() if wanted in face.label.casefold() and face.id != own
    ]
    found.sort(key=lambda face: (not face.label.casefold().startswith(wanted), face.label.casefold()))
    return found[:limit]


def by_public_id(seat: Seat, ids: Sequence[str]) -> Sequence[Face]:
    """Return the faces of present members by their ids in the room, in that order."""
    if not ids:
        return []
    wanted = select(RoomMembership.id).where(
        RoomMembership.room_id == seat.room.id, RoomMembership.public_id.in_(ids), present()
    )
    found = {face.id: face for face in faces(seat.room, db.session.scalars(wanted).all()).values()}
    return [found[one] for one in dict.fromkeys(ids) if one in found]
