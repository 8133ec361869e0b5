"""Whom a course is for, for those who manage courses."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.audiences import audiences
from app.core.access import access, current_actor, has
from app.core.forms import UNPROCESSABLE
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.core.ui import notify
from app.courses import loaders
from app.courses.actions.audience import set_audience
from app.courses.forms import AudienceForm
from app.courses.seats import Seat
from app.courses.views.blueprint import bp


@bp.get("/<slug>/audience")
@access(has(Permission.COURSES_MANAGE), seat=loaders.managed)
def audience(seat: Seat) -> str:
    """The form that limits the course to a group."""
    return _page(seat, _form(seat, bound=False))


@bp.post("/<slug>/audience")
@access(has(Permission.COURSES_MANAGE), seat=loaders.managed)
def change_audience(seat: Seat) -> BaseResponse | tuple[str, int]:
    """Limit the course to a group, or open it."""
    form = _form(seat)
    if not form.validate():
        return _page(seat, form), UNPROCESSABLE
    try:
        changed = form.unseen or set_audience(current_actor(), seat.course, form.chosen)
    except Refused as error:
        form.audience.errors = [str(error)]
        return _page(seat, form), UNPROCESSABLE
    notify(_("Saved") if changed and not form.unseen else _("Nothing was changed."))
    return redirect(url_for("courses.course", slug=seat.course.slug))


def _form(seat: Seat, *, bound: bool = True) -> AudienceForm:
    form = AudienceForm() if bound else AudienceForm(formdata=None)
    form.offer(audiences(current_actor()), seat.course.group_id)
    return form


def _page(seat: Seat, form: AudienceForm) -> str:
    return render_template("courses/audience.html", seat=seat, words=seat.words, form=form)
