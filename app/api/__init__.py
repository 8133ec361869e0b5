"""The JSON API."""

from __future__ import annotations

from flask import Flask

from app.api.v1 import (
    blueprint,
    certificates,
    courses,
    document,
    people,
    reports,
    rooms,
    statistics,
    webinar_attendance,
    webinars,
)

ROUTES = (certificates, courses, document, people, reports, rooms, statistics, webinars, webinar_attendance)
"""The modules whose views stand on the blueprint."""


def init_app(app: Flask) -> None:
    """Register version 1; an operation that is not described stops the start."""
    app.register_blueprint(blueprint.bp)
    document.assembled(app)
