"""Mounts what is made of reports: files, saved views, schedules; and the words of their notices."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import JSON, db
from app.core.texts import lazy_gettext as _l
from app.notifications import words
from app.notifications.words import Told
from app.reports import saving_views, scheduling_jobs, scheduling_views
from app.reports.exports import jobs, views
from app.reports.models import SavedView
from app.reports.saving import SHARED
from app.reports.scheduling_stopping import STOPPED

__all__ = ["init_app", "jobs", "scheduling_jobs"]


def init_app(app: Flask) -> None:
    """Register pages and notices; the jobs are registered where they are imported."""
    app.register_blueprint(views.bp)
    app.register_blueprint(saving_views.bp)
    scheduling_views.init_app(app)
    words.register(SHARED, _shared, discreet=_l("A view of a report was shared with you"))
    words.register(STOPPED, _stopped, discreet=_l("A schedule of reports was stopped"))


def _shared(params: JSON, _count: int) -> Told:
    name = db.session.scalar(select(SavedView.name).where(SavedView.public_id == params["view"]))
    if name is None:
        raise LookupError("the view is gone")
    text = _("%(name)s shared the view “%(view)s” with you", name=params["by"], view=name)
    return Told(str(text), f"/reports/saved/{params['view']}")


def _stopped(params: JSON, _count: int) -> Told:
    text = _(
        "The schedule of the view “%(view)s” of %(name)s was stopped: they may not have the report any more",
        view=params["view"],
        name=params["owner"],
    )
    return Told(str(text), f"/admin/people/{params['person']}")
