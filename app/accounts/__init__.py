"""People: sign-in, sessions, vetting, roles, groups, countries."""

from __future__ import annotations

from flask import Flask

from app.accounts import actors, security, sessions, tabs, token_views
from app.accounts.views import account, registration, signing
from app.core import access
from app.core.access import approved
from app.core.texts import lazy_gettext as _l


def init_app(app: Flask) -> None:
    """Register sessions as rows, tell the gate who asks, and mount the pages about one's own account."""
    app.session_interface = sessions.SqlSessionInterface()
    access.provide_actor(actors.from_request)
    security.init_app(app)
    signing.init_app(app)
    app.register_blueprint(registration.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(token_views.bp)
    tabs.init_app(app)
    tabs.add(_l("Profile"), "account.profile", order=10)
    tabs.add(_l("Language and time"), "account.preferences", order=20)
    below = (
        "account.second_factor",
        "account.set_second_factor",
        "account.renew_recovery_codes",
        "security.change_password",
    )
    tabs.add(_l("Security"), "account.security", order=30, covers=below)
    tabs.add(_l("Where I am signed in"), "account.sessions", order=40)
    tabs.add(_l("API tokens"), "tokens.page", order=50, rule=approved, covers=("tokens.new", "tokens.create"))
    tabs.add(_l("Close the account"), "account.closing", order=90)
