"""Certificates: issue, PDF, signature, public check."""

from __future__ import annotations

from flask import Flask

from app.certificates import signing, views
from app.core.settings import settings


def init_app(app: Flask) -> None:
    """Register the pages; a key that cannot be read stops the start."""
    with app.app_context():
        signing.private_key(settings())
    app.register_blueprint(views.bp)
