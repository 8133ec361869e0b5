"""Reports over the register: pages, drill-down to facts, files."""

from __future__ import annotations

from flask import Flask

from app.core import navigation
from app.core.access import approved
from app.core.texts import lazy_gettext as _l
from app.reports import policy, sending, views
from app.reports.statistics import views as statistics_views
from app.reports.yearly import comparison_views, programme_views, results_views
from app.reports.yearly import views as yearly_views


def init_app(app: Flask) -> None:
    """Register the pages and their entries in the header."""
    app.register_blueprint(views.bp)
    app.register_blueprint(statistics_views.bp)
    for pages in (yearly_views, comparison_views, results_views, programme_views):
        app.register_blueprint(pages.bp)
    sending.init_app(app)
    navigation.add(_l("My record"), "reports.mine", approved, order=40, section="/reports/mine")
    navigation.add(
        _l("Reports"), "reports.index", policy.in_header, order=60, section="/reports", apart="/reports/mine"
    )
