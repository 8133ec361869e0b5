"""A live room is opened, its session begins and ends; its doors: the lobby and the lock."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock, events
from app.core.database import db
from app.core.refusal import require
from app.live import actions as live
from app.webinars import journal, moderation_trail, register, touching
from app.webinars.actions import planning
from app.webinars.actions.people_stage import room_of
from app.webinars.journal import HOSTS, LOBBY
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import WebinarLog, WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import RUNS
from app.webinars.room_events import RoomOpened, SessionBegun, SessionEnded

OPENS_BEFORE = timedelta(minutes=60)
CLOSES_AFTER = timedelta(minutes=15)  # after the scheduled end a room that everybody left is closed
CLOSES_AT_LAST = timedelta(hours=12)  # and any room at all
PRESENT_FOR = timedelta(seconds=30)  # after the last sign of life somebody still counts as being there
LONGEST_WORDS = 500


def open_room(place: Place) -> None:
    """Open a published session's room, an hour before its start at the earliest; open already: as it is."""
    webinar = place.webinar
    require(place.plans or place.role in RUNS, _("You do not run this session."))
    if webinar.running:
        return
    require(
        clock.now() >= webinar.starts_at - OPENS_BEFORE,
        _("The room can be opened an hour before the start."),
    )
    require(clock.now() < webinar.ends_at, _("The time of this session is over."))
    planning.open_room(place)
    moderation_trail.note(place, Verb.WEBINAR_ROOM_OPENED)
    events.publish(RoomOpened(webinar.id))


def begin(place: Place) -> int:
    """Begin the session: who waits comes in, unless there is a lobby to be let in from. Returns the entry's number."""
    webinar = place.webinar
    lock(webinar)
    require(webinar.state == State.OPEN, _("The session has begun already."))
    room = room_of(webinar)
    webinar.state, webinar.begun_at = State.LIVE, clock.now()
    if not room.lobby:
        admit_waiting(webinar)
    register.describe_session(webinar)
    moderation_trail.note(place, Verb.WEBINAR_ROOM_BEGUN)
    db.session.flush()
    events.publish(SessionBegun(webinar.id))
    touching.touch(webinar, "people")
    return journal.tell(webinar, "room.begun", {"at": clock.now().isoformat(), "lobby": room.lobby})


def end(place: Place) -> int:
    """End the session for everybody. Returns the number of the journal's last entry."""
    require(place.hosts, _("You do not run this session."))
    lock(place.webinar)
    require(place.webinar.running, _("The session is over already."))
    moderation_trail.note(place, Verb.WEBINAR_ROOM_ENDED)
    return close(place.webinar)


def close(webinar: Webinar) -> int:
    """Close a running room whose session's row is held. Returns the number of the journal's last entry."""
    now = clock.now()
    room_of(webinar)
    webinar.state, webinar.closed_at = State.ENDED, now
    db.session.execute(
        update(WebinarParticipant)
        .where(WebinarParticipant.webinar_id == webinar.id)
        .values(
            microphone=False, camera=False, screen=False, stage=None, hand_at=None, floor_until=None,
        )
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    db.session.flush()
    register.describe_session(webinar)
    events.publish(SessionEnded(webinar.id))
    number = journal.tell(webinar, "room.ended", {"at": now.isoformat()})
    journal.tell(webinar, "room.ended", {"at": now.isoformat()}, LOBBY)
    return number


def close_left_rooms() -> int:
    """Close running rooms that everybody has left some time after the scheduled end; returns how many."""
    now = clock.now()
    present = (
        select(WebinarParticipant.id)
        .where(
            WebinarParticipant.webinar_id == Webinar.id,
            WebinarParticipant.left_at.is_(None),
            WebinarParticipant.removed_at.is_(None),
            WebinarParticipant.seen_at > now - PRESENT_FOR,
        )
        .exists()
    )
    left = (Webinar.ends_at < now - CLOSES_AFTER) & ~present
    due = db.session.scalars(
        select(Webinar)
        .where(Webinar.state.in_([State.OPEN, State.LIVE]), left | (Webinar.ends_at < now - CLOSES_AT_LAST))
        .with_for_update(skip_locked=True)
    ).all()
    for webinar in due:
        moderation_trail.note_of_platform(webinar, Verb.WEBINAR_ROOM_ENDED)
        close(webinar)
    return len(due)


def lock_doors(place: Place, on: bool, undoes: WebinarLog | None = None) -> int:
    """Lock the room, so that only who was inside comes back, or unlock it. Returns the entry's number."""
    room = _held(place)
    room.locked = on
    moderation_trail.note(place, Verb.WEBINAR_ROOM_LOCKED, undoes=undoes, detail={"on": on})
    return journal.tell(place.webinar, "room.locked", {"on": on})


def set_lobby(place: Place, on: bool, undoes: WebinarLog | None = None) -> int:
    """Let people wait until they are let in, or let them in at once (and who waits now). Returns the entry's number."""
    room = _held(place)
    room.lobby = on
    moderation_trail.note(place, Verb.WEBINAR_ROOM_LOBBY_SET, undoes=undoes, detail={"on": on})
    if not on and place.webinar.state == State.LIVE:
        admit_waiting(place.webinar)
    touching.touch(place.webinar, "people")
    return journal.tell(place.webinar, "room.lobby", {"on": on}, HOSTS)


def set_lobby_words(place: Place, words: str) -> int:
    """Say something to those who wait. Returns the entry's number."""
    words = words.strip()
    require(len(words) <= LONGEST_WORDS, _("At most %(count)s characters.", count=LONGEST_WORDS))
    _held(place).lobby_words = words
    moderation_trail.note(place, Verb.WEBINAR_ROOM_LOBBY_WORDS_SET)
    journal.tell(place.webinar, "room.lobby_words", {"words": words}, LOBBY)
    return journal.tell(place.webinar, "room.lobby_words", {"words": words}, HOSTS)


def admit_waiting(webinar: Webinar) -> int:
    """Let everybody in who waits; returns how many. The room's row is held."""
    admitted = db.session.execute(
        update(WebinarParticipant)
        .where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.admitted_at.is_(None),
            WebinarParticipant.removed_at.is_(None),
        )
        .values(admitted_at=clock.now())
        .returning(WebinarParticipant.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    if admitted:
        # to all: before it is read those who waited have been reseated
        journal.tell(webinar, "room.admitted")
        live.reseat(journal.topic_of(webinar))
    return len(admitted)


def _held(place: Place) -> WebinarRoom:
    require(place.hosts, _("You do not run this session."))
    return room_of(place.webinar)
