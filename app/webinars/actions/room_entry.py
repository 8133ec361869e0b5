"""People come into a live room, wait in its lobby, are let in, leave, and come back as who they were."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.live import actions as live
from app.webinars import journal, moderation_trail, touching
from app.webinars.actions import registration
from app.webinars.actions.people_stage import room_of, tell_all
from app.webinars.actions.room import admit_waiting
from app.webinars.journal import to_person
from app.webinars.models.planning import RegistrationState, RunnerRole, State, Webinar
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import RUNS


def enter(place: Place) -> WebinarParticipant:
    """Come in, or come back: one row a person, whatever the devices. Outside the lobby's rules one waits there.

    Whoever has no place in the session takes one by entering, if there is one. Refused while the room is closed, when
    it is locked to newcomers, and to who was removed.
    """
    webinar = place.webinar
    require(webinar.running, _("The room is not open yet."))
    require(not place.barred, _("You were removed from this room."))
    if place.participant is None:
        _take_place(place)
    room = room_of(webinar)
    me = _known(place)
    if me is None:
        require(not room.locked or place.role in RUNS, _("The room is locked. Nobody else can come in now."))
        me = _make(place, room)
    require(me.removed_at is None and me.banned_at is None, _("You were removed from this room."))
    if me.admitted_at is None and _may_go_in(webinar, room, me):
        me.admitted_at = clock.now()
    me.left_at, me.seen_at = None, clock.now()
    me.language = place.actor.language
    _take_hosting(webinar, room, me)
    db.session.flush()
    touching.touch(webinar, "people")
    return me


def leave(place: Place) -> None:
    """Go. Hand and floor are given back; the place in the session stays."""
    me, webinar = place.me, place.webinar
    room_of(webinar)
    db.session.refresh(me)
    me.left_at = clock.now()
    had_hand, had_stage = me.hand_at is not None, me.stage is not None
    me.hand_at = me.floor_until = me.stage = None
    me.microphone = me.camera = me.screen = False
    db.session.flush()
    if had_hand:
        touching.touch(webinar, "hands")
    touching.touch(webinar, "people")
    if had_stage:
        tell_all(webinar, me)


def admit(place: Place, one: WebinarParticipant) -> int:
    """Let somebody in who waits. Returns the entry's number."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    if one.admitted_at is None:
        one.admitted_at = clock.now()
        moderation_trail.note(place, Verb.WEBINAR_PERSON_ADMITTED, one)
        db.session.flush()
        live.ask_again(one.user_id)
        touching.touch(place.webinar, "people")
    return journal.tell(place.webinar, "room.admitted", {}, to_person(one.public_id))


def admit_all(place: Place) -> int:
    """Let everybody in who waits; returns how many."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    moderation_trail.note(place, Verb.WEBINAR_PERSON_ADMITTED, detail={"all": True})
    touching.touch(place.webinar, "people")
    return admit_waiting(place.webinar)


def _take_place(place: Place) -> None:
    """Register who comes without; being named in the session, or running it, is a place."""
    webinar = place.webinar
    own = webinar.created_by is not None and webinar.created_by == place.actor.user_id
    if place.runner is not None or own or place.registered:
        return
    taken = registration.register(place)
    require(
        taken.state == RegistrationState.REGISTERED,
        _("All places are taken. You are on the waiting list and are told when one is free."),
    )


def _known(place: Place) -> WebinarParticipant | None:
    """The actor's row as it is now: another device may have come in while the room's row was waited for."""
    asked = select(WebinarParticipant).where(
        WebinarParticipant.webinar_id == place.webinar.id, WebinarParticipant.user_id == place.actor.user_id
    )
    return db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def _make(place: Place, room: WebinarRoom) -> WebinarParticipant:
    room.participants += 1
    made = WebinarParticipant(
        webinar_id=place.webinar.id,
        user_id=place.actor.user_id,
        number=room.participants,
        role=place.role,
        language=place.actor.language,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _take_hosting(webinar: Webinar, room: WebinarRoom, me: WebinarParticipant) -> None:
    """Who runs the room and comes first hosts at present; until the session begins a host goes before a co-host."""
    if me.role not in RUNS or room.host_id == me.id:
        return
    present = db.session.get(WebinarParticipant, room.host_id) if room.host_id is not None else None
    stands_in = present is not None and present.role != RunnerRole.HOST and webinar.state == State.OPEN
    if present is None or (stands_in and me.role == RunnerRole.HOST):
        room.host_id, room.host_away_since = me.id, None


def _may_go_in(webinar: Webinar, room: WebinarRoom, me: WebinarParticipant) -> bool:
    if me.role != RunnerRole.PARTICIPANT:
        return True
    return webinar.state == State.LIVE and not room.lobby
