"""In-app notices, mail digests, calendar feeds: the mechanism; the wording lives in the features.

What features use: ``actions`` (``notify``, ``seen``, ``choose``), ``words`` (``register``, ``name_scope``) and
``calendar`` (``provide``).
"""

from __future__ import annotations

from flask import Flask

from app.accounts import tabs
from app.core import navigation
from app.core.access import approved, current_actor
from app.core.texts import lazy_gettext as _l
from app.notifications import jobs, unread, views

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Register the pages, the account's tab, the entry in the header and the count beside it."""
    unread.init_app()
    views.init_app(app)
    tabs.add(_l("Notices by mail"), "notice_preferences.page", order=25, rule=approved)
    navigation.add(_l("Calendar"), "calendar.page", approved, order=30, section="/calendar")
    app.add_template_global(lambda: unread.count(current_actor()), "unread_notices")
