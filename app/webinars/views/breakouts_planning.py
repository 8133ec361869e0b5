"""The page where breakouts are prepared before a session, for who is registered."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import loaders
from app.webinars.actions import breakouts as actions
from app.webinars.forms.breakouts import BreakoutsForm, PlacesForm
from app.webinars.models.talk import Grouping
from app.webinars.places import Place
from app.webinars.queries import breakouts as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<webinar_id>/breakouts")
@access(approved, place=loaders.planned)
def breakouts_page(place: Place) -> str:
    """What is prepared, and who belongs where."""
    return _page(place, BreakoutsForm(formdata=None))


@bp.post("/<webinar_id>/breakouts")
@access(approved, place=loaders.planned)
def breakouts_plan(place: Place) -> Answer:
    """Prepare breakouts for who is registered, in the place of what was prepared."""
    form = BreakoutsForm()
    if not form.validate():
        return _page(place, form), UNPROCESSABLE
    people = list(queries.registered(place.webinar.id).values())
    names = (form.names.data or "").splitlines()
    try:
        actions.prepare(place, Grouping(form.grouping.data), people, names, form.count.data or 0)
    except Refused as error:
        rollback()
        form.names.errors = [str(error)]
        return _page(place, form), UNPROCESSABLE
    notify(_("The breakouts are prepared. You open them in the room."))
    return _back(place)


@bp.post("/<webinar_id>/breakouts/places")
@access(approved, place=loaders.planned)
def breakouts_put(place: Place) -> Answer:
    """Keep who belongs where."""
    held = queries.running(place.webinar.id)
    if held is None or not PlacesForm().validate():
        return _back(place)
    chosen = {
        person.user_id: room
        for person_id, person in queries.registered(place.webinar.id).items()
        if (room := held.room(request.form.get(f"place-{person_id}", ""))) is not None
    }
    try:
        actions.assign_all(place, held, chosen)
        notify(_("Saved: who belongs to which breakout."))
    except Refused as error:
        notify(str(error), "attention")
    return _back(place)


@bp.post("/<webinar_id>/breakouts/removal")
@access(approved, place=loaders.planned)
def breakouts_away(place: Place) -> BaseResponse:
    """Throw away what is prepared."""
    try:
        actions.drop(place)
        notify(_("Nothing is prepared any more."))
    except Refused as error:
        notify(str(error), "attention")
    return _back(place)


def _page(place: Place, form: BreakoutsForm) -> str:
    held = queries.running(place.webinar.id)
    people = queries.expected(place.webinar.id, held.row.id) if held else []
    return render_template("webinars/breakouts/page.html", seat=place, form=form, held=held, people=people)


def _back(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.breakouts_page", webinar_id=place.webinar.public_id))
