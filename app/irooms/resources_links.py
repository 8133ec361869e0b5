"""Links to a room's files, and the marks in what they give: the seat and its rights are asked again at every use."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.queries import person_of
from app.core.access import Actor
from app.core.database import db
from app.irooms import seats
from app.irooms.faces import own_face
from app.irooms.models import Download, Room
from app.irooms.models.resources import RoomResource, RoomResourceVersion, RoomResourceView
from app.irooms.queries.resources.collections import tree
from app.irooms.queries.resources.rows import Row, select_rows, visible
from app.irooms.resources_policy import may_download, may_play
from app.irooms.seats import Seat
from app.media import links
from app.media.links import Claim, Grant

DOWNLOAD, PLAY = "download", "play"
_PLAYING = timedelta(hours=3)


def download_url(seat: Seat, row: Row, code: str) -> str:
    """Return where the seat takes a file away; ``code`` is that of this download, to be stamped."""
    assert row.file is not None
    return links.file_url(seat.actor, row.file, purpose=DOWNLOAD, about={"c": code})


def playing_url(seat: Seat, row: Row, code: str) -> str:
    """Return where a player on the page gets sound or film from, for as long as one listens; ``code`` is the view's."""
    assert row.file is not None
    return links.file_url(seat.actor, row.file, purpose=PLAY, about={"c": code}, ttl=_PLAYING)


def may_get(actor: Actor, claim: Claim) -> Grant | None:
    """Answer for a link to a file in a collection: a seat, the collection, the policy, all as they are now."""
    found = _row(actor, claim)
    if found is None:
        return None
    seat, row = found
    code = _own_code(seat, row, claim)
    if code is None:
        return None
    if claim.purpose == PLAY:
        return Grant() if may_play(seat, row) else None
    if claim.purpose != DOWNLOAD or not may_download(seat, row):
        return None
    stamped = seat.room.download == Download.STAMPED
    return Grant(mark_lines(seat, code, claim.issued_at) if stamped else None)


def mark_lines(seat: Seat, code: str, at: datetime, page: int | None = None) -> list[str]:
    """Return what a mark says: how the reader appears in this room, when, and the code that leads back to the view."""
    return [label(seat), f"{at:%Y-%m-%d %H:%M} UTC", code if page is None else f"{code}/{page}"]


def label(seat: Seat) -> str:
    """Return how the reader appears in this room; an administrator who broke the glass by name."""
    if seat.member is None:
        return seat.actor.name
    return own_face(seat.room, seat.member, person_of(seat.actor))


def _row(actor: Actor, claim: Claim) -> tuple[Seat, Row] | None:
    """Return seat and resource of a claim, when the actor is inside and the resource is there for them."""
    public_id = db.session.scalar(
        select(Room.public_id)
        .join(RoomResource, RoomResource.room_id == Room.id)
        .join(RoomResourceVersion, RoomResourceVersion.resource_id == RoomResource.id)
        .where(RoomResourceVersion.file_id == claim.file.id)
    )
    seat = seats.seat(actor, public_id) if public_id else None
    if seat is None or not seat.inside:
        return None
    found = db.session.execute(
        select_rows(of_version=RoomResourceVersion.file_id == claim.file.id).where(visible(seat, tree(seat)))
    ).one_or_none()
    return (seat, Row(*found)) if found else None


def _own_code(seat: Seat, row: Row, claim: Claim) -> str | None:
    """Return the code the link was made with, when it stands for a look of this seat at this version."""
    found = db.session.scalars(
        select(RoomResourceView).where(
            RoomResourceView.code == str(claim.about.get("c", "")),
            RoomResourceView.version_id == row.version.id,
        )
    ).one_or_none()
    if found is None:
        return None
    own = (
        found.membership_id == seat.member.id
        if seat.member
        else seat.glass is not None and found.glass_id == seat.glass.id
    )
    return found.code if own else None
