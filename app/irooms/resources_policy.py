"""Who may do what with a resource that they may see."""

from __future__ import annotations

from app.irooms.collections import Tree
from app.irooms.models import Download
from app.irooms.models.resources import ResourceKind, ResourceState, RoomResource
from app.irooms.queries.resources.rows import Row
from app.irooms.seats import Seat
from app.media.models import MediaFile
from app.media.vocabulary import Family, TextState


def may_edit(seat: Seat, shelves: Tree, resource: RoomResource) -> bool:
    """Whether the seat may change a resource: its managers, and who added it while they may add there."""
    if not seat.writes:
        return False
    own = seat.member is not None and resource.created_by == seat.member.id
    return seat.manages or (own and resource.collection_id in shelves.writable)


def may_list(seat: Seat) -> bool:
    """Whether the seat may make reading lists."""
    return seat.writes and seat.answers


def may_read(seat: Seat, row: Row) -> bool:
    """Whether the seat may read a resource's content now: what was withdrawn only its managers."""
    return row.resource.state == ResourceState.CURRENT or (
        row.resource.state == ResourceState.WITHDRAWN and seat.manages
    )


def may_download(seat: Seat, row: Row) -> bool:
    """Whether the room's policy lets a file be taken away, as it is or stamped."""
    file = row.file
    if row.resource.kind != ResourceKind.FILE or file is None or not file.ready or not may_read(seat, row):
        return False
    if seat.room.download == Download.STAMPED:
        return file.stampable
    return seat.room.download == Download.ALLOWED


def may_play(seat: Seat, row: Row) -> bool:
    """Whether a file is sound or film that the seat may listen to or watch on the page."""
    file = row.file
    if file is None or not file.ready or not may_read(seat, row):
        return False
    return file.sort is not None and file.sort.family in {Family.SOUND, Family.FILM}


def has_text(file: MediaFile) -> bool:
    """Whether a file's text can be read on the page."""
    return file.ready and file.text_state == TextState.READY
