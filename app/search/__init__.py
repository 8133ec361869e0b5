"""One index over everything findable, always filtered by what the asker may see.

What features use: ``actions`` (``Document``, ``Part``, ``index``, ``move``, ``remove``), ``queries`` (``find``),
``words`` (``register``) and ``rebuild`` (``provide``).
"""

from __future__ import annotations

from flask import Flask

from app.search import views


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(views.bp)
