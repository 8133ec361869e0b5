"""Registering and withdrawing; for those who plan, who is registered, as a page and as files; invitations."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core import csv
from app.core.access import access, approved, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import loaders, planning_shown
from app.webinars import registration_exports as exports
from app.webinars.actions import invitations
from app.webinars.actions import registration as actions
from app.webinars.actions.invitations import Invitation
from app.webinars.forms.registration import MOST_ADDRESSES, AnswersForm, InviteForm, answers_form
from app.webinars.loaders import Standing
from app.webinars.models.planning import RegistrationState
from app.webinars.places import Place
from app.webinars.queries import planning as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]
PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAID = {
    RegistrationState.REGISTERED: lambda: _("You are registered."),
    RegistrationState.WAITING: lambda: _("All places are taken. You are on the waiting list."),
}


@bp.get("/<webinar_id>/registration")
@access(approved, place=loaders.seen)
def registration_form(place: Place) -> Answer:
    """The questions that are asked on registering."""
    if not planning_shown.may_register(place):
        return _to_session(place)
    form = answers_form(place.webinar, bound=False)
    if place.registration is not None:
        form.show(place.registration.answers)
    return _form_page(place, form)


@bp.post("/<webinar_id>/registration")
@access(approved, place=loaders.seen)
@idempotent
def registration_make(place: Place) -> Answer:
    """Register, or take a place on the waiting list."""
    form = answers_form(place.webinar)
    if not form.validate():
        return _form_page(place, form), UNPROCESSABLE
    try:
        row = actions.register(place, form.answers())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(place, form), UNPROCESSABLE
    notify(_SAID[RegistrationState(row.state)]())
    return _to_session(place)


@bp.post("/<webinar_id>/withdrawal")
@access(approved, place=loaders.seen)
def registration_withdraw(place: Place) -> BaseResponse:
    """Give one's place or one's invitation up."""
    try:
        actions.withdraw(place)
    except Refused as error:
        notify(str(error), "attention")
        return _to_session(place)
    notify(_("You are not registered any more."))
    if loaders.still_seen(place):
        return _to_session(place)
    return redirect(url_for("webinars.planning_index"))


def _form_page(place: Place, form: AnswersForm) -> str:
    return render_template("webinars/planning/registering.html", seat=place, form=form)


# ------------------------------------------------------------------------------------------------ for who plans


@bp.get("/<webinar_id>/registrations")
@access(approved, place=loaders.planned)
def registration_list(place: Place) -> str:
    """Who is registered, waits and is invited, with their answers."""
    return _list_page(place, InviteForm(formdata=None))


@bp.post("/<webinar_id>/registrations/<registration_id>/removal")
@access(approved, standing=loaders.standing)
def registration_remove(standing: Standing) -> BaseResponse:
    """Take somebody's place or invitation back."""
    try:
        actions.remove(standing.place, standing.row)
        notify(_("Taken back."))
    except Refused as error:
        notify(str(error), "attention")
    return _to_list(standing.place)


@bp.post("/<webinar_id>/invitations")
@access(approved, place=loaders.planned)
@idempotent
def registration_invite(place: Place) -> Answer:
    """Invite addresses."""
    form = InviteForm()
    if not form.validate():
        return _list_page(place, form), UNPROCESSABLE
    good, bad = form.addresses()
    if bad or len(good) > MOST_ADDRESSES:
        form.emails.errors = [
            _("This is not an e-mail address: %(text)s", text=bad[0])
            if bad
            else _("At most 100 addresses at once.")
        ]
        return _list_page(place, form), UNPROCESSABLE
    refused = _invite_all(place, good)
    sent = len(good) - len(refused)
    if sent:
        notify(ngettext("%(num)d person is invited.", "%(num)d people are invited.", sent))
    for text in refused:
        notify(text, "attention")
    return _to_list(place)


def _invite_all(place: Place, addresses: list[str]) -> list[str]:
    refused = []
    for address in addresses:
        try:
            invitations.invite(place, address)
        except Refused as error:
            refused.append(f"{address}: {error}")
    return refused


@bp.get("/<webinar_id>/registrations.csv")
@access(approved, place=loaders.planned)
def registration_csv(place: Place) -> Response:
    """The list as CSV."""
    header, rows = exports.sheet(place.webinar)
    exports.note_export(place, "csv", len(rows))
    body = stream_with_context(csv.stream(header, rows))
    return Response(body, content_type="text/csv; charset=utf-8", headers=_as_file("csv"))


@bp.get("/<webinar_id>/registrations.xlsx")
@access(approved, place=loaders.planned)
def registration_xlsx(place: Place) -> Response:
    """The list as a workbook."""
    header, rows = exports.sheet(place.webinar)
    exports.note_export(place, "xlsx", len(rows))
    return Response(exports.workbook(header, rows), content_type=XLSX, headers=_as_file("xlsx"))


def _as_file(ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="registrations.{ending}"',
        "Cache-Control": "no-store",
    }


def _list_page(place: Place, form: InviteForm) -> str:
    asked = request.args.get("page", "0")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0
    found = queries.registrations(place.webinar, limit=PAGE + 1, offset=page * PAGE)
    return render_template(
        "webinars/planning/registrations.html",
        seat=place,
        form=form,
        rows=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        counts=queries.counts(place.webinar),
        answer=exports.answer_words,
    )


# ------------------------------------------------------------------------------------------------ a link


@bp.get("/invitations/<token>")
@access(approved, invitation=loaders.invited)
def registration_invitation(invitation: Invitation | None) -> str:
    """What one is invited to by a link; why not, when it cannot be used."""
    return render_template("webinars/planning/invitation.html", invitation=invitation, path=request.path)


@bp.post("/invitations/<token>")
@access(approved, invitation=loaders.invited)
def registration_accept(invitation: Invitation | None) -> Answer:
    """Take the invitation as one's own; the link works no more."""
    if invitation is None:
        return redirect(request.path)
    try:
        invitations.accept(current_actor(), invitation)
    except Refused as error:
        notify(str(error), "attention")
        return redirect(url_for("webinars.planning_index"))
    return redirect(url_for("webinars.planning_session", webinar_id=invitation.webinar.public_id))


def _to_session(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.planning_session", webinar_id=place.webinar.public_id))


def _to_list(place: Place) -> BaseResponse:
    return redirect(url_for("webinars.registration_list", webinar_id=place.webinar.public_id))
