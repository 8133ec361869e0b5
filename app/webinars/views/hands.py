"""Hands of the live room: the queue, the floor, its end."""

from __future__ import annotations

from flask import Response

from app.core.access import access, approved
from app.core.idempotency import idempotent
from app.webinars import journal, loaders, room_loaders
from app.webinars.actions import hands as actions
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, done, refusing, switch, whole

Person = tuple[Place, WebinarParticipant]


@bp.post("/<webinar_id>/room/hands")
@access(approved, place=loaders.entered)
@idempotent
@refusing
def hands_set(place: Place) -> Response:
    """Raise or lower one's own hand."""
    given = asked()
    up = switch({"on": given.get("up", True)})
    actions.set_hand(place, up)
    return done(journal.last(place.webinar), up=up)


@bp.post("/<webinar_id>/room/hands/lower")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def hands_lower_all(place: Place) -> Response:
    """Lower every hand."""
    return done(journal.last(place.webinar), lowered=actions.lower_all(place))


@bp.post("/<webinar_id>/room/hands/next")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def hands_next(place: Place) -> Response:
    """Give the floor to who has waited longest."""
    return done(actions.give_next(place, whole(asked(), "seconds", actions.LIMIT)))


@bp.post("/<webinar_id>/room/hands/<participant_id>/lower")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def hands_lower(found: Person) -> Response:
    """Lower somebody's hand."""
    actions.lower(*found)
    return done(journal.last(found[0].webinar))


@bp.post("/<webinar_id>/room/hands/<participant_id>/floor")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def hands_floor(found: Person) -> Response:
    """Give somebody the floor for some seconds."""
    return done(actions.give_floor(*found, whole(asked(), "seconds", actions.LIMIT)))


@bp.post("/<webinar_id>/room/hands/<participant_id>/end")
@access(approved, found=room_loaders.fellow)
@idempotent
@refusing
def hands_end(found: Person) -> Response:
    """Take the floor back, or give one's own back."""
    return done(actions.end_floor(*found))
