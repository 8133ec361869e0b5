"""Attendance as each person sees their own: minutes and rule, the code of those beside them; checking in by code."""

from __future__ import annotations

import io

import segno
from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.addresses import address_for
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.limits import limiter
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import attendance_codes as codes
from app.webinars import attendance_loaders, loaders, planning_words, snapshot
from app.webinars import attendance_shown as shown
from app.webinars.actions import attendance as actions
from app.webinars.attendance_room import PART
from app.webinars.forms.attendance import CodeForm
from app.webinars.models.attendance import EntryKind
from app.webinars.models.planning import State
from app.webinars.places import Place
from app.webinars.queries import attendance as queries
from app.webinars.queries.closing import closing_of, own_now
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
TRIES = "10 per minute; 60 per hour"


@bp.get("/<webinar_id>/attendance/mine")
@access(approved, place=loaders.seen)
def attendance_mine(place: Place) -> str:
    """My own minutes, what the rule asks for, what was found; nobody else's."""
    webinar, now = place.webinar, clock.now()
    closing = closing_of(webinar.id)
    return render_template(
        "webinars/attendance/mine.html",
        seat=place,
        one=own_now(webinar, place.actor.user_id or 0, now, closing),
        rule=queries.rule_of(webinar),
        closing=closing,
        shown=shown,
        words=planning_words,
        beside=codes.beside_code(place.me) if place.inside else "",
    )


@bp.get("/<webinar_id>/room/attendance")
@access(approved, place=loaders.entered)
def attendance_count(place: Place) -> Response:
    """My own count, for the live room."""
    return jsonify(snapshot.part(place, PART))


# ------------------------------------------------------------------------------------------------ checking in


@bp.get("/<webinar_id>/check-in")
@access(approved, place=loaders.seen)
def attendance_check_in(place: Place) -> str:
    """The form for a code: filled in already for who came by the picture of it."""
    form = CodeForm(formdata=None)
    form.code.data = request.args.get("code", "")[:40]
    return _check_in(place, form)


@bp.post("/<webinar_id>/check-in")
@access(approved, place=loaders.seen)
@limiter.limit(TRIES)
@idempotent
def attendance_take_code(place: Place) -> Answer:
    """Check in by the code that is shown where one is."""
    form = CodeForm()
    if not form.validate():
        return _check_in(place, form), UNPROCESSABLE
    try:
        kind = actions.check_in(place, form.code.data or "")
    except Refused as no:  # before anything is written
        form.code.errors = [str(no)]
        return _check_in(place, form), UNPROCESSABLE
    beside = kind == EntryKind.COMPANION
    notify(_("You get the minutes of the person you sit with.") if beside else _("You are checked in."))
    return redirect(url_for("webinars.attendance_mine", webinar_id=place.webinar.public_id))


def _check_in(place: Place, form: CodeForm) -> str:
    return render_template("webinars/attendance/check_in.html", seat=place, form=form)


@bp.get("/<webinar_id>/check-in/code")
@access(approved, place=attendance_loaders.kept)
def attendance_hall(place: Place) -> str:
    """The code for the hall's screen; it changes every minute, and the page with it."""
    now = clock.now()
    ends = codes.hall_code_ends(now)
    return render_template(
        "webinars/attendance/hall.html",
        seat=place,
        code=codes.hall_code(place.webinar, now),
        ends=ends,
        again=max(1, int((ends - now).total_seconds()) + 1),
        taken=actions.takes_lists(place.webinar)
        and place.webinar.state not in {State.DRAFT, State.CANCELLED},
    )


@bp.get("/<webinar_id>/check-in/code.svg")
@access(approved, place=attendance_loaders.kept)
def attendance_hall_picture(place: Place) -> Response:
    """The address of the form with the present code, as a picture for telephones."""
    code = codes.hall_code(place.webinar, clock.now())
    address = address_for("webinars.attendance_check_in", webinar_id=place.webinar.public_id)
    buffer = io.BytesIO()
    segno.make(f"{address}?code={code}", error="m").save(buffer, kind="svg", scale=8, border=3, light="#fff")
    return Response(buffer.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})
