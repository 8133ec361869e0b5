"""What I am asked about, and saying what an activity was like."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.queries import person_of
from app.core.access import access, approved, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.i18n import page_language
from app.core.idempotency import idempotent
from app.core.refusal import Refused, require
from app.core.ui import notify
from app.feedback import actions, loaders, queries
from app.feedback.actions import Content
from app.feedback.answering import AnswerForm, form_for, shown
from app.feedback.models import AT_THE_END, Part
from app.feedback.notices import ASKED, title_of
from app.feedback.policy import may_read_some
from app.feedback.queries import Asked
from app.feedback.questions import Question
from app.feedback.views.blueprint import bp
from app.notifications.actions import seen


@bp.get("")
@access(approved)
def mine() -> str:
    """What waits for my answer, what I have answered, and whether I am asked again months later."""
    actor = current_actor()
    asked = queries.mine(actor.user_id or 0)
    return render_template(
        "feedback/mine.html",
        open=[one for one in asked if one.is_open and one.answer is None],
        answered=[one for one in asked if one.answer is not None],
        later=queries.wants_follow_ups(actor.user_id or 0),
        title_of=title_of,
        reads=may_read_some(actor),
    )


@bp.post("/follow-ups")
@access(approved)
def switch_follow_ups() -> BaseResponse:
    """Be asked again months later, or not any more."""
    user_id = current_actor().user_id or 0
    wanted = not queries.wants_follow_ups(user_id)
    actions.want_follow_ups(user_id, wanted=wanted)
    notify(
        _("You will be asked again months later.")
        if wanted
        else _("You will not be asked months later any more.")
    )
    return redirect(url_for("feedback.mine"))


@bp.get("/<activity_id>")
@access(approved, asked=loaders.asked)
def form(asked: Asked) -> str:
    """The questionnaire; filled in with what I said, while it can be changed."""
    seen(current_actor(), f"feedback:{asked.activity.key}", kinds=[ASKED])
    questions = queries.present(asked.activity, Part.END)
    before = asked.answer
    said = Content(before.points, before.words, before.quotable) if before else Content()
    return _page(asked, questions, form_for(questions, AnswerForm)(formdata=None, data=shown(said)))


@bp.post("/<activity_id>")
@access(approved, asked=loaders.asked)
@idempotent
def give(asked: Asked) -> BaseResponse | tuple[str, int]:
    """Keep what I say, in place of what I said before."""
    questions = queries.present(asked.activity, Part.END)
    filled = form_for(questions, AnswerForm)()
    try:
        require(asked.is_open, _("This form takes no answers any more."))
    except Refused as no:
        filled.form_errors.append(str(no))
        return _page(asked, questions, filled), UNPROCESSABLE
    if not filled.validate():
        return _page(asked, questions, filled), UNPROCESSABLE
    person = person_of(current_actor())
    actions.give(person, asked.activity, AT_THE_END, filled.content(questions), page_language())
    notify(_("Thank you. Your answers are kept; nobody sees them with your name."))
    return redirect(url_for("feedback.form", activity_id=str(asked.activity.key)))


def _page(asked: Asked, questions: list[Question], filled: AnswerForm) -> str:
    return render_template(
        "feedback/form.html",
        asked=asked,
        questions=questions,
        form=filled,
        title=title_of(asked.activity),
        least=queries.LEAST,
    )
