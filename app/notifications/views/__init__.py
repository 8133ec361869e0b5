"""Pages about notices, how often one is told, and the calendar."""

from __future__ import annotations

from flask import Flask

from app.core.forms import csrf
from app.notifications.views import calendar, notices, preferences


def init_app(app: Flask) -> None:
    """Mount the pages. One needs no CSRF token: mail programs send to it, and the signed link is all that counts."""
    for bp in (notices.bp, preferences.bp, calendar.bp):
        app.register_blueprint(bp)
    csrf.exempt(notices.unsubscribe)
