"""The realtime gateway: topics, presence. It announces and never decides."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages."""
