"""The only ways a view gets a room: through what the actor may see, else NotFound."""

from __future__ import annotations

from flask import url_for
from werkzeug.exceptions import HTTPException

from app.core.access import Actor
from app.core.errors import NotFound, api_path
from app.irooms import refusals, seats
from app.irooms.models import IdentityMode
from app.irooms.policy import may_oversee
from app.irooms.seats import Seat


def nothing(seat: Seat) -> NotFound:
    """Return the 404 to raise for a thing of a room that is not there, or not for this member; it is kept."""
    masked = seat.room.identity == IdentityMode.PSEUDONYM and seat.member is not None
    return refusals.refuse(seat.room.public_id, seat.member.public_id if masked and seat.member else "")


class DoorFirst(HTTPException):
    """A member has something to do at the door first: accept the terms, set up the second factor."""

    code = 303

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug

    def get_headers(self, environ: object = None, scope: object = None) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Location", url_for("irooms.door", slug=self.slug)),
        ]

    def get_body(self, environ: object = None, scope: object = None) -> str:
        return ""


def room(actor: Actor, slug: str) -> Seat:
    """A room whose front page the actor may see: a member's, a listed one, one that a group of theirs may enter."""
    found = seats.seat(actor, slug)
    if found is None:
        raise refusals.refuse(slug)
    return found


def mine(actor: Actor, slug: str) -> Seat:
    """A room the actor is a member of, the door not passed yet perhaps."""
    found = room(actor, slug)
    if found.member is None:
        raise refusals.refuse(slug)
    return found


def entered(actor: Actor, slug: str) -> Seat:
    """A room whose content is open to the actor now. Raises DoorFirst for a member with a step to take.

    A program gets the 404 instead: a door is for people.
    """
    found = room(actor, slug)
    if found.inside:
        return found
    if found.member is not None and not api_path():
        raise DoorFirst(slug)
    raise nothing(found)


def written(actor: Actor, slug: str) -> Seat:
    """A room the actor may write in."""
    found = entered(actor, slug)
    if not found.writes:
        raise nothing(found)
    return found


def managed(actor: Actor, slug: str) -> Seat:
    """A room the actor manages."""
    found = entered(actor, slug)
    if not found.manages:
        raise nothing(found)
    return found


def overseen(actor: Actor, slug: str) -> Seat:
    """Any room, for those who oversee rooms (they see that it exists, not what is in it)."""
    found = seats.overseen(slug, actor) if may_oversee(actor) else None
    if found is None:
        raise NotFound
    return found
