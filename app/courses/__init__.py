"""Self-paced courses: catalogue, editions, lessons, checks and tests, enrolment, progress."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core import navigation
from app.core.access import anyone
from app.courses import jobs, views

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Register the pages and their entry in the header."""
    app.register_blueprint(views.bp)
    navigation.add(_l("Courses"), "courses.index", anyone, order=10, section="/courses")
