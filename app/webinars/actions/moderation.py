"""Moderation of a live room: each act is one call, kept in the room's log, and undone by its counterpart."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock, events
from app.core.database import db
from app.core.refusal import require
from app.live import actions as live
from app.webinars import journal, moderation_trail, touching
from app.webinars.actions import people, room
from app.webinars.actions.people_stage import leave_stage, public_state, room_of, tell_all
from app.webinars.journal import HOSTS, to_person, topic_of
from app.webinars.models.planning import RunnerRole
from app.webinars.models.room import WebinarLog, WebinarParticipant
from app.webinars.places import Place
from app.webinars.policy import RUNS
from app.webinars.room_events import EveryoneMuted, RemovedFromRoom

Act = Callable[[Place, WebinarParticipant, bool, "WebinarLog | None"], int]


def mute(place: Place, one: WebinarParticipant, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Switch somebody's microphone off; the counterpart asks them to switch it on, since nobody else does that."""
    people.check_over(place, one)
    room_of(place.webinar)
    moderation_trail.note(place, Verb.WEBINAR_PERSON_MUTED, one, undoes=undoes, detail={"on": on})
    if not on:
        return journal.tell(place.webinar, "people.asked_to_speak", {}, to_person(one.public_id))
    one.microphone = False
    return tell_all(place.webinar, one)


def hard_mute(
    place: Place, one: WebinarParticipant, on: bool = True, undoes: WebinarLog | None = None
) -> int:
    """Switch somebody's microphone off and keep it off until the counterpart; that does not switch it on."""
    people.check_over(place, one)
    room_of(place.webinar)
    one.muted = on
    one.microphone = one.microphone and not on
    moderation_trail.note(place, Verb.WEBINAR_PERSON_HARD_MUTED, one, undoes=undoes, detail={"on": on})
    return tell_all(place.webinar, one)


def silence(place: Place, one: WebinarParticipant, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Keep somebody from writing, until the counterpart. Only they and those who run the room are told."""
    people.check_over(place, one)
    room_of(place.webinar)
    one.silenced = on
    db.session.flush()
    moderation_trail.note(place, Verb.WEBINAR_PERSON_SILENCED, one, undoes=undoes, detail={"on": on})
    journal.tell(place.webinar, "people.silenced", {"on": on}, to_person(one.public_id))
    return journal.tell(place.webinar, "people.silenced", {"person": one.public_id, "on": on}, HOSTS)


def remove(place: Place, one: WebinarParticipant, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Take somebody out of the room at once; the counterpart lets them come back."""
    return _bar(place, one, Verb.WEBINAR_PERSON_REMOVED, on, banned=False, undoes=undoes)


def ban(place: Place, one: WebinarParticipant, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Take somebody out for good, whatever else lets people in again; the counterpart takes that back."""
    return _bar(place, one, Verb.WEBINAR_PERSON_BANNED, on, banned=True, undoes=undoes)


def _bar(
    place: Place, one: WebinarParticipant, verb: Verb, on: bool, *, banned: bool, undoes: WebinarLog | None
) -> int:
    people.check_over(place, one)
    held = room_of(place.webinar)
    lock(one)
    require(banned or on or one.banned_at is None, _("This person is banned. Take the ban back first."))
    now = clock.now()
    had_hand = one.hand_at is not None
    if on:
        one.removed_at = one.removed_at or now
        one.banned_at = now if banned else one.banned_at
        one.left_at, one.hand_at = now, None
        leave_stage(one)
        if held.host_id == one.id:
            held.host_id = None
    else:
        one.removed_at = one.banned_at = None
    db.session.flush()
    moderation_trail.note(place, verb, one, undoes=undoes, detail={"on": on})
    touching.touch(place.webinar, "people")
    if had_hand and on:
        touching.touch(place.webinar, "hands")
    if on:
        events.publish(RemovedFromRoom(place.webinar.id, one.id))
        live.cut(one.user_id, topic_of(place.webinar))
    return journal.tell(
        place.webinar, "people.removed", {"person": public_state(place.webinar, one), "on": on}
    )


def mute_all(place: Place, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Switch off every microphone but those of who runs the room; the counterpart asks people to switch theirs on."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    moderation_trail.note(place, Verb.WEBINAR_ROOM_MUTED, undoes=undoes, detail={"on": on})
    if on:
        _silence_microphones(place)
    return journal.tell(place.webinar, "people.all_muted", {"on": on})


def hard_mute_all(place: Place, on: bool = True, undoes: WebinarLog | None = None) -> int:
    """Let nobody but who runs the room switch a microphone on, until the counterpart; that switches none on."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar).hard_muted = on
    moderation_trail.note(place, Verb.WEBINAR_ROOM_HARD_MUTED, undoes=undoes, detail={"on": on})
    if on:
        _silence_microphones(place)
    return journal.tell(place.webinar, "room.hard_muted", {"on": on})


def _silence_microphones(place: Place) -> None:
    db.session.execute(
        update(WebinarParticipant)
        .where(
            WebinarParticipant.webinar_id == place.webinar.id,
            WebinarParticipant.role.not_in(RUNS),
            WebinarParticipant.microphone,
        )
        .values(microphone=False)
        .execution_options(synchronize_session="fetch")
    )
    events.publish(EveryoneMuted(place.webinar.id))


# ------------------------------------------------------------------------------------------------ undoing

ON_PEOPLE: dict[str, Act] = {
    Verb.WEBINAR_PERSON_MUTED: mute,
    Verb.WEBINAR_PERSON_HARD_MUTED: hard_mute,
    Verb.WEBINAR_PERSON_SILENCED: silence,
    Verb.WEBINAR_PERSON_REMOVED: remove,
    Verb.WEBINAR_PERSON_BANNED: ban,
}
ON_ROOM: dict[str, Callable[[Place, bool, WebinarLog | None], int]] = {
    Verb.WEBINAR_ROOM_MUTED: mute_all,
    Verb.WEBINAR_ROOM_HARD_MUTED: hard_mute_all,
    Verb.WEBINAR_ROOM_LOCKED: room.lock_doors,
    Verb.WEBINAR_ROOM_LOBBY_SET: room.set_lobby,
}
UNDONE = frozenset({*ON_PEOPLE, *ON_ROOM, Verb.WEBINAR_PERSON_ROLE_SET})
"""The acts of the log that can be undone from it."""


def undo(place: Place, entry: WebinarLog) -> int:
    """Undo an act of the log by its counterpart, which is an entry of its own. Returns the journal's number.

    Refused for what was undone already and for what has no counterpart.
    """
    require(entry.verb in UNDONE, _("This cannot be undone."))
    room_of(place.webinar)
    again = db.session.scalar(select(WebinarLog.id).where(WebinarLog.undoes_id == entry.id))
    require(again is None, _("This was undone already."))
    if entry.verb in ON_ROOM:
        return ON_ROOM[entry.verb](place, not entry.detail["on"], entry)
    about = db.session.get_one(WebinarParticipant, entry.about_id)
    if entry.verb in ON_PEOPLE:
        return ON_PEOPLE[entry.verb](place, about, not entry.detail["on"], entry)
    return people.set_role(place, about, str(entry.detail.get("from", RunnerRole.PARTICIPANT)), entry)
