"""The training register: activities, participations, facts; indicators, and the figures counted by them."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.records import jobs

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Let the register's mails find their templates; its jobs are registered by being imported."""
    app.register_blueprint(Blueprint("records", __name__, template_folder="templates"))
