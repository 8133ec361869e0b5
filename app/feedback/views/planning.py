"""What is asked about an activity: its own questions, whether and for how long it is asked."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved, current_actor
from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.i18n import LANGUAGES
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.feedback import actions, keepers, loaders, queries
from app.feedback.forms import QuestionForm, SettingForm, chosen
from app.feedback.models import OPEN_DAYS, FeedbackQuestion, Part
from app.feedback.notices import title_of
from app.feedback.questions import own
from app.feedback.views.blueprint import bp
from app.records import queries as records
from app.records.models import Activity


@bp.get("/<activity_id>/questions")
@access(approved, activity=loaders.planned)
def planning(activity: Activity) -> str:
    """The prepared questions and the own ones, and what is chosen."""
    return _page(activity)


@bp.post("/<activity_id>/questions")
@access(approved, activity=loaders.planned)
@idempotent
def add_question(activity: Activity) -> BaseResponse | tuple[str, int]:
    """Add a question of the activity's own."""
    form = QuestionForm()
    if not form.validate():
        return _page(activity, question=form), UNPROCESSABLE
    try:
        actions.add_question(current_actor(), activity, Part(form.part.data), form.kind.data, form.texts())
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _page(activity, question=form), UNPROCESSABLE
    notify(
        _(
            "The question is asked from now on. Answers that were given before keep the questions of their time."
        )
    )
    return redirect(url_for("feedback.planning", activity_id=str(activity.key)))


@bp.post("/<activity_id>/questions/<question_id>/removal")
@access(approved, found=loaders.question)
def remove_question(found: tuple[Activity, FeedbackQuestion]) -> BaseResponse:
    """Ask a question no more."""
    activity, question = found
    actions.remove_question(current_actor(), question)
    notify(_("The question is not asked any more. What was answered to it stays in the results."))
    return redirect(url_for("feedback.planning", activity_id=str(activity.key)))


@bp.post("/<activity_id>/settings")
@access(approved, activity=loaders.planned)
def choose(activity: Activity) -> BaseResponse | tuple[str, int]:
    """Choose whether it is asked about, for how long, and months later."""
    form = SettingForm()
    if not form.validate():
        return _page(activity, setting=form), UNPROCESSABLE
    actions.choose(
        current_actor(),
        activity,
        asked=bool(form.asked.data),
        follow_ups=form.follow_ups,
        open_days=form.open_days.data or OPEN_DAYS,
    )
    notify(_("Saved"))
    return redirect(url_for("feedback.planning", activity_id=str(activity.key)))


def _page(
    activity: Activity, question: QuestionForm | None = None, setting: SettingForm | None = None
) -> str:
    present = {part: queries.present(activity, part) for part in Part}
    rows = {part: queries.own_questions(activity.key, part) for part in Part}
    return render_template(
        "feedback/planning.html",
        activity=activity,
        title=title_of(activity),
        prepared={part: [one for one in found if not one.own] for part, found in present.items()},
        own={part: [(row, own(row)) for row in found] for part, found in rows.items()},
        parts=Part,
        question=question or QuestionForm(formdata=None),
        setting=setting or SettingForm(formdata=None, data=chosen(queries.setting_of(activity.key))),
        refused=setting or question,
        elsewhere=keepers.asks_itself(activity),
        trains=records.counts_as_training(activity.kind, clock.now()),
        codes=list(LANGUAGES),
    )
