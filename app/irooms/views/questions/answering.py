"""What experts do with a question: take it, hand it over, decline, ask back, answer, open it again."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import questions_loaders as loaders
from app.irooms.actions.questions import answering as actions
from app.irooms.forms.questions import AnswerForm, ClarificationForm, DeclineForm, HandOverForm, ReopenForm
from app.irooms.queries import questions as queries
from app.irooms.queries import rooms
from app.irooms.queries.questions import Found
from app.irooms.questions_policy import may_hand_over
from app.irooms.views.blueprint import bp
from app.irooms.views.questions.page import Answer, question_page, to_question


@bp.post("/<slug>/questions/<question_id>/taking")
@access(approved, found=loaders.handled)
def question_taking(found: Found) -> BaseResponse:
    """Take a question upon oneself."""
    try:
        actions.take(found.seat, found.question)
        notify(_("You have taken this question."))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/answer")
@access(approved, found=loaders.handled)
@idempotent
def question_answer(found: Found) -> Answer:
    """Answer a question."""
    form = AnswerForm()
    if not form.validate():
        return question_page(found, "answer", form), UNPROCESSABLE
    try:
        actions.answer(found.seat, found.question, form.text.data or "", private=bool(form.private.data))
    except Refused as error:
        form.text.errors = [str(error)]
        return question_page(found, "answer", form), UNPROCESSABLE
    notify(_("Your answer was sent."))
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/clarification")
@access(approved, found=loaders.handled)
@idempotent
def question_clarification(found: Found) -> Answer:
    """Ask the asker back."""
    form = ClarificationForm()
    if not form.validate():
        return question_page(found, "clarification", form), UNPROCESSABLE
    try:
        actions.ask_back(found.seat, found.question, form.text.data or "")
    except Refused as error:
        form.text.errors = [str(error)]
        return question_page(found, "clarification", form), UNPROCESSABLE
    notify(_("Sent. The time for the answer stands still until there is a reply."))
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/declining")
@access(approved, found=loaders.handled)
def question_declining(found: Found) -> Answer:
    """Say that a question is not one's own to answer."""
    form = DeclineForm()
    if not form.validate():
        return question_page(found, "declining", form), UNPROCESSABLE
    try:
        actions.decline(found.seat, found.question, form.reason.data or "")
        notify(_("Declined. The question stays with the others who were asked."))
    except Refused as error:
        notify(str(error), "attention")
    return to_question(found)


@bp.post("/<slug>/questions/<question_id>/reopening")
@access(approved, found=loaders.handled)
@idempotent
def question_reopening(found: Found) -> Answer:
    """Open an answered question again."""
    form = ReopenForm()
    if not form.validate():
        return question_page(found, "reopening", form), UNPROCESSABLE
    try:
        actions.reopen(found.seat, found.question, form.text.data or "")
    except Refused as error:
        form.text.errors = [str(error)]
        return question_page(found, "reopening", form), UNPROCESSABLE
    return to_question(found)


@bp.get("/<slug>/questions/<question_id>/handover")
@access(approved, found=loaders.handled)
def question_handover(found: Found) -> Answer:
    """Choose who takes the question over."""
    if not may_hand_over(found.seat, found.question):
        notify(_("You have not taken this question."), "attention")
        return to_question(found)
    return _handover_page(found, HandOverForm(formdata=None))


@bp.post("/<slug>/questions/<question_id>/handover")
@access(approved, found=loaders.handled)
def question_handing(found: Found) -> Answer:
    """Hand a question over."""
    form = HandOverForm()
    form.offer(queries.experts_to_choose(found.seat, found.question))
    if not form.validate():
        return _handover_page(found, form), UNPROCESSABLE
    to = rooms.member(found.seat, form.to.data)
    try:
        if to is None:
            raise Refused(_("Choose another expert of this room."))
        actions.hand_over(found.seat, found.question, to, form.reason.data or "")
    except Refused as error:
        form.to.errors = [str(error)]
        return _handover_page(found, form), UNPROCESSABLE
    notify(_("Handed over."))
    return to_question(found)


def _handover_page(found: Found, form: HandOverForm) -> str:
    if form.to.choices is None:
        form.offer(queries.experts_to_choose(found.seat, found.question))
    return render_template(
        "irooms/questions/handover.html", seat=found.seat, question=found.question, form=form
    )
