"""Summaries: written with figures in them, looked at, published, taken back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import stocktaking_loaders as loaders
from app.irooms.actions.stocktaking import summarising as actions
from app.irooms.forms.stocktaking import SummaryForm
from app.irooms.models.stocktaking import StocktakingSummary
from app.irooms.queries.stocktaking.reading import Place
from app.irooms.rendering import render_markdown
from app.irooms.seats import Seat
from app.irooms.stocktaking.figures import Figure, bar_words, pieces
from app.irooms.views.blueprint import bp
from app.irooms.views.stocktaking.page import Answer, render


@bp.get("/<slug>/stocktaking/<stocktaking_id>/summary")
@access(approved, place=loaders.built)
def stocktaking_summary_new(place: Place) -> str:
    """The form for a summary, with the figures that can be put into it."""
    form = SummaryForm(formdata=None)
    form.title.data = place.row.title
    return _page(place, form)


@bp.post("/<slug>/stocktaking/<stocktaking_id>/summary")
@access(approved, place=loaders.built)
@idempotent
def stocktaking_summarise(place: Place) -> Answer:
    """Publish a summary, or show it as everybody would see it."""
    form = SummaryForm()
    if not form.validate():
        return _page(place, form), UNPROCESSABLE
    text = (form.text.data or "").strip()
    try:
        if request.form.get("preview"):
            shown, _responses = actions.drawn(place.seat, place.row, text)
            return _page(place, form, preview=body(text, shown))
        summary = actions.publish(place.seat, place.row, form.title.data or "", text)
    except Refused as error:
        form.text.errors = [str(error)]
        return _page(place, form), UNPROCESSABLE
    notify(_("The summary is published. Everybody in the room was told."))
    return redirect(
        url_for("irooms.stocktaking_summary", slug=place.seat.room.public_id, summary_id=summary.public_id)
    )


@bp.get("/<slug>/summaries/<summary_id>")
@access(approved, found=loaders.summary)
def stocktaking_summary(found: tuple[Seat, StocktakingSummary]) -> str:
    """A published summary, as it was then."""
    seat, summary = found
    figures = {int(number): Figure.from_json(kept) for number, kept in summary.figures.items()}
    return render_template(
        "irooms/stocktaking/summary.html",
        seat=seat,
        summary=summary,
        body=body(summary.text, figures),
        takes_back=seat.manages and seat.writes,
    )


@bp.post("/<slug>/summaries/<summary_id>/withdrawal")
@access(approved, found=loaders.summary_managed)
def stocktaking_summary_withdrawal(found: tuple[Seat, StocktakingSummary]) -> BaseResponse:
    """Take a summary back."""
    seat, summary = found
    actions.take_back(seat, summary)
    notify(_("Taken back. Nobody reads it any more."))
    return redirect(url_for("irooms.stocktaking", slug=seat.room.public_id))


def body(text: str, figures: Mapping[int, Figure]) -> Markup:
    """Return a summary's text as HTML, each figure as its table where it stands."""
    parts = []
    for piece in pieces(text):
        if isinstance(piece, str):
            parts.append(render_markdown(piece))
        elif piece in figures:
            shown = render_template(
                "irooms/stocktaking/_one_figure.html", figure=figures[piece], bar_words=bar_words
            )
            parts.append(Markup(shown))
    return Markup("\n").join(parts)


def _page(place: Place, form: SummaryForm, preview: Markup | None = None) -> str:
    return render("summary_form", place, form=form, preview=preview, numbers=place.content.numbers())
