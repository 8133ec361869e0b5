"""The live room: its page, coming in and leaving, the room as it is now, news by number, and its doors."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.database import JSON, rollback
from app.core.forms import UNPROCESSABLE
from app.core.i18n import page_direction, page_language
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.live import beats
from app.live.polls import asked_beats
from app.webinars import following, journal, loaders, media_policy, room_loaders, snapshot, words
from app.webinars.actions import room as actions
from app.webinars.actions import room_entry
from app.webinars.models.planning import MediaKind
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place
from app.webinars.policy import RUNS
from app.webinars.queries import people as people_queries
from app.webinars.queries import room as queries
from app.webinars.views.blueprint import bp
from app.webinars.views.room_answers import asked, done, refusing, switch

_POLICY = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
_DEVICES = {"Permissions-Policy": _POLICY}
"""Pages of the room may ask for microphone, camera and screen; no other page may."""


# ------------------------------------------------------------------------------------------------ the page


@bp.get("/<webinar_id>/room")
@access(approved, place=loaders.seen)
def room_page(place: Place) -> BaseResponse | tuple[str, int]:
    """The room itself for who has come in; before that its door, afterwards the way back."""
    return _page(place)


def _page(place: Place, refused: str = "", status: int = 200) -> BaseResponse:
    webinar = place.webinar
    around: dict[str, Any] = {
        "webinar": webinar,
        "back": _session(place),
        "enter_url": url_for("webinars.room_enter", webinar_id=webinar.public_id),
        "open_url": url_for("webinars.room_open", webinar_id=webinar.public_id),
    }
    if webinar.settled:
        page = render_template("webinars/room/ended.html", **around)
    elif place.barred:
        page = render_template("webinars/room/removed.html", banned=place.me.banned_at is not None, **around)
    elif webinar.running and place.participant is not None and not refused:
        page = render_template(
            "webinars/room/page.html", webinar=webinar, config=_config(place), words=words.spoken()
        )
    elif webinar.running and place.room is not None and place.room.locked and place.role not in RUNS:
        page = render_template("webinars/room/locked.html", **around)
    else:
        page = render_template(
            "webinars/room/entry.html",
            may_open=not webinar.running and (place.plans or place.role in RUNS),
            probe=url_for("health.health"),
            sound=webinar.media not in {MediaKind.NULL, MediaKind.LINK},
            words=words.spoken().get("preflight", {}),
            refused=refused,
            **around,
        )
    response = make_response(page, status)
    response.headers.update(_DEVICES)
    response.headers.update(media_policy.headers(webinar))
    return response


def _config(place: Place) -> JSON:
    """What the room's client knows from the beginning."""
    webinar = place.webinar
    return {
        "id": webinar.public_id,
        "topic": journal.topic_of(webinar),
        "title": webinar.title,
        "base": url_for("webinars.room_page", webinar_id=webinar.public_id),
        "after": _session(place),
        "csrf": generate_csrf(),
        "language": page_language(),
        "direction": page_direction(),
        "zone": place.actor.zone,
        "me": people_queries.me(place),
        "webinar": {
            "title": webinar.title,
            "starts_at": webinar.starts_at.isoformat(),
            "ends_at": webinar.ends_at.isoformat(),
            "zone": webinar.zone,
            "languages": webinar.languages,
            "roster": webinar.roster,
            "media": webinar.media,
            "anonymous_questions": webinar.anonymous_questions,
            "keep_chat": webinar.keep_chat,
            "recorded": webinar.recorded,
        },
    } | snapshot.settings_of(place)


def _session(place: Place) -> str:
    """The address of the session's page."""
    return url_for("webinars.planning_session", webinar_id=place.webinar.public_id)


# ------------------------------------------------------------------------------------------------ coming and going


@bp.post("/<webinar_id>/room/open")
@access(approved, place=room_loaders.led)
@idempotent
def room_open(place: Place) -> BaseResponse:
    """Open the room, and go in."""
    try:
        actions.open_room(place)
    except Refused as no:
        rollback()
        return _no(place, no)
    return _entered(loaders.seen(place.actor, place.webinar.public_id))


@bp.post("/<webinar_id>/room/entry")
@access(approved, place=loaders.seen)
@idempotent
def room_enter(place: Place) -> BaseResponse:
    """Come in by one click, or come back."""
    return _entered(place)


def _entered(place: Place) -> BaseResponse:
    try:
        me = room_entry.enter(place)
    except Refused as no:
        rollback()
        return _no(place, no)
    if request.is_json:
        return jsonify(number=journal.last(place.webinar), **_standing(me))
    return redirect(url_for("webinars.room_page", webinar_id=place.webinar.public_id))


def _standing(me: WebinarParticipant) -> JSON:
    return {"id": me.public_id, "waiting": me.admitted_at is None, "role": me.role}


def _no(place: Place, no: Refused) -> BaseResponse:
    if request.is_json:
        return make_response(jsonify(detail=str(no)), UNPROCESSABLE)
    return _page(place, str(no), UNPROCESSABLE)


@bp.post("/<webinar_id>/room/leave")
@access(approved, place=room_loaders.met)
@refusing
def room_leave(place: Place) -> Response:
    """Go."""
    room_entry.leave(place)
    return done(journal.last(place.webinar))


# ------------------------------------------------------------------------------- how it is, what is new


@bp.get("/<webinar_id>/room/state")
@access(approved, place=room_loaders.met)
def room_state(place: Place) -> Response:
    """The room as it is now; for who waits, the lobby."""
    told: JSON = {"me": people_queries.me(place), "now": clock.now().isoformat()}
    if place.inside:
        return jsonify(snapshot.taken(place) | told)
    return jsonify(told | {"number": snapshot.number(place), "lobby": queries.lobby(place)})


@bp.get("/<webinar_id>/room/journal")
@access(approved, place=room_loaders.following)
def room_journal(place: Place) -> Response:
    """What came after a number, as far as the person is told of it."""
    return jsonify(_news(place))


@bp.get("/<webinar_id>/room/poll")
@access(approved, place=room_loaders.following)
def room_poll(place: Place) -> Response:
    """The same with a beat: where a gateway answers, it waits for news; here it does not."""
    given = asked_beats(
        request.args.get("beat", ""), journal.topic_of(place.webinar), place.actor.user_id or 0
    )
    kept = beats.keep(given) if place.inside else set()
    acked = sorted(n for one, n in kept if given and one == given[0].connection)
    connection = given[0].connection if given else ""
    return jsonify(_news(place) | {"touches": [], "acked": acked, "connection": connection})


def _news(place: Place) -> JSON:
    after = request.args.get("after", 0, int)
    return queries.news(place, max(0, min(after, 2**31 - 1)), following.heard_by(place))


# ------------------------------------------------------------------------------------------------ beginning, end, doors


@bp.post("/<webinar_id>/room/begin")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_begin(place: Place) -> Response:
    """Begin the session."""
    return done(actions.begin(place))


@bp.post("/<webinar_id>/room/end")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_end(place: Place) -> Response:
    """End the session for everybody."""
    return done(actions.end(place))


@bp.post("/<webinar_id>/room/lock")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_lock(place: Place) -> Response:
    """Lock the room to newcomers, or unlock it."""
    return done(actions.lock_doors(place, switch(asked())))


@bp.post("/<webinar_id>/room/lobby")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_lobby(place: Place) -> Response:
    """Let people wait until they are let in, or not."""
    return done(actions.set_lobby(place, switch(asked())))


@bp.post("/<webinar_id>/room/lobby/words")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_lobby_words(place: Place) -> Response:
    """Say something to those who wait."""
    return done(actions.set_lobby_words(place, str(asked().get("words", ""))))


@bp.post("/<webinar_id>/room/lobby/admit")
@access(approved, place=loaders.hosted)
@idempotent
@refusing
def room_admit_all(place: Place) -> Response:
    """Let everybody in who waits."""
    return done(journal.last(place.webinar), admitted=room_entry.admit_all(place))
