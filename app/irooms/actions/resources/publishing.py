"""A version becomes what a resource shows: at once, or when its file has passed the checks. Then others are told."""

from __future__ import annotations

from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.irooms import resources_notices, resources_register, resources_search
from app.irooms.collections import Tree
from app.irooms.models import Room, RoomMembership, RoomRole
from app.irooms.models.resources import ResourceState, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_topic, whole_tree
from app.irooms.register import tell
from app.irooms.trail import keep
from app.live.actions import announce
from app.records.models import Verb as Fact

_FOR_ALL = {Verb.ROOM_RESOURCE_PUBLISHED, Verb.ROOM_RESOURCE_WITHDRAWN, Verb.ROOM_RESOURCE_RESTORED}


def settle(resource: RoomResource, version: RoomResourceVersion) -> None:
    """Let a version be read, and be what the resource shows unless a newer one is shown already."""
    if version.settled_at is not None:
        return
    version.settled_at = clock.now()
    shown = db.session.get(RoomResourceVersion, resource.current_id) if resource.current_id else None
    if shown is not None and shown.number > version.number:
        db.session.flush()
        return
    resource.current_id, resource.news_at = version.id, version.settled_at
    if resource.state == ResourceState.DRAFT:
        resource.state = ResourceState.CURRENT
    db.session.flush()
    if resource.state == ResourceState.CURRENT:
        _publish(resource, version)


def _publish(resource: RoomResource, version: RoomResourceVersion) -> None:
    room = db.session.get_one(Room, resource.room_id)
    author = db.session.get_one(RoomMembership, version.created_by)
    shelves = whole_tree(room)
    resources_register.describe_resource(room, resource)
    resources_search.refresh(resource)
    keep_act(room, author, shelves, Verb.ROOM_RESOURCE_PUBLISHED, resource, {"version": version.number})
    tell(room, author, Fact.CONTRIBUTED, {"what": "resource", "version": version.number})
    resources_notices.told_of_resource(room, shelves, resource, author)
    announce(collection_topic(resource.room_id, resource.collection_id))


def keep_act(
    room: Room,
    member: RoomMembership | None,
    shelves: Tree,
    verb: Verb,
    resource: RoomResource,
    detail: JSON | None = None,
    *,
    actor: Actor | None = None,
) -> None:
    """Write an act about a resource down. All members read of it in the room's log where all may see the resource."""
    open_to_all = verb in _FOR_ALL and shelves.readers(resource.collection_id) == frozenset(RoomRole)
    keep(
        room, member, verb, "room_resource", resource.public_id,
        actor=actor, detail=detail, logged=verb != Verb.ROOM_RESOURCE_ADDED, managers_only=not open_to_all,
    )  # fmt: skip
