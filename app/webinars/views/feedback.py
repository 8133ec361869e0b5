"""Saying what a session was like."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.database import rollback
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.feedback.answering import form_for
from app.feedback.models import Part
from app.feedback.queries import present
from app.feedback.questions import Question
from app.records import queries as records
from app.webinars import attendance_loaders
from app.webinars.actions import feedback as actions
from app.webinars.forms.feedback import FeedbackForm
from app.webinars.places import Place
from app.webinars.queries.feedback import has_given
from app.webinars.views.blueprint import bp


@bp.get("/<webinar_id>/feedback")
@access(approved, place=attendance_loaders.took_part)
def feedback_form(place: Place) -> str:
    """Five questions, then the session's own; or thanks, for who has answered them."""
    own = _own(place)
    return _page(place, form_for(own, FeedbackForm)(formdata=None), own)


@bp.post("/<webinar_id>/feedback")
@access(approved, place=attendance_loaders.took_part)
@idempotent
def feedback_give(place: Place) -> BaseResponse | tuple[str, int]:
    """Keep what somebody says."""
    own = _own(place)
    form = form_for(own, FeedbackForm)()
    if not form.validate():
        return _page(place, form, own), UNPROCESSABLE
    try:
        actions.give(place, form.points(), form["words"].data or "", form.content(own))
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _page(place, form, own), UNPROCESSABLE
    notify(_("Thank you. Those who plan sessions read it, without your name."))
    return redirect(url_for("webinars.feedback_form", webinar_id=place.webinar.public_id))


def _own(place: Place) -> list[Question]:
    """Return the questions that those who plan the session have added."""
    activity = records.activity(place.webinar.activity_key)
    return present(activity, Part.END) if activity is not None else []


def _page(place: Place, form: FeedbackForm, own: list[Question]) -> str:
    given = has_given(place.webinar.id, place.actor.user_id)
    return render_template("webinars/after/feedback.html", seat=place, form=form, own=own, given=given)
