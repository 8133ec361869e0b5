"""Sound and picture of a live room: taking a seat there, sending, and keeping what is sent to what the room allows.

A browser asks for a grant (``come``), renews it while it sends, and says what it wants to send (``show``); what it may
is decided here, and what the row of the participant says is what everybody is shown. Whoever comes back after a cut
comes with everything switched off. The media server is told after the commit (``media_control``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.webinars import journal
from app.webinars.actions import media_control
from app.webinars.actions.people_stage import room_of, take_stage, tell_all
from app.webinars.media import Adapter, Unavailable, adapter_of
from app.webinars.media.base import Door
from app.webinars.media.rights import held_mute, may_send
from app.webinars.models.media import WebinarMediaRoom, WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar
from app.webinars.models.room import WebinarEvent, WebinarParticipant, WebinarRoom
from app.webinars.places import Place
from app.webinars.policy import RUNS, STAGE

SILENT_AFTER = timedelta(seconds=50)  # without a renewal a browser that sends is gone
SIGNALS_KEPT = timedelta(minutes=2)  # they hold network addresses, and are of use for seconds
MOST_TRACKS = 6
SOURCES = {"microphone": "audio", "camera": "video", "screen": "video"}


@dataclass(frozen=True, slots=True)
class Sending:
    """What somebody wants to send; ``tracks`` is what their browser calls it (see ``WebinarMediaSeat.tracks``)."""

    microphone: bool = False
    camera: bool = False
    screen: bool = False
    tracks: Sequence[Mapping[str, Any]] = ()

    @property
    def anything(self) -> bool:
        """Whether anything is on."""
        return self.microphone or self.camera or self.screen


# ------------------------------------------------------------------------------------------------------- seats


def come(place: Place, *, again: bool = False) -> JSON:
    """Take the seat for sound and picture, or take it over from another browser, and return the grant for it.

    ``again``: what was granted before did not work, so the room is made anew if it is not there. Refused when the room
    carries no more people; the grant says ``available: False`` while the media server does not answer.
    """
    webinar, me = place.webinar, place.me
    adapter = adapter_of(webinar)
    room_of(webinar)
    db.session.refresh(me)
    seat = _living(me)
    if seat is None:
        _check_room_for_one(adapter, webinar, me)
    else:
        end_seat(webinar, me, seat, told="media.elsewhere")
    media = media_control.media_room(webinar)
    seat = WebinarMediaSeat(webinar_id=webinar.id, participant_id=me.id, renewed_at=clock.now())
    db.session.add(seat)
    db.session.flush()
    switched_off(webinar, me)
    return _granted(place, adapter, media, seat, make=again or media.opened_at is None)


def regrant(place: Place, seat_id: str, *, again: bool = False) -> JSON:
    """Return a new grant for a seat that one has: the floor was given, or the first was too old."""
    room_of(place.webinar)
    seat = _own(place, seat_id)
    seat.renewed_at = clock.now()
    media = media_control.media_room(place.webinar)
    return _granted(place, adapter_of(place.webinar), media, seat, make=again)


def _granted(
    place: Place, adapter: Adapter, media: WebinarMediaRoom, seat: WebinarMediaSeat, *, make: bool
) -> JSON:
    webinar, me = place.webinar, place.me
    sends = may_send(me, room_of(webinar))
    granted: JSON = {
        "kind": webinar.media,
        "seat": seat.public_id,
        "sends": sends,
        "available": True,
        "capacity": adapter.capacity.as_json(),
    }
    try:
        if make:
            adapter.open(media, webinar)
            media.opened_at = clock.now()
        granted |= adapter.grant(Door(webinar, media, seat, me.public_id, sends, me.muted))
    except Unavailable:
        granted["available"] = False
    return granted


def renew(place: Place, seat_id: str) -> None:
    """Say that the browser that has a seat is still there. Refused when another one has it by now."""
    seat = _own(place, seat_id)
    seat.renewed_at = clock.now()


def go(place: Place, seat_id: str) -> None:
    """Give a seat back; what was sent is off."""
    seat = _own(place, seat_id)
    room_of(place.webinar)
    end_seat(place.webinar, place.me, seat)
    switched_off(place.webinar, place.me)


def _check_room_for_one(adapter: Adapter, webinar: Webinar, me: WebinarParticipant) -> None:
    """Refuse who would be one too many. One seat is kept for who runs the session."""
    seated = db.session.execute(
        select(WebinarParticipant.role, WebinarParticipant.camera, WebinarParticipant.screen)
        .join(WebinarMediaSeat, WebinarMediaSeat.participant_id == WebinarParticipant.id)
        .where(WebinarMediaSeat.webinar_id == webinar.id, WebinarMediaSeat.ended_at.is_(None))
    ).all()
    cameras = sum(1 for one in seated if one.camera or one.screen)
    kept = 0 if me.role in RUNS or any(one.role in RUNS for one in seated) else 1
    require(
        adapter.mixes(cameras, len(seated) + 1 + kept),
        _("This room carries sound and picture to no more people. Slides, chat, questions and polls work."),
    )


def _living(me: WebinarParticipant) -> WebinarMediaSeat | None:
    return db.session.scalars(
        select(WebinarMediaSeat).where(
            WebinarMediaSeat.participant_id == me.id, WebinarMediaSeat.ended_at.is_(None)
        )
    ).one_or_none()


def _own(place: Place, seat_id: str) -> WebinarMediaSeat:
    seat = _living(place.me)
    if seat is None or seat.public_id != seat_id:
        raise Refused(_("Sound and picture are in another window of yours."))
    return seat


def end_seat(webinar: Webinar, me: WebinarParticipant, seat: WebinarMediaSeat, told: str = "") -> None:
    """End a seat: what it sent is gone for everybody. ``told`` is what its browser is told, if anything."""
    seat.ended_at = clock.now()
    sent = bool(seat.tracks)
    db.session.flush()
    media_control.align(webinar, me)
    if sent:
        tell_tracks(webinar, me, seat)
    if told:
        journal.tell(webinar, told, {"seat": seat.public_id}, journal.to_person(me.public_id))


# ------------------------------------------------------------------------------------------------------- sending


def show(place: Place, seat_id: str, wanted: Sending) -> JSON:
    """Switch on and off what one sends, as far as the room allows; returns how it is now.

    Refused to who may not send, to who is muted, when the stage is full, and beyond what the room carries.
    """
    webinar, me = place.webinar, place.me
    room = room_of(webinar)
    db.session.refresh(me)
    seat = _own(place, seat_id)
    seat.renewed_at = clock.now()
    if wanted.anything:
        _check_sending(adapter_of(webinar), webinar, room, me, wanted)
        take_stage(webinar, me)
    before = _state(me)
    me.microphone, me.camera, me.screen = wanted.microphone, wanted.camera, wanted.screen
    if not wanted.anything and room.microphones and me.role not in STAGE and me.floor_until is None:
        me.stage = None
    _keep_tracks(webinar, me, seat, wanted.tracks)
    db.session.flush()
    if before != _state(me):
        tell_all(webinar, me)  # whoever listens to rights aligns the media server, too
    else:
        media_control.align(webinar, me)
    db.session.refresh(room, ["number"])
    return {"number": room.number, "microphone": me.microphone, "camera": me.camera, "screen": me.screen}


def switched_off(webinar: Webinar, me: WebinarParticipant) -> None:
    """Switch off whatever somebody sends, and tell everybody if anything was on."""
    if me.microphone or me.camera or me.screen:
        me.microphone = me.camera = me.screen = False
        tell_all(webinar, me)


def _check_sending(
    adapter: Adapter, webinar: Webinar, room: WebinarRoom, me: WebinarParticipant, wanted: Sending
) -> None:
    require(may_send(me, room), _("Ask for the floor first: raise your hand."))
    require(not (wanted.microphone and held_mute(me, room)), _("The host has muted you."))
    others = db.session.execute(
        select(
            func.count(WebinarParticipant.id).filter(WebinarParticipant.camera | WebinarParticipant.screen),
            func.count(WebinarParticipant.id).filter(WebinarParticipant.microphone),
        ).where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.id != me.id,
            WebinarParticipant.left_at.is_(None),
        )
    ).one()
    if wanted.microphone and not me.microphone:
        require(
            others[1] < adapter.capacity.voices,
            _("This room carries the sound of %(count)s people at a time.", count=adapter.capacity.voices),
        )
    if (wanted.camera and not me.camera) or (wanted.screen and not me.screen):
        people = db.session.scalar(
            select(func.count(WebinarMediaSeat.id)).where(
                WebinarMediaSeat.webinar_id == webinar.id, WebinarMediaSeat.ended_at.is_(None)
            )
        )
        require(
            adapter.mixes(others[0] + 1, people or 1),
            _("This room carries no further picture with so many people in it."),
        )


def _keep_tracks(
    webinar: Webinar, me: WebinarParticipant, seat: WebinarMediaSeat, given: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what the browser calls what it sends; everybody who receives needs it."""
    tracks = [
        {"mid": str(one.get("mid", ""))[:40], "kind": SOURCES[one["source"]], "source": one["source"]}
        for one in given[:MOST_TRACKS]
        if one.get("source") in SOURCES
    ]
    if tracks != seat.tracks:
        seat.tracks = tracks
        db.session.flush()
        tell_tracks(webinar, me, seat)


def tell_tracks(webinar: Webinar, me: WebinarParticipant, seat: WebinarMediaSeat) -> int:
    """Tell everybody under which names somebody's sound and picture are to be had; none when nothing is sent."""
    body: JSON = {"id": me.public_id, "seat": seat.public_id, "tracks": seat.tracks}
    if seat.ended_at is not None:
        body["tracks"] = []
    return journal.tell(webinar, "media.tracks", body)


def _state(me: WebinarParticipant) -> tuple[bool, bool, bool, int | None]:
    return me.microphone, me.camera, me.screen, me.stage


# ------------------------------------------------------------------------------------------------------- signals


def signal(place: Place, seat_id: str, to: str, body: JSON) -> int:
    """Hand a browser's signal on to somebody's: ``to`` is their participant's public id. Returns the entry's number.

    Only in rooms from browser to browser, only between seats of which one may send; kept for two minutes.
    """
    webinar = place.webinar
    require(webinar.media == MediaKind.P2P, _("This room has no connections from browser to browser."))
    seat = _own(place, seat_id)
    found = db.session.execute(
        select(WebinarParticipant, WebinarMediaSeat)
        .join(WebinarMediaSeat, WebinarMediaSeat.participant_id == WebinarParticipant.id)
        .where(
            WebinarParticipant.webinar_id == webinar.id,
            WebinarParticipant.public_id == to,
            WebinarParticipant.removed_at.is_(None),
            WebinarMediaSeat.ended_at.is_(None),
        )
    ).one_or_none()
    require(found is not None, _("This person is not connected."))
    assert found is not None
    other, other_seat = found
    room = room_of(webinar)
    require(may_send(place.me, room) or may_send(other, room), _("Neither of you is on the stage."))
    db.session.execute(
        delete(WebinarEvent).where(
            WebinarEvent.webinar_id == webinar.id,
            WebinarEvent.kind == "media.signal",
            WebinarEvent.at < clock.now() - SIGNALS_KEPT,
        )
    )
    told: JSON = {"from": place.me.public_id, "seat": seat.public_id, "to": other_seat.public_id, **body}
    return journal.tell(webinar, "media.signal", told, journal.to_person(other.public_id))
