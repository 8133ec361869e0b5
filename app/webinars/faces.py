"""How people of a live room appear to each other: the only way by which a name gets into it.

The session's roster says who sees names. ``all``: everybody sees everybody's. ``hosts``: those who run the room see
names, the others numbers. ``pseudonym``: nobody sees names in the room, those who run it included. Who has a part in
the session (hosts, speakers, note-takers) is named always; everybody sees their own name.

A face is ``{"id", "label", "number", "role"}``. Its label is a name, or ``#12`` where names are hidden: a number needs
no language. Journal bodies for everybody carry :func:`shown`, which is what everybody may see.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.core.database import JSON, db
from app.webinars.models.planning import Roster, RunnerRole, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place


def with_names(participant: type[WebinarParticipant] = WebinarParticipant) -> ExecutableOption:
    """Return the option by which a statement that reads participants reads the names that faces may show, too."""
    return joinedload(participant.person).load_only(User.given_name, User.family_name, User.email)


def label(place: Place, participant: WebinarParticipant) -> str:
    """Return what the person at ``place`` sees somebody called. One query at most."""
    return str(faces(place, [participant])[participant.id]["label"])


def faces(place: Place, participants: Collection[WebinarParticipant]) -> dict[int, JSON]:
    """Return the faces that the person at ``place`` sees, by the participants' row numbers. One query at most, none for
    oneself and for those who were read :func:`with_names`."""
    own = place.actor
    named = [one for one in participants if one.user_id != own.user_id and sees_name(place, one)]
    names = _names(named) | {own.user_id: own.name}
    return {one.id: _face(one, names.get(one.user_id, "")) for one in participants}


def shown(webinar: Webinar, participants: Collection[WebinarParticipant]) -> dict[int, JSON]:
    """Return the faces that everybody in the room may see, by row numbers. One query at most."""
    named = [one for one in participants if is_named(webinar, one)]
    names = _names(named)
    return {one.id: _face(one, names.get(one.user_id, "")) for one in participants}


def for_hosts(webinar: Webinar, participants: Collection[WebinarParticipant]) -> dict[int, JSON]:
    """Return the faces that those who run the room see, by row numbers, for their audience. One query at most."""
    named = [one for one in participants if webinar.roster != Roster.PSEUDONYM or is_named(webinar, one)]
    names = _names(named)
    return {one.id: _face(one, names.get(one.user_id, "")) for one in participants}


def face(webinar: Webinar, participant: WebinarParticipant) -> JSON:
    """Return the face of one person that everybody in the room may see: for journal bodies."""
    return shown(webinar, [participant])[participant.id]


def is_named(webinar: Webinar, participant: WebinarParticipant) -> bool:
    """Whether everybody in the room may see somebody's name."""
    return webinar.roster == Roster.ALL or participant.role != RunnerRole.PARTICIPANT


def sees_name(place: Place, participant: WebinarParticipant) -> bool:
    """Whether the person at ``place`` may see somebody's name."""
    webinar = place.webinar
    own = participant.user_id == place.actor.user_id
    return own or is_named(webinar, participant) or (webinar.roster == Roster.HOSTS and place.hosts)


def _face(participant: WebinarParticipant, name: str) -> JSON:
    return {
        "id": participant.public_id,
        "label": name or f"#{participant.number}",
        "number": participant.number,
        "role": participant.role,
    }


def _names(participants: Collection[WebinarParticipant]) -> dict[int | None, str]:
    unread = [one for one in participants if "person" in inspect(one).unloaded]
    if unread:
        asked = select(User).where(User.id.in_({one.user_id for one in unread}))
        people = {person.id: person for person in db.session.scalars(asked)}
        for one in unread:  # so that who is told of twice is read once
            set_committed_value(one, "person", people[one.user_id])
    return {one.user_id: one.person.name for one in participants}
