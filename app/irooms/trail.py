"""What is kept of every act in a room: the audit for good, and the room's log that members read.

In a room of pseudonyms the audit names the member, not the account: the link between both is the membership alone, and
following it is a reveal.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString
from sqlalchemy import insert

from app.audit.actions import record
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.texts import lazy_gettext as _l
from app.irooms.models import IdentityMode, Room, RoomLog, RoomMembership
from app.irooms.seats import Seat

WORDS: dict[str, LazyString] = {
    "room.opened": _l("%(who)s opened the room"),
    "room.policy_changed": _l("%(who)s changed the room's policy"),
    "room.closed": _l("%(who)s closed the room"),
    "room.terms_set": _l("%(who)s wrote new terms (version %(version)s)"),
    "room.terms_accepted": _l("%(who)s accepted the terms (version %(version)s)"),
    "room.invited": _l("%(who)s invited somebody"),
    "room.invitation_revoked": _l("%(who)s took back an invitation"),
    "room.requested": _l("Somebody asked to come in"),
    "room.request_decided": _l("%(who)s decided on a request to come in"),
    "room.joined": _l("%(who)s came in"),
    "room.left": _l("%(who)s is no longer a member"),
    "room.member_changed": _l("%(who)s changed the membership of %(about)s"),
    "room.glass_broken": _l(
        "A platform administrator (%(administrator)s) opened the room until %(until)s. Reason: %(reason)s"
    ),
    "room.revealed": _l("%(who)s was shown the name behind %(about)s. Reason: %(reason)s"),
}
"""The sentence of each entry that the room's log shows; a part of the room adds its own with :func:`log_words`."""


def log_words(words: Mapping[str, LazyString]) -> None:
    """Add the sentences of a part: placeholders ``who``, ``about`` and the members of ``detail``."""
    WORDS.update(words)


def note(
    seat: Seat,
    verb: str,
    object_kind: str,
    object_id: str,
    *,
    detail: JSON | None = None,
    about: RoomMembership | None = None,
    logged: bool = False,
    managers_only: bool = False,
) -> None:
    """Write an act into the audit and, when ``logged``, into the room's log (for managers only where told so).

    ``object_id`` is a public id; ``detail`` holds no name, no address and no text of anybody's.
    """
    keep(
        seat.room,
        seat.member,
        verb,
        object_kind,
        object_id,
        actor=seat.actor,
        detail=detail,
        about=about,
        logged=logged,
        managers_only=managers_only,
    )


def keep(
    room: Room,
    member: RoomMembership | None,
    verb: str,
    object_kind: str,
    object_id: str,
    *,
    actor: Actor | None = None,
    detail: JSON | None = None,
    about: RoomMembership | None = None,
    logged: bool = False,
    managers_only: bool = False,
) -> None:
    """Write an act of a member, or of the platform itself (``member`` None), as :func:`note` does."""
    whole: JSON = {"room": room.public_id} | (detail or {})
    if member is not None:
        whole["member"] = member.public_id
    if about is not None:
        whole["about"] = about.public_id
    masked = room.identity == IdentityMode.PSEUDONYM and member is not None
    record(None if masked else actor, verb, object_kind, object_id, detail=whole)
    if logged:
        row = {
            "room_id": room.id,
            "at": clock.now(),
            "verb": str(verb),
            "membership_id": member.id if member else None,
            "about_id": about.id if about else None,
            "detail": detail or {},
            "managers_only": managers_only,
        }
        db.session.execute(insert(RoomLog).values(row))
