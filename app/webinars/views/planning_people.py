"""Who is named in a session: hosts, co-hosts, speakers, note-takers, guests."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.addresses import normalised
from app.accounts.models import User
from app.accounts.queries import by_email
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import loaders
from app.webinars.actions import planning_people as actions
from app.webinars.forms.planning import NewRunnerForm, RunnerForm
from app.webinars.loaders import Named
from app.webinars.places import Place
from app.webinars.queries import planning as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<webinar_id>/people")
@access(approved, place=loaders.planned)
def planning_people(place: Place) -> str:
    """Everybody who is named, and the form that names one more."""
    return _page(place, _form(place, bound=False))


@bp.post("/<webinar_id>/people")
@access(approved, place=loaders.planned)
@idempotent
def planning_add_person(place: Place) -> Answer:
    """Name somebody."""
    form = _form(place)
    if not form.validate():
        return _page(place, form), UNPROCESSABLE
    person = _person(place, form)
    if form.errors:
        return _page(place, form), UNPROCESSABLE
    try:
        actions.add(place, form.part(), person)
    except Refused as error:
        form.form_errors.append(str(error))
        return _page(place, form), UNPROCESSABLE
    notify(_("Added"))
    return _back(place)


@bp.get("/<webinar_id>/people/<runner_id>")
@access(approved, named=loaders.named)
def planning_person(named: Named) -> str:
    """The form of somebody who is named."""
    form = RunnerForm(formdata=None)
    form.show(named.row)
    return _person_page(named, form)


@bp.post("/<webinar_id>/people/<runner_id>")
@access(approved, named=loaders.named)
def planning_change_person(named: Named) -> Answer:
    """Change what somebody is in the session."""
    form = RunnerForm()
    if not form.validate():
        return _person_page(named, form), UNPROCESSABLE
    try:
        actions.change(named.place, named.row, form.part())
    except Refused as error:
        form.form_errors.append(str(error))
        return _person_page(named, form), UNPROCESSABLE
    notify(_("Saved"))
    return _back(named.place)


@bp.post("/<webinar_id>/people/<runner_id>/removal")
@access(approved, named=loaders.named)
def planning_remove_person(named: Named) -> BaseResponse:
    """Name somebody no more."""
    try:
        actions.remove(named.place, named.row)
    except Refused as error:
        notify(str(error), "attention")
        return _back(named.place)
    notify(_("Removed"))
    if named.row.user_id == named.place.actor.user_id and named.place.webinar.created_by != named.row.user_id:
        return redirect(url_for("webinars.planning_index"))
    return _back(named.place)


@bp.post("/<webinar_id>/people/<runner_id>/up")
@access(approved, named=loaders.named)
def planning_person_up(named: Named) -> BaseResponse:
    """Let somebody stand further up."""
    try:
        actions.move_up(named.place, named.row)
    except Refused as error:
        notify(str(error), "attention")
    return _back(named.place)


def _form(place: Place, *, bound: bool = True) -> NewRunnerForm:
    form = NewRunnerForm() if bound else NewRunnerForm(formdata=None)
    form.offer(queries.known_people(place.actor, place.webinar))
    return form


def _person(place: Place, form: NewRunnerForm) -> User | None:
    """Return the account that is meant, None for a guest; what is wrong stands at its field."""
    if form.known.data:
        return queries.person_among(place.actor, place.webinar, form.known.data)
    if not form.email.data:
        if not form.name.data:
            form.name.errors = [_("Say what the guest is called, or enter the address of an account.")]
        return None
    found = by_email(normalised(form.email.data))
    if found is None or not found.is_approved:
        form.email.errors = [_("Nobody with this address has an approved account.")]
        return None
    return found


def _page(place: Place, form: NewRunnerForm) -> str:
    return render_template(
        "webinars/planning/people.html", seat=place, form=form, runners=queries.runners(place.webinar)
    )


def _person_page(named: Named, form: RunnerForm) -> str:
    return render_template("webinars/planning/person.html", seat=named.place, row=named.row, form=form)


def _back(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.planning_people", webinar_id=place.webinar.public_id))
