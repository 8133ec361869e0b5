"""Staff pages: vetting, people, groups, the register, audit, access table, the system, the development mailbox."""

from __future__ import annotations

from flask import Flask

from app.admin import design, register, tabs
from app.admin.rules import REGISTER_ALONE, STAFF
from app.admin.views import access, audit, country_sets, groups, home, mailbox, people, system, vetting
from app.core import navigation
from app.core.settings import settings
from app.core.texts import lazy_gettext as _l


def init_app(app: Flask) -> None:
    """Register the pages; the mailbox and the design system only where no real people are."""
    for blueprint in (
        home.bp,
        vetting.bp,
        people.bp,
        groups.bp,
        country_sets.bp,
        audit.bp,
        access.bp,
        system.bp,
        register.bp,
    ):
        app.register_blueprint(blueprint)
    with app.app_context():
        production = settings().production
    if not production:
        app.register_blueprint(mailbox.bp)
        app.register_blueprint(design.bp)
    tabs.init_app(app)
    navigation.add(_l("Administration"), "admin.home", STAFF, order=90, section="/admin")
    navigation.add(
        _l("Training register"), "register.overview", REGISTER_ALONE, order=85, section="/admin/register"
    )
