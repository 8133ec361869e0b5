"""The row of staff pages that a person may use."""

from __future__ import annotations

from flask import Flask, request, url_for
from flask_babel.speaklater import LazyString

from app.admin import rules
from app.core.access import Rule, current_actor
from app.core.texts import lazy_gettext as _l

_TABS: tuple[tuple[LazyString, str, Rule], ...] = (
    (_l("Overview"), "admin.home", rules.STAFF),
    (_l("Vetting"), "vetting.queue", rules.VET),
    (_l("People"), "people.search", rules.READ_PEOPLE),
    (_l("Groups"), "groups.overview", rules.GROUPS),
    (_l("Country sets"), "country_sets.overview", rules.COUNTRY_SETS),
    (_l("Training register"), "register.overview", rules.REGISTER),
    (_l("Audit"), "audit.entries", rules.AUDIT),
    (_l("Access"), "access.table", rules.ACCESS_TABLE),
    (_l("System"), "system.overview", rules.SYSTEM),
)


def staff_tabs() -> list[tuple[str, str, bool]]:
    """Return (words, address, current) of the staff pages the present person may use."""
    actor, here = current_actor(), request.blueprint
    return [
        (str(text), url_for(endpoint), here == endpoint.split(".")[0])
        for text, endpoint, rule in _TABS
        if rule.allows(actor)
    ]


def init_app(app: Flask) -> None:
    """Give the row to templates."""
    app.add_template_global(staff_tabs)
