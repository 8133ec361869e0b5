"""iRooms: secure topic rooms with members, resources, discussion, questions, stocktaking and drafts."""

from __future__ import annotations

from flask import Flask

from app.core import navigation
from app.core import scopes as core_scopes
from app.core.access import approved
from app.core.texts import lazy_gettext as _l
from app.irooms import (
    calendar_sources,
    jobs,
    questions_calendar,
    questions_jobs,
    refusals,
    resources_setup,
    searching,
    stocktaking_calendar,
    stocktaking_jobs,
    views,
)
from app.irooms.following import may_follow
from app.irooms.scopes import held_by, looked_after_by
from app.live import topics
from app.notifications import calendar
from app.records import keepers as records

__all__ = [
    "init_app",
    "jobs",
    "questions_calendar",
    "questions_jobs",
    "stocktaking_calendar",
    "stocktaking_jobs",
]


def init_app(app: Flask) -> None:
    """Register the pages, their entry in the header, and who holds which room's scope."""
    app.register_blueprint(views.bp)
    refusals.init_app(app)
    resources_setup.init_app(app)
    core_scopes.provide("irooms", held_by, kinds=("room", "member", "collection"))
    records.provide("irooms", looked_after_by)
    searching.provide()
    topics.provide("room", may_follow)
    calendar.provide("irooms", calendar_sources.of_actor)
    navigation.add(_l("Rooms"), "irooms.index", approved, order=20, section="/irooms")
