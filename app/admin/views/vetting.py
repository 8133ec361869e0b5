"""Vetting: who waits for approval, decided with a reason, with its history."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import actions
from app.accounts.models import User
from app.admin import loaders
from app.admin.forms.vetting import DeclineForm, QuestionForm
from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.queries import vetting
from app.admin.rules import VET
from app.admin.words import WORDS, languages_of
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ui import notify

bp = Blueprint("vetting", __name__, url_prefix="/admin/vetting", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int]
CONFLICT = 409


@bp.get("")
@access(VET)
def queue() -> Answer:
    """Applications that wait, the oldest first."""
    page = page_number()
    rows, total = vetting.waiting(offset=offset(page), limit=SIZE)
    return render_template(
        "admin/vetting/queue.html", rows=rows, sheet=sheet(page, len(rows), total), **WORDS
    )


@bp.get("/decided")
@access(VET)
def decided() -> Answer:
    """Decisions, the newest first."""
    page = page_number()
    rows, total = vetting.decided(offset=offset(page), limit=SIZE)
    return render_template(
        "admin/vetting/decided.html", rows=rows, sheet=sheet(page, len(rows), total), **WORDS
    )


@bp.get("/<person_id>")
@access(VET, person=loaders.applicant)
def application(person: User) -> Answer:
    """One application with its history."""
    return _page(person)


@bp.post("/<person_id>/approval")
@access(VET, person=loaders.applicant)
@idempotent
def approve(person: User) -> Answer:
    """Approve it."""
    try:
        actions.approve(current_actor(), person)
    except actions.Refused as refused:
        return _conflict(person, refused)
    notify(_("%(name)s is approved and was told by mail.", name=person.name))
    return redirect(url_for("vetting.queue"))


@bp.post("/<person_id>/refusal")
@access(VET, person=loaders.applicant)
@idempotent
def decline(person: User) -> Answer:
    """Decline it with a reason."""
    form = DeclineForm()
    if not form.validate():
        return _page(person, decline=form), UNPROCESSABLE
    try:
        actions.decline(current_actor(), person, form.reason.data or "")
    except actions.Refused as refused:
        return _conflict(person, refused)
    notify(_("%(name)s is declined and was told why by mail.", name=person.name))
    return redirect(url_for("vetting.queue"))


@bp.post("/<person_id>/questions")
@access(VET, person=loaders.applicant)
@idempotent
def ask(person: User) -> Answer:
    """Ask the applicant something; the application keeps waiting."""
    form = QuestionForm()
    if not form.validate():
        return _page(person, question=form), UNPROCESSABLE
    try:
        actions.ask(current_actor(), person, form.question.data or "")
    except actions.Refused as refused:
        return _conflict(person, refused)
    notify(_("The question was sent to %(name)s.", name=person.name))
    return redirect(url_for("vetting.application", person_id=person.public_id))


def _page(person: User, *, decline: DeclineForm | None = None, question: QuestionForm | None = None) -> str:
    return render_template(
        "admin/vetting/application.html",
        person=person,
        working_languages=languages_of(person),
        history=vetting.history(person.id),
        decline_form=decline or DeclineForm(formdata=None),
        question_form=question or QuestionForm(formdata=None),
        **WORDS,
    )


def _conflict(person: User, refused: actions.Refused) -> Answer:
    """Somebody was faster: show what they decided."""
    notify(str(refused), "danger")
    return _page(person), CONFLICT
