"""Who read what: per resource and per member for managers, one's own for everybody; whose view a code belongs to."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import and_

from app.core.access import access, approved, current_actor, has
from app.core.forms import UNPROCESSABLE
from app.core.permissions import Permission
from app.irooms import loaders, resources_loaders
from app.irooms.actions.resources import tracing
from app.irooms.actions.resources.viewing import own_row
from app.irooms.faces import faces
from app.irooms.forms.resources import TraceForm
from app.irooms.models import RoomMembership
from app.irooms.models.resources import RoomResourceView
from app.irooms.queries.resources import reading
from app.irooms.resources_loaders import Item, Shelf
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp

Answer = str | tuple[str, int]
OVERSEES = has(Permission.ROOMS_OVERSEE)


@bp.get("/<slug>/resources/<resource_id>/readers")
@access(approved, item=resources_loaders.managed_item)
def resource_readers(item: Item) -> str:
    """Who was shown a resource, or took it away."""
    found = reading.readers(item.seat, item.row.resource)
    return render_template("irooms/resources/readers.html", seat=item.seat, item=item, readers=found)


@bp.get("/<slug>/resources/readers/<member_id>")
@access(approved, found=resources_loaders.managed_member)
def resource_member(found: tuple[Shelf, RoomMembership]) -> str:
    """What a member was shown, or took away."""
    shelf, member = found
    theirs = and_(RoomResourceView.room_id == shelf.seat.room.id, RoomResourceView.membership_id == member.id)
    looks, older = reading.looks(shelf.seat, shelf.tree, theirs, _before())
    face = faces(shelf.seat.room, [member.id])[member.id]
    return render_template(
        "irooms/resources/looks.html",
        seat=shelf.seat,
        looks=looks,
        older=older,
        heading=_("What %(face)s has read", face=face.label),
        own=False,
    )


@bp.get("/<slug>/resources/mine")
@access(approved, shelf=resources_loaders.root)
def resources_mine(shelf: Shelf) -> str:
    """What one was shown oneself, or took away: what the managers see of one."""
    looks, older = reading.looks(shelf.seat, shelf.tree, own_row(shelf.seat), _before())
    return render_template(
        "irooms/resources/looks.html",
        seat=shelf.seat,
        looks=looks,
        older=older,
        heading=_("What you have read"),
        own=True,
    )


@bp.get("/<slug>/resources/trace")
@access(approved, seat=loaders.managed)
def resource_trace(seat: Seat) -> str:
    """The form that asks whose view a code belongs to."""
    return render_template("irooms/resources/trace.html", seat=seat, form=TraceForm(formdata=None))


@bp.post("/<slug>/resources/trace")
@access(approved, seat=loaders.managed)
def resource_traced(seat: Seat) -> Answer:
    """Say whose view a code belongs to."""
    form = TraceForm()
    if not form.validate():
        return render_template("irooms/resources/trace.html", seat=seat, form=form), UNPROCESSABLE
    found = tracing.trace_in_room(seat, form.code.data or "")
    return render_template("irooms/resources/trace.html", seat=seat, form=form, traced=found, asked=True)


@bp.get("/trace")
@access(OVERSEES)
def oversight_trace() -> str:
    """The same for any room, for those who oversee rooms."""
    return render_template("irooms/resources/oversight_trace.html", form=TraceForm(formdata=None))


@bp.post("/trace")
@access(OVERSEES)
def oversight_traced() -> Answer:
    """Say to which room, and whose view, a code belongs; what was seen there stays in the room."""
    form = TraceForm()
    if not form.validate():
        return render_template("irooms/resources/oversight_trace.html", form=form), UNPROCESSABLE
    found = tracing.trace_anywhere(current_actor(), form.code.data or "")
    return render_template("irooms/resources/oversight_trace.html", form=form, traced=found, asked=True)


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None
