"""Resources are described, ordered, moved, grouped with language variants, withdrawn, restored, discarded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import require
from app.irooms import resources_register, resources_search
from app.irooms.actions.resources.publishing import keep_act
from app.irooms.collections import Node, Tree
from app.irooms.models.resources import ResourceState, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_scope, collection_topic
from app.irooms.queries.resources.listing import in_order
from app.irooms.resources_policy import may_edit
from app.irooms.resources_words import Words
from app.irooms.seats import Seat
from app.live.actions import announce
from app.media import actions as media
from app.media.models import MediaFile
from app.search import actions as search

KIND = "resource"


def describe(seat: Seat, shelves: Tree, resource: RoomResource, words: Words) -> list[str]:
    """Change what is said of a resource; returns the names of what changed. Refused to who may not change it."""
    _check(seat, shelves, resource)
    lock(resource)
    require(
        words.language == resource.language or not _taken(resource.work_key, words.language, resource.id),
        _("This resource is there in that language already."),
    )
    changed = words.write(resource)
    if not changed:
        return []
    db.session.flush()
    _note(seat, shelves, Verb.ROOM_RESOURCE_CHANGED, resource, {"changed": list(changed)})
    _follow(seat, resource)
    return changed


def describe_all(
    seat: Seat, shelves: Tree, resources: Sequence[RoomResource], common: Mapping[str, Any]
) -> int:
    """Give several resources the same words where ``common`` (names of columns) has some; returns how many changed."""
    changed = 0
    for resource in sorted(resources, key=lambda one: one.id):
        changed += bool(describe(seat, shelves, resource, replace(Words.of(resource), **common)))
    return changed


def shift(seat: Seat, shelves: Tree, resource: RoomResource, steps: int) -> None:
    """Move a resource by ``steps`` places in its collection (negative: up). Refused to others than managers."""
    require(seat.manages and seat.writes, _("Only a manager may do this."))
    lock(seat.room)
    ordered = list(in_order(shelves.nodes[resource.collection_id]))
    here = [one.id for one in ordered].index(resource.id)
    there = min(max(here + steps, 0), len(ordered) - 1)
    if here == there:
        return
    ordered.insert(there, ordered.pop(here))
    for position, one in enumerate(ordered, 1):
        if one.position != position:
            one.position = position
    db.session.flush()
    _note(seat, shelves, Verb.ROOM_RESOURCE_MOVED, resource)


def move(seat: Seat, shelves: Tree, resource: RoomResource, into: Node) -> None:
    """Put a resource into another collection, as its last. Refused without the right to add there.

    Who may not read that collection does not find it from this moment on.
    """
    _check(seat, shelves, resource)
    require(into.id in shelves.writable, _("You may not add anything to this collection."))
    lock(seat.room)
    lock(resource)
    if resource.collection_id == into.id:
        return
    both = sorted({resource.collection_id, into.id})
    last = select(func.max(RoomResource.position)).where(RoomResource.collection_id == into.id)
    resource.position = 1 + int(db.session.scalar(last) or 0)
    resource.collection_id = into.id
    db.session.flush()
    for file in _files(resource):
        media.move(file, collection_scope(into.id))
    search.move(KIND, resource.public_id, collection_scope(into.id))
    _note(seat, shelves, Verb.ROOM_RESOURCE_MOVED, resource)
    for collection_id in both:
        announce(collection_topic(seat.room.id, collection_id))


def join_variants(seat: Seat, shelves: Tree, resource: RoomResource, other: RoomResource) -> None:
    """Say that two resources are one work in two languages; whatever either belonged to joins, too.

    Refused when both have one language, or a language would be there twice.
    """
    _check(seat, shelves, resource)
    _check(seat, shelves, other)
    lock(seat.room)
    require(resource.id != other.id, _("Choose another resource."))
    require(bool(resource.language and other.language), _("Give both resources their language first."))
    if resource.work_key == other.work_key:
        return
    mine, theirs = _languages(resource.work_key), _languages(other.work_key)
    require(not mine & theirs, _("Both are there in the same language."))
    moved = update(RoomResource).where(RoomResource.work_key == other.work_key)
    db.session.execute(moved.values(work_key=resource.work_key))
    _note(seat, shelves, Verb.ROOM_RESOURCE_CHANGED, resource, {"changed": ["variants"]})


def part_variant(seat: Seat, shelves: Tree, resource: RoomResource) -> None:
    """Take a resource out of its language variants; it stands for itself again."""
    _check(seat, shelves, resource)
    lock(resource)
    resource.work_key = uuid.uuid4()
    db.session.flush()
    _note(seat, shelves, Verb.ROOM_RESOURCE_CHANGED, resource, {"changed": ["variants"]})


def withdraw(seat: Seat, shelves: Tree, resource: RoomResource, why: str) -> None:
    """Withdraw a resource: it keeps its place and says why; its content is the managers' alone. Refused for a draft."""
    _check(seat, shelves, resource)
    require(bool(why.strip()), _("Say why. Members will read it."))
    lock(resource)
    require(resource.state == ResourceState.CURRENT, _("Only what is there can be withdrawn."))
    resource.state, resource.withdrawn_at = ResourceState.WITHDRAWN, clock.now()
    resource.withdrawn_by, resource.withdrawn_why = seat.member_id, why.strip()
    db.session.flush()
    search.remove(KIND, resource.public_id)
    _note(seat, shelves, Verb.ROOM_RESOURCE_WITHDRAWN, resource)
    announce(collection_topic(resource.room_id, resource.collection_id))


def restore(seat: Seat, shelves: Tree, resource: RoomResource) -> None:
    """Bring a withdrawn resource back. Refused to others than managers."""
    require(seat.manages and seat.writes, _("Only a manager may do this."))
    lock(resource)
    if resource.state != ResourceState.WITHDRAWN:
        return
    resource.state, resource.withdrawn_at = ResourceState.CURRENT, None
    resource.withdrawn_by, resource.withdrawn_why = None, ""
    db.session.flush()
    resources_search.refresh(resource)
    _note(seat, shelves, Verb.ROOM_RESOURCE_RESTORED, resource)
    announce(collection_topic(resource.room_id, resource.collection_id))


def discard(seat: Seat, shelves: Tree, resource: RoomResource) -> None:
    """Throw away a draft: its file was not taken, or is not wanted any more. Refused once others could see it."""
    _check(seat, shelves, resource)
    lock(resource)
    require(resource.state == ResourceState.DRAFT, _("This resource is there already. Withdraw it instead."))
    files = _files(resource)
    _note(seat, shelves, Verb.ROOM_RESOURCE_DISCARDED, resource)
    resource.latest_id = None
    db.session.flush()
    db.session.execute(delete(RoomResourceVersion).where(RoomResourceVersion.resource_id == resource.id))
    db.session.delete(resource)
    db.session.flush()
    for file in files:
        media.discard(file)


def _check(seat: Seat, shelves: Tree, resource: RoomResource) -> None:
    require(may_edit(seat, shelves, resource), _("You may not change this resource."))


def _note(seat: Seat, shelves: Tree, verb: Verb, resource: RoomResource, detail: JSON | None = None) -> None:
    keep_act(seat.room, seat.member, shelves, verb, resource, detail, actor=seat.actor)


def _follow(seat: Seat, resource: RoomResource) -> None:
    """Let register and index know of other words."""
    if resource.state == ResourceState.CURRENT:
        resources_register.describe_resource(seat.room, resource)
        resources_search.refresh(resource)


def _files(resource: RoomResource) -> Sequence[MediaFile]:
    return db.session.scalars(
        select(MediaFile)
        .join(RoomResourceVersion, RoomResourceVersion.file_id == MediaFile.id)
        .where(RoomResourceVersion.resource_id == resource.id)
    ).all()


def _languages(work_key: uuid.UUID) -> set[str]:
    return set(db.session.scalars(select(RoomResource.language).where(RoomResource.work_key == work_key)))


def _taken(work_key: uuid.UUID, language: str, but_id: int) -> bool:
    found = select(RoomResource.id).where(
        RoomResource.work_key == work_key, RoomResource.language == language, RoomResource.id != but_id
    )
    return db.session.scalar(found) is not None
