"""The room's log, and looking into a room from outside."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved, has
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.irooms import loaders
from app.irooms.actions import oversight as actions
from app.irooms.forms.rooms import GlassForm
from app.irooms.queries import rooms as queries
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
OVERSEES = has(Permission.ROOMS_OVERSEE)


@bp.get("/<slug>/log")
@access(approved, seat=loaders.entered)
def log(seat: Seat) -> str:
    """What happened in the room."""
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None
    lines, older = queries.log(seat, before)
    return render_template("irooms/log.html", seat=seat, lines=lines, older=older)


@bp.get("/oversight")
@access(OVERSEES)
def oversight() -> str:
    """Every room there is."""
    return render_template("irooms/oversight.html", rows=queries.overview())


@bp.get("/<slug>/glass")
@access(OVERSEES, seat=loaders.overseen)
def glass(seat: Seat) -> Answer:
    """The form that opens a room's content to an administrator."""
    if seat.member is not None:
        return redirect(url_for("irooms.room", slug=seat.room.public_id))
    return render_template("irooms/glass.html", seat=seat, form=GlassForm(formdata=None))


@bp.post("/<slug>/glass")
@access(OVERSEES, seat=loaders.overseen)
@idempotent
def glass_breaking(seat: Seat) -> Answer:
    """Open the room for reading, for a while and a reason."""
    form = GlassForm()
    if not form.validate():
        return render_template("irooms/glass.html", seat=seat, form=form), UNPROCESSABLE
    try:
        actions.break_glass(seat, form.reason.data or "", int(form.hours.data))
    except Refused as error:
        form.reason.errors = [str(error)]
        return render_template("irooms/glass.html", seat=seat, form=form), UNPROCESSABLE
    return redirect(url_for("irooms.room", slug=seat.room.public_id))
