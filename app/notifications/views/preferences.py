"""How often I am told by mail: for everything, and for single places."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.ui import notify
from app.notifications import actions, forms, queries
from app.notifications.links import handle

bp = Blueprint("notice_preferences", __name__, url_prefix="/account/notices", template_folder="../templates")


@bp.get("")
@access(approved)
def page() -> str:
    """What I chose."""
    preferences = queries.preferences(current_actor())
    form = forms.form_for(preferences)(formdata=None, data=forms.shown(preferences))
    return render_template("notifications/preferences.html", form=form, places=_handles(preferences))


@bp.post("")
@access(approved)
def save() -> BaseResponse | tuple[str, int]:
    """Choose again."""
    actor = current_actor()
    preferences = queries.preferences(actor)
    form = forms.form_for(preferences)()
    if not form.validate():
        page = render_template("notifications/preferences.html", form=form, places=_handles(preferences))
        return page, UNPROCESSABLE
    actions.choose(actor.user_id or 0, forms.chosen(form, preferences))
    notify(_("Saved"))
    return redirect(url_for("notice_preferences.page"))


def _handles(preferences: queries.Preferences) -> list[str]:
    return [handle(scope) for scope in preferences.names]
