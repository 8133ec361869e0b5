"""Planning put in its place: scopes, calendars, links to files, the index, the entry in the header."""

from __future__ import annotations

from app.core import navigation, scopes
from app.core.access import approved
from app.core.texts import lazy_gettext as _l
from app.media import links
from app.notifications import calendar
from app.records import keepers as records
from app.webinars import calendar_sources, planning_links, planning_notices, planning_search
from app.webinars.actions.planning_materials import SCOPE
from app.webinars.scopes import held_by, looked_after_by

__all__ = ["planning_notices", "provide"]


def provide() -> None:
    """Tell the floor what planning has and answers for."""
    scopes.provide("webinars", held_by, kinds=("webinar", "webinar_series"))
    records.provide("webinars", looked_after_by)
    calendar.provide("webinars", calendar_sources.of_actor)
    calendar.provide_for_groups("webinars", calendar_sources.of_groups)
    links.provide(SCOPE, planning_links.may_get)
    planning_search.provide()
    navigation.add(_l("Webinars"), "webinars.planning_index", approved, order=15, section="/webinars")
