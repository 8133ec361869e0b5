"""Who hears of new resources: members whose role may read the collection. The notices name no resource."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import select

from app.core.database import JSON, db
from app.irooms.collections import Tree
from app.irooms.models import Room, RoomMembership
from app.irooms.models.resources import RoomResource
from app.irooms.notices import may_name, room_params
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.seats import present
from app.notifications.actions import notify
from app.notifications.words import Told, register
from app.records.models import Activity

NEW = "resources.new"
REFUSED = "resources.refused"


def told_of_resource(room: Room, shelves: Tree, resource: RoomResource, author: RoomMembership) -> None:
    """Tell members of something new to read; several at once are one notice. Training for others only is not told."""
    if not _for_all(room, resource):
        return
    accounts = select(RoomMembership.user_id).where(
        RoomMembership.room_id == room.id,
        RoomMembership.role.in_(shelves.readers(resource.collection_id)),
        RoomMembership.id != author.id,
        present(),
    )
    notify(
        db.session.scalars(accounts).all(),
        NEW,
        collection_scope(resource.collection_id),
        _params(room, resource),
        topic=f"room:{room.id}:resources:{resource.collection_id}",
    )


def told_of_refusal(room: Room, resource: RoomResource, author: RoomMembership) -> None:
    """Tell who sent a file that it was not taken."""
    notify(
        [author.user_id],
        REFUSED,
        collection_scope(resource.collection_id),
        _params(room, resource),
        topic=f"room:{room.id}:refused",
    )


def _for_all(room: Room, resource: RoomResource) -> bool:
    if resource.training_key is None:
        return True
    training = db.session.get(Activity, resource.training_key)
    return training is not None and training.group_id in {None, room.group_id}


def _params(room: Room, resource: RoomResource) -> JSON:
    """No title: it could be moved to where the reader of an old notice may not look."""
    return room_params(room, resource=resource.public_id)


def _new(params: JSON, count: int) -> Told:
    text = ngettext(
        "%(num)d new resource in “%(room)s”",
        "%(num)d new resources in “%(room)s”",
        count,
        room=params["title"],
    )
    if count > 1:
        return Told(text, url_for("irooms.resources", slug=params["room"], new="1"))
    return Told(text, url_for("irooms.resource", slug=params["room"], resource_id=params["resource"]))


def _refused(params: JSON, count: int) -> Told:
    text = ngettext(
        "A file that you sent to “%(room)s” was not taken",
        "%(num)d files that you sent to “%(room)s” were not taken",
        count,
        room=params["title"],
    )
    if count > 1:
        return Told(text, url_for("irooms.resources", slug=params["room"]))
    return Told(text, url_for("irooms.resource", slug=params["room"], resource_id=params["resource"]))


register(NEW, _new, may_name=may_name)
register(REFUSED, _refused, may_name=may_name)
