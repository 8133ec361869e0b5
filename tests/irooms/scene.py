"""A room with the cast in it: who opened it, who is in it in which role, who is outside, who was removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from app.core.access import act_as
from app.core.database import db
from app.irooms.actions import membership
from app.irooms.actions import rooms as actions
from app.irooms.actions.rooms import About, Policy
from app.irooms.models import Room, RoomMembership
from app.irooms.seats import Seat, seat
from tests.cast import Cast, Player

TITLE = "Electronic evidence in practice"
ROLES: Mapping[str, str] = {
    "member": "member",
    "expert": "expert",
    "practitioner": "observer",
    "owner": "member",
}
"""Who is in the room beside its manager (``room_manager``); ``expelled`` was in it; ``outsider`` never was."""


@dataclass(slots=True)
class RoomScene:
    """A room of the cast, outside a transaction: its address, and members' ids in it by the cast's names."""

    slug: str
    id: int
    members: dict[str, str] = field(default_factory=dict)
    membership_ids: dict[str, int] = field(default_factory=dict)

    def path(self, rest: str = "") -> str:
        """Return the address of something in the room (``/members``)."""
        return f"/irooms/{self.slug}{rest}"


def seat_of(player: Player, slug: str) -> Seat:
    """Return somebody's seat before a room, inside a transaction; also lets them act."""
    actor = player.actor()
    act_as(actor)
    found = seat(actor, slug)
    assert found is not None, f"{player.name} may not know of the room"
    return found


def open_scene(
    cast: Cast, *, title: str = TITLE, terms: str = "", people: Mapping[str, str] = ROLES, **policy: Any
) -> RoomScene:
    """Open a room, inside a transaction; ``policy`` names columns of the policy (``identity="pseudonym"``)."""
    manager = cast("room_manager")
    about = About(title, "electronic-evidence", "To share what works.", ["en", "ar"])
    opened = actions.open_room(manager.actor(), about, replace(Policy(), **policy), terms)
    for name, role in people.items():
        membership.admit(opened.room, cast(name).id, role)
    expelled = membership.admit(opened.room, cast("expelled").id, "member")
    membership.leave(Seat(cast("expelled").actor(), opened.room, expelled))
    db.session.flush()
    rows = db.session.execute(
        select(RoomMembership.user_id, RoomMembership.public_id, RoomMembership.id).where(
            RoomMembership.room_id == opened.room.id
        )
    ).all()
    by_user = {user_id: (public_id, id) for user_id, public_id, id in rows}
    made = RoomScene(opened.room.public_id, opened.room.id)
    for name in (*people, "room_manager", "expelled"):
        made.members[name], made.membership_ids[name] = by_user[cast(name).id]
    return made


def room_of(scene: RoomScene) -> Room:
    """Return the room's row, inside a transaction."""
    return db.session.get_one(Room, scene.id)
