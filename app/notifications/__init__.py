"""In-app notices, mail digests, calendar feeds: the mechanism; the wording lives in the features."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages."""
