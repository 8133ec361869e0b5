"""One index over everything findable, always filtered by what the asker may see."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages."""
