"""Webinars: series and sessions, live rooms that a trainer runs in the browser, attendance, recordings."""

from __future__ import annotations

from flask import Flask

from app.core import scopes as core_scopes
from app.webinars import media_setup, models, planning_search, shell_words, slides, talk, views
from app.webinars.scopes import held_by

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register the pages, and who holds which session's scope."""
    app.register_blueprint(views.bp)
    core_scopes.provide("webinars", held_by, kinds=("webinar", "webinar_series"))
    planning_search.provide()
    talk.provide()
    slides.provide()
    media_setup.provide()
    shell_words.provide()
