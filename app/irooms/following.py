"""Who may follow a room live: topics ``room:<id>`` and under it; some parts ask for more than to be inside.

``…:managers`` and ``…:experts`` are theirs, ``…:collection:<id>`` is followed by who may read that collection.
"""

from __future__ import annotations

from app.accounts.queries import person_of
from app.core.access import Actor
from app.irooms.faces import own_face
from app.irooms.queries.resources.collections import tree
from app.irooms.seats import Seat, seats_of
from app.live.topics import Seat as Place


def may_follow(actor: Actor, topic: str) -> Place | None:
    """Return the place of an actor who may follow ``topic`` now, until their membership ends; None: no."""
    _room, room_id, *rest = topic.split(":")
    found = next((seat for seat in seats_of(actor) if str(seat.room.id) == room_id), None)
    if found is None or not found.inside or not _may_follow_part(found, rest):
        return None
    if found.member is None:
        return Place(found.glass.ends_at if found.glass else None)
    return Place(found.member.ends_at, own_face(found.room, found.member, person_of(actor)))


def _may_follow_part(seat: Seat, part: list[str]) -> bool:
    match part:
        case ["managers", *_]:
            return seat.manages
        case ["experts", *_]:
            return seat.answers
        case ["collection", collection_id, *_]:
            return collection_id in {str(one) for one in tree(seat).readable}
    return True
