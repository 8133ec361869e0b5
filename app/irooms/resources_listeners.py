"""What resources do when their files were checked."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core.database import db
from app.irooms import resources_notices, resources_search
from app.irooms.actions.resources.publishing import keep_act, settle
from app.irooms.models import Room, RoomMembership
from app.irooms.models.resources import RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_topic, whole_tree
from app.live.actions import announce
from app.media.events import FilePaged, FileQuarantined, FileReady, FileRefused


def show_version(event: FileReady) -> None:
    """Show the version whose file passed its checks."""
    found = _of_file(event.file_id)
    if found is not None:
        resource, version = found
        lock(resource)
        settle(resource, version)


def find_pages(event: FilePaged) -> None:
    """Let the pages that were made of a file be found."""
    found = _of_file(event.file_id)
    if found is not None and found[0].current_id == found[1].id:
        resources_search.refresh(found[0])


def note_refusal(event: FileRefused) -> None:
    """Write down that a file was not taken, and tell who sent it."""
    found = _of_file(event.file_id)
    if found is None:
        return
    resource, version = found
    room, author = _note(resource, version, Verb.ROOM_FILE_REFUSED, {"reason": event.reason})
    resources_notices.told_of_refusal(room, resource, author)
    announce(collection_topic(room.id, resource.collection_id))


def note_quarantine(event: FileQuarantined) -> None:
    """Write down that a file is held back; its text is not found any more."""
    found = _of_file(event.file_id)
    if found is None:
        return
    resource, version = found
    _note(resource, version, Verb.ROOM_FILE_QUARANTINED, {})
    if resource.current_id is not None:
        resources_search.refresh(resource)


def _note(
    resource: RoomResource, version: RoomResourceVersion, verb: Verb, detail: dict[str, str]
) -> tuple[Room, RoomMembership]:
    room = db.session.get_one(Room, resource.room_id)
    author = db.session.get_one(RoomMembership, version.created_by)
    keep_act(room, author, whole_tree(room), verb, resource, {"version": version.number, **detail})
    return room, author


def _of_file(file_id: int) -> tuple[RoomResource, RoomResourceVersion] | None:
    row = db.session.execute(
        select(RoomResource, RoomResourceVersion)
        .join(RoomResourceVersion, RoomResourceVersion.resource_id == RoomResource.id)
        .where(RoomResourceVersion.file_id == file_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None
