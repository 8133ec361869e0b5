"""Moderation of the live room: each act is one call with ``{"on": true}``, its counterpart the same with false."""

from __future__ import annotations

from flask import Response, jsonify, request

from app.core.access import access, approved
from app.core.idempotency import idempotent
from app.webinars import loaders, room_loaders
from app.webinars.actions import moderation as actions
from app.webinars.models.room import WebinarLog, WebinarParticipant
from app.webinars.places import Place
from app.webinars.queries import moderation as queries
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, done, refusing, switch

Person = tuple[Place, WebinarParticipant]


@bp.post("/<webinar_id>/room/moderation/people/<participant_id>/mute")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def moderation_mute(found: Person) -> Response:
    """Switch a microphone off, or ask to switch it on."""
    return done(actions.mute(*found, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/people/<participant_id>/hard-mute")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def moderation_hard_mute(found: Person) -> Response:
    """Keep a microphone off."""
    return done(actions.hard_mute(*found, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/people/<participant_id>/silence")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def moderation_silence(found: Person) -> Response:
    """Keep somebody from writing."""
    return done(actions.silence(*found, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/people/<participant_id>/remove")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def moderation_remove(found: Person) -> Response:
    """Take somebody out of the room."""
    return done(actions.remove(*found, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/people/<participant_id>/ban")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def moderation_ban(found: Person) -> Response:
    """Take somebody out for good."""
    return done(actions.ban(*found, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/mute")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def moderation_mute_all(place: Place) -> Response:
    """Switch everybody's microphone off."""
    return done(actions.mute_all(place, switch(asked())))


@bp.post("/<webinar_id>/room/moderation/hard-mute")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def moderation_hard_mute_all(place: Place) -> Response:
    """Keep everybody's microphone off."""
    return done(actions.hard_mute_all(place, switch(asked())))


@bp.get("/<webinar_id>/room/moderation/log")
@access(approved, place=loaders.hosted)
def moderation_log(place: Place) -> Response:
    """What was done in the room, the latest first."""
    return jsonify(queries.log(place, request.args.get("before", None, int)))


@bp.post("/<webinar_id>/room/moderation/log/<entry_id>/undo")
@access(approved, found=room_loaders.logged)
@idempotent
@refusing
def moderation_undo(found: tuple[Place, WebinarLog]) -> Response:
    """Undo an act by its counterpart."""
    return done(actions.undo(*found))
