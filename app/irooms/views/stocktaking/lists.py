"""The stocktakings of a room, one of them, and what it is for."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import loaders as rooms
from app.irooms import stocktaking_loaders as loaders
from app.irooms import stocktaking_words as words
from app.irooms.actions.stocktaking import building as actions
from app.irooms.forms.stocktaking import AboutForm
from app.irooms.queries.stocktaking import reading
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.seats import Seat
from app.irooms.stocktaking_policy import by_country_possible, takes_answers
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import Answer, render, to


@bp.get("/<slug>/stocktaking")
@access(approved, seat=rooms.entered)
def stocktaking(seat: Seat) -> str:
    """Every stocktaking one may see, and the published summaries; who only observes sees the latter."""
    return render_template(
        "irooms/stocktaking/list.html",
        seat=seat,
        rows=reading.listed(seat) if seat.takes_part else [],
        summaries=reading.summaries(seat.room),
        takes_answers=takes_answers,
        words=words,
    )


@bp.get("/<slug>/stocktaking/new")
@access(approved, seat=loaders.writing)
def stocktaking_new(seat: Seat) -> str:
    """The form for a new one."""
    form = _form(seat, bound=False)
    form.begin()
    return _about_page(seat, form)


@bp.post("/<slug>/stocktaking")
@access(approved, seat=loaders.writing)
@idempotent
def stocktaking_make(seat: Seat) -> Answer:
    """Begin a stocktaking."""
    form = _form(seat)
    if not form.validate():
        return _about_page(seat, form), UNPROCESSABLE
    try:
        row = actions.make(seat, form.about())
    except Refused as error:
        form.unit.errors = [str(error)]
        return _about_page(seat, form), UNPROCESSABLE
    notify(_("The stocktaking is made. Add its questions."))
    return redirect(
        url_for("irooms.stocktaking_build", slug=seat.room.public_id, stocktaking_id=row.public_id)
    )


@bp.get("/<slug>/stocktaking/<stocktaking_id>")
@access(approved, place=loaders.seen)
def stocktaking_one(place: Place) -> str:
    """What it is for, until when, how far one is, what was published."""
    return render(
        "one",
        place,
        sheet=reading.sheet(place),
        summaries=reading.summaries(place.seat.room, place.row),
    )


@bp.get("/<slug>/stocktaking/<stocktaking_id>/settings")
@access(approved, place=loaders.built)
def stocktaking_settings(place: Place) -> str:
    """The form to change what it is for."""
    form = _form(place.seat, bound=False)
    form.show(place.row)
    return _about_page(place.seat, form, place)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/settings")
@access(approved, place=loaders.built)
def stocktaking_change(place: Place) -> Answer:
    """Change what it is for."""
    form = _form(place.seat)
    if not form.validate():
        return _about_page(place.seat, form, place), UNPROCESSABLE
    try:
        actions.change(place.seat, place.row, form.about())
    except Refused as error:
        form.answers_visible.errors = [str(error)]
        return _about_page(place.seat, form, place), UNPROCESSABLE
    notify(_("Saved"))
    return to(place)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/removal")
@access(approved, place=loaders.built)
def stocktaking_removal(place: Place) -> BaseResponse:
    """Remove one that was never opened."""
    try:
        actions.remove(place.seat, place.row)
    except Refused as error:
        notify(str(error), "attention")
        return to(place)
    notify(_("The stocktaking was removed."))
    return redirect(url_for("irooms.stocktaking", slug=place.seat.room.public_id))


def _form(seat: Seat, *, bound: bool = True) -> AboutForm:
    form = AboutForm() if bound else AboutForm(formdata=None)
    form.offer(by_country=by_country_possible(seat.room))
    return form


def _about_page(seat: Seat, form: AboutForm, place: Place | None = None) -> str:
    return render_template(
        "irooms/stocktaking/about.html", seat=seat, form=form, row=place.row if place else None
    )
