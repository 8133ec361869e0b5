"""How members appear to each other, by the room's identity mode. The only way a name reaches a page, mail or export.

In a room of pseudonyms names and countries are not even read from the database, so what may not be seen is absent from
everything that is made of a face.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.accounts.models import User
from app.accounts.vocabulary import PROFESSIONS
from app.core.database import db
from app.core.i18n import country_name, page_language
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.irooms.vocabulary import ALIASES

OF_MEMBER = load_only(
    RoomMembership.public_id,
    RoomMembership.role,
    RoomMembership.number,
    RoomMembership.alias,
    RoomMembership.left_at,
)
OF_PERSON = load_only(
    User.email, User.given_name, User.family_name, User.profession, User.country, User.legal_system
)
"""What a face is made of: the rest of a member and of an account is not read for it."""


@dataclass(frozen=True, slots=True)
class Face:
    """A member as others in the room see them. ``id`` names the member in this room only.

    ``country`` (ISO 3166) and ``legal_system`` are empty where the room hides them.
    """

    id: str
    label: str
    role: str
    country: str = ""
    legal_system: str = ""
    gone: bool = False


def alias_words(alias: str) -> str:
    """Return a pseudonym in the page's language: ``cedar-47`` is “Cedar 47”."""
    word, _dash, number = alias.partition("-")
    return f"{ALIASES[word]} {number}" if word in ALIASES else alias


def faces(room: Room, membership_ids: Iterable[int | None]) -> Mapping[int, Face]:
    """Return the faces of members of ``room`` by membership number, in the page's language; one query."""
    wanted = {one for one in membership_ids if one is not None}
    if not wanted:
        return {}
    if room.identity == IdentityMode.PSEUDONYM:
        members = db.session.scalars(
            select(RoomMembership).options(OF_MEMBER).where(RoomMembership.id.in_(wanted))
        )
        return {member.id: _masked(member) for member in members}
    rows = db.session.execute(
        select(RoomMembership, User)
        .options(OF_MEMBER, OF_PERSON)
        .join(User, User.id == RoomMembership.user_id)
        .where(RoomMembership.id.in_(wanted))
    )
    return {member.id: face_of(room, member, person) for member, person in rows}


def face_of(room: Room, member: RoomMembership, person: User) -> Face:
    """Return one face; ``person`` is the account behind ``member``."""
    if room.identity == IdentityMode.PSEUDONYM:
        return _masked(member)
    named = room.identity == IdentityMode.NAME
    return Face(
        member.public_id,
        person.name if named else _role_and_country(member, person),
        member.role,
        person.country,
        person.legal_system,
        member.left_at is not None,
    )


def own_face(room: Room, member: RoomMembership, person: User) -> str:
    """Return what others see where the person writes, for “You write here as …”."""
    return face_of(room, member, person).label


def _masked(member: RoomMembership) -> Face:
    return Face(member.public_id, alias_words(member.alias), member.role, gone=member.left_at is not None)


def _role_and_country(member: RoomMembership, person: User) -> str:
    profession = str(PROFESSIONS.get(person.profession, _("Practitioner")))
    where = country_name(person.country, page_language()) if person.country else _("no country given")
    return f"{profession}, {where} · {member.number}"
