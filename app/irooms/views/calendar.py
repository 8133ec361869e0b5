"""The calendar of a room, by month; its entries."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import calendar_loaders, calendar_sources
from app.irooms.actions import calendar as actions
from app.irooms.forms.calendar import EventForm
from app.irooms.loaders import entered
from app.irooms.models.discussion import RoomEvent
from app.irooms.queries.calendar import as_entry
from app.irooms.rendering import render_markdown
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.notifications import months

Answer = str | BaseResponse | tuple[str, int]
_DAY = timedelta(days=1)


@bp.get("/<slug>/calendar")
@access(approved, seat=entered)
def calendar(seat: Seat) -> str:
    """What is when in this room, on the reader's clock."""
    zone = seat.actor.zone
    today = months.month_of(clock.now(), zone)
    month = months.month_named(request.args.get("month", ""), zone) or today
    entries = calendar_sources.entries([seat], min(month.begins, today.begins) - _DAY)
    return render_template(
        "irooms/calendar/month.html",
        seat=seat,
        month=month,
        today=today,
        days=months.by_day(month, entries),
        later=months.next_with_entries(month, entries),
        times=months.times,
        elsewhere=months.elsewhere,
        plans=seat.manages and seat.writes,
    )


@bp.get("/<slug>/calendar/new")
@access(approved, seat=calendar_loaders.planning)
def calendar_new(seat: Seat) -> str:
    """The form of a new entry."""
    form = _form(bound=False)
    form.begin(seat.actor.zone, (clock.now() + _DAY).astimezone(ZoneInfo(seat.actor.zone)).date())
    return _form_page(seat, form)


@bp.post("/<slug>/calendar")
@access(approved, seat=calendar_loaders.planning)
@idempotent
def calendar_create(seat: Seat) -> Answer:
    """Add an entry."""
    form = _form()
    if not form.validate():
        return _form_page(seat, form), UNPROCESSABLE
    try:
        event = actions.make_event(seat, form.plan())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(seat, form), UNPROCESSABLE
    notify(_("The entry is in the calendar. Every member is told."))
    return redirect(_address(seat, event))


@bp.get("/<slug>/calendar/<event_id>")
@access(approved, found=calendar_loaders.event)
def calendar_event(found: tuple[Seat, RoomEvent]) -> str:
    """One entry."""
    seat, event = found
    entry = as_entry(event, seat.room.public_id)
    day = event.starts_at.astimezone(ZoneInfo(seat.actor.zone)).date()
    return render_template(
        "irooms/calendar/event.html",
        seat=seat,
        event=event,
        entry=entry,
        times=months.times(entry, seat.actor.zone, day),
        other=months.elsewhere(entry, seat.actor.zone),
        city=months.place(seat.actor.zone),
        description=render_markdown(event.description),
        plans=seat.manages and seat.writes and event.cancelled_at is None,
    )


@bp.get("/<slug>/calendar/<event_id>/edit")
@access(approved, found=calendar_loaders.planned)
def calendar_edit(found: tuple[Seat, RoomEvent]) -> str:
    """The form of an entry."""
    form = _form(bound=False)
    form.show(found[1])
    return _form_page(found[0], form, found[1])


@bp.post("/<slug>/calendar/<event_id>/edit")
@access(approved, found=calendar_loaders.planned)
def calendar_change(found: tuple[Seat, RoomEvent]) -> Answer:
    """Change an entry."""
    seat, event = found
    form = _form()
    if not form.validate():
        return _form_page(seat, form, event), UNPROCESSABLE
    try:
        actions.change_event(seat, event, form.plan())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(seat, form, event), UNPROCESSABLE
    notify(_("Saved"))
    return redirect(_address(seat, event))


@bp.post("/<slug>/calendar/<event_id>/cancellation")
@access(approved, found=calendar_loaders.planned)
def calendar_cancellation(found: tuple[Seat, RoomEvent]) -> BaseResponse:
    """Cancel an entry."""
    actions.cancel_event(*found)
    notify(_("The entry is cancelled. Every member is told."))
    return redirect(_address(*found))


def _form(*, bound: bool = True) -> EventForm:
    form = EventForm() if bound else EventForm(formdata=None)
    form.offer_zones()
    return form


def _form_page(seat: Seat, form: EventForm, event: RoomEvent | None = None) -> str:
    return render_template("irooms/calendar/form.html", seat=seat, form=form, event=event)


def _address(seat: Seat, event: RoomEvent) -> str:
    return url_for("irooms.calendar_event", slug=seat.room.public_id, event_id=event.public_id)
