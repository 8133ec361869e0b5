"""What rooms tell the training register. Of a room of pseudonyms only counts: its facts lead to nobody."""

from __future__ import annotations

from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.database import JSON
from app.core.i18n import LANGUAGES
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.records.actions import Description, FactDraft, append, describe_activity
from app.records.models import ActivityKind, Verb


def describe_room(room: Room) -> None:
    """Describe a room as an activity; one that is not listed has no title there, and no address."""
    titles = dict.fromkeys(room.languages or ["en"], room.title) if room.listed else _nameless()
    describe_activity(
        Description(
            activity_key=room.activity_key,
            kind=ActivityKind.ROOM,
            slug=str(room.activity_key),
            titles=titles,
            languages=list(room.languages),
            address=f"/irooms/{room.public_id}" if room.listed else "",
            topic=room.topic,
            group_id=None,
        )
    )


def tell(
    room: Room,
    member: RoomMembership,
    verb: Verb,
    result: JSON | None = None,
    *,
    activity_key: UUID | None = None,
    uuid: UUID | None = None,
) -> None:
    """Append a fact about a member: in the room itself, or in an ``activity_key`` of the room's (a resource)."""
    masked = room.identity == IdentityMode.PSEUDONYM
    append(
        FactDraft(
            verb=verb,
            activity_key=activity_key or room.activity_key,
            user_id=None if masked else member.user_id,
            headcount=1 if masked else None,
            result=result or {},
            uuid=uuid,
        )
    )


def _nameless() -> dict[str, str]:
    titles = {}
    for language in LANGUAGES:
        with force_locale(language):
            titles[language] = _("A room")
    return titles
