"""The first page, for strangers and for people who are signed in, and the pages every site owes its readers."""

from __future__ import annotations

from flask import Flask

from app.home import views


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(views.bp)
