"""Surveys months later: opened by a signed link without a sign-in, and ended by one."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.group_rules import rules_for
from app.accounts.models import User
from app.core.access import access, anyone
from app.core.forms import UNPROCESSABLE
from app.core.i18n import page_language
from app.core.idempotency import idempotent
from app.core.limits import by_address, limiter
from app.core.refusal import Refused, require
from app.core.ui import notify
from app.feedback import actions, loaders, queries
from app.feedback.answering import AnswerForm, form_for
from app.feedback.loaders import Survey
from app.feedback.models import Part
from app.feedback.notices import title_of
from app.feedback.questions import Question
from app.feedback.views.blueprint import bp

TRIES = "60 per hour; 20 per minute"


@bp.get("/surveys/<token>")
@access(anyone, survey=loaders.survey)
@limiter.limit(TRIES, key_func=by_address)
def follow_up(survey: Survey) -> str:
    """The questions. What was answered before is not shown: a link may have been passed on."""
    questions = queries.present(survey.activity, Part.FOLLOW_UP)
    return _page(survey, questions, form_for(questions, AnswerForm)(formdata=None))


@bp.post("/surveys/<token>")
@access(anyone, survey=loaders.survey)
@limiter.limit(TRIES, key_func=by_address)
@idempotent
def answer_follow_up(survey: Survey) -> BaseResponse | tuple[str, int]:
    """Keep what its person says, in place of what they said before."""
    questions = queries.present(survey.activity, Part.FOLLOW_UP)
    filled = form_for(questions, AnswerForm)()
    try:
        require(not survey.over, _("This survey takes no answers any more."))
    except Refused as no:
        filled.form_errors.append(str(no))
        return _page(survey, questions, filled), UNPROCESSABLE
    if not filled.validate():
        return _page(survey, questions, filled), UNPROCESSABLE
    said = filled.content(questions)
    actions.give(survey.person, survey.activity, survey.invitation.stage, said, page_language())
    notify(_("Thank you. Your answers are kept; nobody sees them with your name."))
    return redirect(request.path)


@bp.get("/leaving/<token>")
@access(anyone, person=loaders.leaver)
def leave(person: User) -> str:
    """Ask before ending the surveys: a mail program may open links on its own. The page names nobody."""
    return render_template("feedback/leave.html", done=False)


@bp.post("/leaving/<token>")
@access(anyone, person=loaders.leaver)
def end_follow_ups(person: User) -> str:
    """End the surveys of whom the signed link stands for (RFC 8058): no sign-in, no CSRF token, no redirect."""
    actions.want_follow_ups(person.id, wanted=False)
    return render_template("feedback/leave.html", done=True)


def _page(survey: Survey, questions: list[Question], filled: AnswerForm) -> str:
    named = rules_for(survey.activity.group_id).mail_names
    invitation = survey.invitation
    return render_template(
        "feedback/survey.html",
        survey=survey,
        questions=questions,
        form=filled,
        title=title_of(survey.activity) if named else _("An activity for a group of yours"),
        given=queries.has_given(survey.person.id, survey.activity.key, invitation.stage),
        least=queries.LEAST,
        home=url_for("feedback.mine"),
    )
