"""What the asker does: asks, replies, judges the answer, asks on, withdraws."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.queries import person_of
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import questions_loaders as loaders
from app.irooms.actions.questions import asking as actions
from app.irooms.faces import own_face
from app.irooms.forms.questions import AskForm, SayForm
from app.irooms.queries import questions as queries
from app.irooms.queries.questions import Found
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.questions.page import Answer, question_page, to_question


@bp.get("/<slug>/questions/new")
@access(approved, seat=loaders.asking)
def question_new(seat: Seat) -> str:
    """The form for a question."""
    form = AskForm(formdata=None)
    form.offer()
    form.begin(seat.room, person_of(seat.actor))
    return _ask_page(seat, form)


@bp.post("/<slug>/questions")
@access(approved, seat=loaders.asking)
@idempotent
def question_ask(seat: Seat) -> Answer:
    """Put a question to the experts."""
    form = AskForm()
    form.offer()
    if not form.validate():
        return _ask_page(seat, form), UNPROCESSABLE
    question = actions.ask(seat, form.asked())
    notify(
        _("Your question is with all experts and managers: no expert of this room covers just this.")
        if question.routed_to_all
        else _("Your question is with the experts who cover it.")
    )
    return redirect(url_for("irooms.question", slug=seat.room.public_id, question_id=question.public_id))


@bp.get("/<slug>/questions/<question_id>")
@access(approved, found=loaders.seen)
def question(found: Found) -> str:
    """A question with what was said about it."""
    return question_page(found)


@bp.post("/<slug>/questions/<question_id>/reply")
@access(approved, found=loaders.own)
@idempotent
def question_reply(found: Found) -> Answer:
    """Say more before there is an answer."""
    form = SayForm()
    if not form.validate():
        return question_page(found, "reply", form), UNPROCESSABLE
    try:
        actions.reply(found.seat, found.question, form.text.data or "", private=bool(form.private.data))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/helpful")
@access(approved, found=loaders.own)
def question_helpful(found: Found) -> BaseResponse:
    """Say that the answer helped."""
    try:
        actions.mark_helpful(found.seat, found.question)
        notify(_("Thank you. The experts see that the answer helped."))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/follow-up")
@access(approved, found=loaders.own)
@idempotent
def question_follow_up(found: Found) -> Answer:
    """Ask on after an answer."""
    form = SayForm()
    if not form.validate():
        return question_page(found, "follow_up", form), UNPROCESSABLE
    try:
        actions.ask_on(found.seat, found.question, form.text.data or "", private=bool(form.private.data))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/withdrawal")
@access(approved, found=loaders.own)
def question_withdrawal(found: Found) -> BaseResponse:
    """Take a question back."""
    try:
        actions.withdraw(found.seat, found.question)
        notify(_("Withdrawn. Nobody else reads this question any more."))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


def _ask_page(seat: Seat, form: AskForm) -> str:
    assert seat.member is not None
    return render_template(
        "irooms/questions/ask.html",
        seat=seat,
        form=form,
        days=queries.answer_days(seat.room),
        face=own_face(seat.room, seat.member, person_of(seat.actor)),
    )
