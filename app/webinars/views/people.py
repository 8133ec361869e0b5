"""People of the live room: the list as each may see it, who waits, roles, the host's place."""

from __future__ import annotations

from flask import Response, jsonify, request

from app.core.access import access, approved
from app.core.idempotency import idempotent
from app.webinars import loaders, room_loaders
from app.webinars.actions import people as actions
from app.webinars.actions import room_entry
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.queries import people as queries
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, done, refusing

Person = tuple[Place, WebinarParticipant]


@bp.get("/<webinar_id>/room/people")
@access(approved, place=loaders.entered)
def people_list(place: Place) -> Response:
    """One page of who is there, as far as the person may see it; ``q`` looks for a name, ``after`` counts on."""
    after = max(0, min(request.args.get("after", 0, int), 100_000))
    return jsonify(queries.roster(place, after, request.args.get("q", "")))


@bp.post("/<webinar_id>/room/people/<participant_id>/admit")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def people_admit(found: Person) -> Response:
    """Let somebody in who waits."""
    return done(room_entry.admit(*found))


@bp.post("/<webinar_id>/room/people/<participant_id>/role")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def people_role(found: Person) -> Response:
    """Promote or demote somebody."""
    return done(actions.set_role(*found, str(asked().get("role", ""))))


@bp.post("/<webinar_id>/room/people/<participant_id>/host")
@access(approved, found=room_loaders.person)
@idempotent
@refusing
def people_host(found: Person) -> Response:
    """Pass the host's place on to somebody, or take it back."""
    return done(actions.pass_host(*found))
