"""What follows in sound and picture from what happens in a live room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.webinars.actions import media, media_control, media_streams
from app.webinars.media.rights import held_mute, may_send
from app.webinars.models.media import WebinarMediaSeat
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarParticipant, WebinarRoom
from app.webinars.policy import RUNS
from app.webinars.room_events import EveryoneMuted, RemovedFromRoom, RightsInRoomChanged, SessionEnded


def keep_to_rights(event: RightsInRoomChanged) -> None:
    """Somebody may send more or less than before."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    one = db.session.get_one(WebinarParticipant, event.participant_id)
    room = db.session.get_one(WebinarRoom, webinar.id)
    if one.left_at is not None:
        for seat in _living(webinar, one.id):
            media.end_seat(webinar, one, seat)
    if not may_send(one, room):
        _stop_sending(webinar, one)
    media_streams.keep_to_rights(webinar, one, sends=may_send(one, room), muted=held_mute(one, room))
    media_control.align(webinar, one)


def cut_off(event: RemovedFromRoom) -> None:
    """Somebody is out: their seat, their stream and every connection of theirs end."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    one = db.session.get_one(WebinarParticipant, event.participant_id)
    _stop_sending(webinar, one)
    for seat in _living(webinar, one.id):
        seat.ended_at = clock.now()
    db.session.flush()
    media_streams.keep_to_rights(webinar, one, sends=False, muted=True)
    media_control.put_out(webinar, one)


def mute_everybody(event: EveryoneMuted) -> None:
    """Every microphone but those of who runs the room is off."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    room = db.session.get_one(WebinarRoom, webinar.id)
    for seat in _living(webinar):
        one = db.session.get_one(WebinarParticipant, seat.participant_id)
        if seat.token is not None and one.role not in RUNS:
            media_control.align(webinar, one)
        if room.hard_muted:
            media_streams.keep_to_rights(webinar, one, sends=may_send(one, room), muted=held_mute(one, room))


def end_all(event: SessionEnded) -> None:
    """The session is over."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    for seat in _living(webinar):
        seat.ended_at = clock.now()
    db.session.flush()
    media_streams.end_running(webinar)
    media_control.close(webinar)


def _stop_sending(webinar: Webinar, one: WebinarParticipant) -> None:
    for seat in _living(webinar, one.id):
        if seat.tracks:
            seat.tracks = []
            db.session.flush()
            media.tell_tracks(webinar, one, seat)


def _living(webinar: Webinar, participant_id: int | None = None) -> Sequence[WebinarMediaSeat]:
    asked = select(WebinarMediaSeat).where(
        WebinarMediaSeat.webinar_id == webinar.id, WebinarMediaSeat.ended_at.is_(None)
    )
    if participant_id is not None:
        asked = asked.where(WebinarMediaSeat.participant_id == participant_id)
    return db.session.scalars(asked).all()
