"""A manager opens, closes and reopens a stocktaking, sees who is missing, and reminds them."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core import clock
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import stocktaking_loaders as loaders
from app.irooms.actions.stocktaking import running as actions
from app.irooms.forms.stocktaking import DeadlineForm
from app.irooms.models import IdentityMode
from app.irooms.queries.stocktaking.coverage import coverage
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import Answer, render, to

_USUAL = timedelta(days=21)


@bp.get("/<slug>/stocktaking/<stocktaking_id>/opening")
@access(approved, place=loaders.built)
def stocktaking_opening(place: Place) -> str:
    """The form with the deadline."""
    form = DeadlineForm(formdata=None)
    form.offer()
    row = place.row
    usual = (clock.now() + _USUAL).replace(hour=21, minute=0, second=0, microsecond=0)
    standing = row.deadline is not None and row.deadline > clock.now()
    form.show(row.deadline if standing and row.deadline else usual, row.zone)
    return render("opening", place, form=form)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/opening")
@access(approved, place=loaders.built)
def stocktaking_open(place: Place) -> Answer:
    """Open for answers, reopen, or change the deadline."""
    form = DeadlineForm()
    form.offer()
    if not form.validate():
        return render("opening", place, form=form), UNPROCESSABLE
    try:
        actions.open_for_answers(place.seat, place.row, form.deadline(), form.zone.data)
    except Refused as error:
        form.day.errors = [str(error)]
        return render("opening", place, form=form), UNPROCESSABLE
    notify(_("Answers are taken until then. Everybody who takes part was told."))
    return to(place)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/closing")
@access(approved, place=loaders.built)
def stocktaking_closing(place: Place) -> BaseResponse:
    """Close before the deadline."""
    try:
        actions.close(place.seat, place.row)
        notify(_("Closed. No more answers are taken."))
    except Refused as error:
        notify(str(error), "attention")
    return to(place)


@bp.get("/<slug>/stocktaking/<stocktaking_id>/coverage")
@access(approved, place=loaders.managed)
def stocktaking_coverage(place: Place) -> str:
    """Who has answered and who has not; counts only in a room of pseudonyms."""
    return render(
        "coverage",
        place,
        coverage=coverage(place.seat.room, place.row),
        masked=place.seat.room.identity == IdentityMode.PSEUDONYM,
        legal_system_name=lambda key: LEGAL_SYSTEMS.get(key, ""),
    )


@bp.post("/<slug>/stocktaking/<stocktaking_id>/reminder")
@access(approved, place=loaders.built)
def stocktaking_reminder(place: Place) -> BaseResponse:
    """Remind those whose answers are missing."""
    try:
        told = actions.remind(place.seat, place.row)
        notify(ngettext("%(num)d person was reminded.", "%(num)d people were reminded.", told))
    except Refused as error:
        notify(str(error), "attention")
    return to(place, "coverage")
