"""Series: their page, made, changed, closed."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved, current_actor, has
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.permissions import Permission
from app.core.refusal import Refused
from app.core.ui import notify
from app.webinars import loaders
from app.webinars.actions import series as actions
from app.webinars.forms.planning import SeriesForm
from app.webinars.models.planning import WebinarSeries
from app.webinars.policy import may_plan
from app.webinars.queries import planning as queries
from app.webinars.views.blueprint import bp

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/series/new")
@access(has(Permission.WEBINARS_TRAIN))
def series_new() -> str:
    """The form of a new series."""
    form = SeriesForm(formdata=None)
    form.begin()
    return _form_page(None, form)


@bp.post("/series/new")
@access(has(Permission.WEBINARS_TRAIN))
@idempotent
def series_make() -> Answer:
    """Make a series."""
    form = SeriesForm()
    if not form.validate():
        return _form_page(None, form), UNPROCESSABLE
    series = actions.make(current_actor(), form.about())
    notify(_("The series is made. Add its first session."))
    return _to_series(series)


@bp.get("/series/<series_id>")
@access(approved, series=loaders.series)
def series_page(series: WebinarSeries) -> str:
    """A series and those of its sessions that the reader may see."""
    actor = current_actor()
    found = queries.sessions_of(actor, series)
    now = clock.now()
    return render_template(
        "webinars/planning/series.html",
        series=series,
        upcoming=[one for one in found if one.webinar.ends_at > now],
        past=[one for one in reversed(found) if one.webinar.ends_at <= now],
        runs=actions.runs(actor, series),
        plans=may_plan(actor),
    )


@bp.get("/series/<series_id>/edit")
@access(approved, series=loaders.run_series)
def series_edit(series: WebinarSeries) -> str:
    """The form of a series."""
    form = SeriesForm(formdata=None)
    form.show(series)
    return _form_page(series, form)


@bp.post("/series/<series_id>/edit")
@access(approved, series=loaders.run_series)
def series_change(series: WebinarSeries) -> Answer:
    """Change a series."""
    form = SeriesForm()
    if not form.validate():
        return _form_page(series, form), UNPROCESSABLE
    try:
        changed = actions.change(current_actor(), series, form.about())
    except Refused as error:
        form.form_errors.append(str(error))
        return _form_page(series, form), UNPROCESSABLE
    notify(_("Saved") if changed else _("Nothing was changed."))
    return _to_series(series)


@bp.post("/series/<series_id>/closing")
@access(approved, series=loaders.run_series)
def series_close(series: WebinarSeries) -> BaseResponse:
    """Close a series."""
    try:
        actions.close(current_actor(), series)
        notify(_("The series is closed: it stays to be read, no session is added."))
    except Refused as error:
        notify(str(error), "attention")
    return _to_series(series)


def _form_page(series: WebinarSeries | None, form: SeriesForm) -> str:
    return render_template("webinars/planning/series_form.html", series=series, form=form)


def _to_series(series: WebinarSeries) -> BaseResponse:
    return redirect(url_for("webinars.series_page", series_id=series.public_id))
