"""People: sign-in, sessions, vetting, roles, groups, countries."""

from __future__ import annotations

from flask import Flask

from app.accounts import actors, sessions
from app.core import access


def init_app(app: Flask) -> None:
    """Register sessions as rows and tell the gate who asks."""
    app.session_interface = sessions.SqlSessionInterface()
    access.provide_actor(actors.from_session)
