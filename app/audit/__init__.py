"""Append-only, hash-chained: who did what to which object, when."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.audit import sealing

bp = Blueprint("audit_mail", __name__, template_folder="templates")

__all__ = ["init_app", "sealing"]


def init_app(app: Flask) -> None:
    """Register the sealing job (by importing it) and the templates of its mail."""
    app.register_blueprint(bp)
