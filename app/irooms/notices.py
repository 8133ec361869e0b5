"""Who is told what about getting into rooms: mails, and the words of notices.

A mail names the room, and says anything of what is in it, only where the room's policy allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.core.addresses import path_for
from app.core.database import JSON, db
from app.core.mail import Message, render_mail
from app.core.settings import settings
from app.core.texts import lazy_gettext as _l
from app.irooms.models import Room, RoomInvitation, RoomRequest
from app.notifications.words import Told, name_scope, register

TEMPLATE = "irooms/mail/notice"


DISCREET = _l("There is something new in one of your rooms")


def room_params(room: Room, **more: str | int) -> JSON:
    """Return what the words of a notice about ``room`` are made of."""
    return {"room": room.public_id, "title": room.title, **more}


def may_name(params: JSON) -> bool:
    """Whether mails may carry the room's name and texts now, whatever was so when the notice was written."""
    return bool(db.session.scalar(select(Room.mail_names).where(Room.public_id == params["room"])))


def names_of(scopes: Sequence[str]) -> Mapping[str, str]:
    """Return the titles of rooms by their scopes, for who holds them."""
    ids = {int(scope.split(":")[1]): scope for scope in scopes if scope.count(":") == 1}
    rows = db.session.execute(select(Room.id, Room.title).where(Room.id.in_(ids)))
    return {ids[id]: title for id, title in rows}


def invitation(room: Room, row: RoomInvitation, token: str, known: User | None) -> Message:
    """The link that lets an invited person in; to who has no account yet, in the room's first language."""
    language = known.language if known else (room.languages or ["en"])[0]
    with force_locale(language):
        named = _("You are invited to the room “%(title)s” on the learning platform.", title=room.title)
        plain = _("You are invited to a room on the learning platform.")
        paragraphs = [
            named if room.mail_names else plain,
            _("The link works once, for you only, within two weeks.")
            if known
            else _("Register with this address first; once your account is approved, the link lets you in."),
        ]
        return _compose(
            row.email,
            language,
            _("An invitation to a room"),
            paragraphs,
            path_for("irooms.invitation", token=token),
            _("See the invitation"),
        )


def decision(room: Room, request: RoomRequest, person: User) -> Message:
    """What became of a request to come in."""
    approved = request.state == "approved"
    with force_locale(person.language):
        named = room.mail_names or room.listed
        title = room.title if named else _("a room")
        first = (
            _("You may come into “%(title)s” now.", title=title)
            if approved
            else _("Your request to come into “%(title)s” was declined.", title=title)
        )
        answer = (
            [_("The manager wrote: %(answer)s", answer=request.answer)] if request.answer and named else []
        )
        return _compose(
            person.email,
            person.language,
            _("Your request to come into a room"),
            [first, *answer],
            path_for("irooms.room", slug=room.public_id) if approved else path_for("irooms.index"),
            _("Go to the room") if approved else _("See the rooms"),
        )


def _compose(to: str, language: str, subject: str, paragraphs: list[str], path: str, action: str) -> Message:
    return render_mail(
        TEMPLATE,
        to=to,
        language=language,
        subject=subject,
        paragraphs=paragraphs,
        link=f"{settings().public_url}{path}",
        link_text=action,
    )


def _requested(params: JSON, count: int) -> Told:
    text = (
        _("%(count)s people ask to come into “%(title)s”", count=count, title=params["title"])
        if count > 1
        else _("Somebody asks to come into “%(title)s”", title=params["title"])
    )
    return Told(text, path_for("irooms.members", slug=params["room"]))


register("room.requested", _requested, discreet=DISCREET, may_name=may_name)
name_scope("room", names_of)
