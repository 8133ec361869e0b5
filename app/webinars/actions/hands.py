"""Hands: one queue in the order in which they went up, the floor given from it, for a time that ends by itself."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.webinars import faces, journal, moderation_trail, touching
from app.webinars.actions.people_stage import leave_stage, room_of, take_stage, tell_all
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.policy import STAGE

LIMIT, SHORTEST, LONGEST = 180, 15, 3600  # seconds of floor: as given, at least, at most


def set_hand(place: Place, up: bool) -> None:
    """Raise or lower one's own hand; up already: its place in the queue stays."""
    me = place.me
    require(place.inside, _("You are not in the room."))
    require(place.webinar.state == State.LIVE or not up, _("The session has not begun."))
    room_of(place.webinar)
    db.session.refresh(me)
    if up == (me.hand_at is not None):
        return
    me.hand_at = clock.now() if up else None
    db.session.flush()
    touching.touch(place.webinar, "hands")


def lower(place: Place, one: WebinarParticipant) -> None:
    """Lower somebody's hand."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    if one.hand_at is None:
        return
    one.hand_at = None
    moderation_trail.note(place, Verb.WEBINAR_PERSON_HAND_LOWERED, one)
    db.session.flush()
    touching.touch(place.webinar, "hands")


def lower_all(place: Place) -> int:
    """Lower every hand; returns how many."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    raised = queue(place.webinar)
    for one in raised:
        one.hand_at = None
    db.session.flush()
    touching.touch(place.webinar, "hands")
    return len(raised)


def queue(webinar: Webinar) -> list[WebinarParticipant]:
    """Return who has a hand up, the first to speak first."""
    asked = select(WebinarParticipant).where(
        WebinarParticipant.webinar_id == webinar.id, WebinarParticipant.hand_at.is_not(None)
    )
    return list(db.session.scalars(asked.order_by(WebinarParticipant.hand_at, WebinarParticipant.id)))


def give_floor(place: Place, one: WebinarParticipant, seconds: int = LIMIT) -> int:
    """Give somebody the floor for a time: a place on the stage, their hand down. Returns the entry's number.

    They have to switch their microphone on themselves. Refused when the stage is full.
    """
    require(place.hosts, _("You do not run this session."))
    require(
        SHORTEST <= seconds <= LONGEST,
        _("Between %(least)s seconds and %(most)s minutes.", least=SHORTEST, most=LONGEST // 60),
    )
    webinar = place.webinar
    room_of(webinar)
    db.session.refresh(one)
    require(one.admitted_at is not None and one.removed_at is None, _("This person is not in the room."))
    take_stage(webinar, one)
    had_hand, one.hand_at = one.hand_at is not None, None
    one.floor_until = clock.now() + timedelta(seconds=seconds)
    moderation_trail.note(place, Verb.WEBINAR_PERSON_FLOOR_GIVEN, one, detail={"seconds": seconds})
    tell_all(webinar, one)
    if had_hand:
        touching.touch(webinar, "hands")
    body = {"person": faces.face(webinar, one), "until": one.floor_until.isoformat()}
    return journal.tell(webinar, "hands.floor", body)


def give_next(place: Place, seconds: int = LIMIT) -> int:
    """Give the floor to who has waited longest. Refused when no hand is up."""
    require(place.hosts, _("You do not run this session."))
    room_of(place.webinar)
    waiting = queue(place.webinar)
    require(bool(waiting), _("No hand is up."))
    return give_floor(place, waiting[0], seconds)


def end_floor(place: Place, one: WebinarParticipant) -> int:
    """Take the floor back from somebody, or give one's own back. Returns the entry's number."""
    require(place.hosts or one.id == place.me.id, _("You do not run this session."))
    room_of(place.webinar)
    db.session.refresh(one)
    if one.id != place.me.id:
        moderation_trail.note(place, Verb.WEBINAR_PERSON_FLOOR_ENDED, one)
    return _end(place.webinar, one)


def end_what_is_over(webinar: Webinar) -> int:
    """End the floors of a room whose time is over; returns how many."""
    over = (
        WebinarParticipant.webinar_id == webinar.id,
        WebinarParticipant.floor_until.is_not(None),
        WebinarParticipant.floor_until <= clock.now(),
    )
    if db.session.scalar(select(WebinarParticipant.id).where(*over).limit(1)) is None:
        return 0
    room_of(webinar)
    ended = db.session.scalars(
        select(WebinarParticipant).where(*over).execution_options(populate_existing=True)
    ).all()
    for one in ended:
        moderation_trail.note_of_platform(webinar, Verb.WEBINAR_PERSON_FLOOR_ENDED, one)
        _end(webinar, one)
    return len(ended)


def _end(webinar: Webinar, one: WebinarParticipant) -> int:
    one.floor_until = None
    if one.role not in STAGE:
        leave_stage(one)
    tell_all(webinar, one)
    return journal.tell(webinar, "hands.floor_ended", {"person": faces.face(webinar, one)})
