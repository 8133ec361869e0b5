"""iRooms: secure topic rooms with members, resources, discussion, questions, stocktaking and drafts."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages."""
