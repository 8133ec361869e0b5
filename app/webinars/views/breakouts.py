"""Breakouts of the live room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext as _

from app.core.access import access, approved
from app.core.refusal import Refused, require
from app.webinars import breakouts_loaders, loaders, snapshot
from app.webinars.actions import breakouts as actions
from app.webinars.breakouts_loaders import Found
from app.webinars.models.talk import Grouping, WebinarBreakout
from app.webinars.places import Place
from app.webinars.queries import breakouts as queries
from app.webinars.queries.talk_people import participant
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import answered, refusing, sent


@bp.get("/<webinar_id>/room/breakouts")
@access(approved, place=loaders.entered)
def breakouts_state(place: Place) -> Response:
    """The breakouts as they are now for this person."""
    return jsonify(snapshot.part(place, "breakouts"))


@bp.post("/<webinar_id>/room/breakouts")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_prepare(place: Place) -> Response:
    """Prepare breakouts for who is there: ``grouping``, ``count`` or ``names``."""
    given = sent()
    names = given.get("names")
    actions.prepare(
        place,
        _grouping(given.get("grouping")),
        queries.there(place.webinar.id),
        [str(one) for one in names] if isinstance(names, list) else [],
        _whole(given, "count") or 0,
    )
    return answered()


@bp.post("/<webinar_id>/room/breakouts/opening")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_begin(place: Place) -> Response:
    """Send everybody to their breakout, for ``minutes`` or without an end."""
    actions.begin(place, _whole(sent(), "minutes"))
    return answered()


@bp.post("/<webinar_id>/room/breakouts/time")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_time(place: Place) -> Response:
    """Let them end in ``minutes`` from now."""
    actions.set_time(place, _whole(sent(), "minutes"))
    return answered()


@bp.post("/<webinar_id>/room/breakouts/closing")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_end(place: Place) -> Response:
    """Everybody back."""
    actions.end(place.webinar, place)
    return answered()


@bp.post("/<webinar_id>/room/breakouts/removal")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_drop(place: Place) -> Response:
    """Throw away what is prepared."""
    actions.drop(place)
    return answered()


@bp.post("/<webinar_id>/room/breakouts/word")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_say(place: Place) -> Response:
    """Tell ``text`` to everybody, wherever they are."""
    actions.say(place, sent().get("text"))
    return answered()


@bp.post("/<webinar_id>/room/breakouts/moves")
@access(approved, place=loaders.hosted)
@refusing
def breakouts_move(place: Place) -> Response:
    """Let ``person`` belong to the breakout ``room`` (or to none)."""
    given = sent()
    one = participant(place.webinar.id, str(given.get("person")))
    if one is None:
        raise Refused(_("This person is not in the room."))
    actions.move(place, one, _room(place, given.get("room")))
    return answered()


@bp.post("/<webinar_id>/room/breakouts/help")
@access(approved, place=loaders.entered)
@refusing
def breakouts_help(place: Place) -> Response:
    """Call a host into one's breakout, or with ``wanted`` false take the call back."""
    actions.call(place, wanted=sent().get("wanted") is not False)
    return answered()


@bp.post("/<webinar_id>/room/breakouts/<breakout_id>/visit")
@access(approved, found=breakouts_loaders.held)
@refusing
def breakouts_visit(found: Found) -> Response:
    """Go to a breakout."""
    actions.go(found.place, found.room)
    return answered()


@bp.post("/<webinar_id>/room/breakouts/return")
@access(approved, place=loaders.entered)
@refusing
def breakouts_leave(place: Place) -> Response:
    """Come back to the whole room by oneself."""
    actions.go(place, None)
    return answered()


def _grouping(given: object) -> Grouping:
    try:
        return Grouping(str(given))
    except ValueError:
        raise Refused(_("Choose how people are grouped.")) from None


def _room(place: Place, given: object) -> WebinarBreakout | None:
    if given is None:
        return None
    held = queries.running(place.webinar.id)
    room = held.room(str(given)) if held else None
    require(room is not None, _("This breakout is not there any more."))
    return room


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
