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
from app.webinars import attendance_loaders
from app.webinars.actions import feedback as actions
from app.webinars.forms.feedback import FeedbackForm
from app.webinars.places import Place
from app.webinars.queries.feedback import has_given
from app.webinars.views.blueprint import bp


@bp.get("/<webinar_id>/feedback")
@access(approved, place=attendance_loaders.took_part)
def feedback_form(place: Place) -> str:
    """Five questions; or thanks, for who has answered them."""
    return _page(place, FeedbackForm(formdata=None))


@bp.post("/<webinar_id>/feedback")
@access(approved, place=attendance_loaders.took_part)
@idempotent
def feedback_give(place: Place) -> BaseResponse | tuple[str, int]:
    """Keep what somebody says."""
    form = FeedbackForm()
    if not form.validate():
        return _page(place, form), UNPROCESSABLE
    try:
        actions.give(place, form.points(), form.words.data or "")
    except Refused as no:
        rollback()
        form.form_errors.append(str(no))
        return _page(place, form), UNPROCESSABLE
    notify(_("Thank you. Those who plan sessions read it, without your name."))
    return redirect(url_for("webinars.feedback_form", webinar_id=place.webinar.public_id))


def _page(place: Place, form: FeedbackForm) -> str:
    given = has_given(place.webinar.id, place.actor.user_id)
    return render_template("webinars/after/feedback.html", seat=place, form=form, given=given)
