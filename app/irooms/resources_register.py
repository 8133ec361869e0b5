"""What resources tell the training register: what they are, without their titles, and who viewed or took one away."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.i18n import LANGUAGES
from app.irooms.models import Room, RoomMembership
from app.irooms.models.resources import RoomResource, RoomResourceVersion
from app.irooms.register import tell
from app.records.actions import Description, describe_activity
from app.records.models import ActivityKind, Verb

NAMESPACE = UUID("0b5e7c0e-6f0d-5a49-9d2a-5f3f5b1a7c22")  # of the facts of views and downloads; never changes


def describe_resource(room: Room, resource: RoomResource) -> None:
    """Describe a resource as an activity of its room. Its title is the room's content and stays there."""
    describe_activity(
        Description(
            activity_key=resource.activity_key,
            kind=ActivityKind.RESOURCE,
            slug=str(resource.activity_key),
            titles=_titles(room),
            languages=[resource.language] if resource.language else [],
            parent_key=room.activity_key,
            topic=room.topic,
        )
    )


def tell_once(
    room: Room,
    member: RoomMembership,
    verb: Verb,
    resource: RoomResource,
    version: RoomResourceVersion,
    day: date,
) -> None:
    """Append that a member viewed or downloaded a version; once a member, version and (UTC) day."""
    tell(
        room,
        member,
        verb,
        {"version": version.number},
        activity_key=resource.activity_key,
        uuid=uuid5(NAMESPACE, f"{verb} {member.id} {version.id} {day.isoformat()}"),
    )


def _titles(room: Room) -> dict[str, str]:
    titles = {}
    for language in LANGUAGES:
        with force_locale(language):
            titles[language] = (
                _("A resource of “%(room)s”", room=room.title) if room.listed else _("A resource of a room")
            )
    return titles
