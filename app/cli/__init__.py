"""Commands: ``./run flask …``. Each runs in one transaction."""

from __future__ import annotations

from flask import Flask

from app.cli import (
    audit,
    backup,
    boot,
    certificates,
    content,
    people,
    records,
    reports,
    search,
    statistics,
    system,
    tokens,
    webinars,
)
from app.core.settings import settings
from demo import commands as demo


def init_app(app: Flask) -> None:
    """Register every command; the demo world's outside production only."""
    for commands in (
        system,
        boot,
        people,
        content,
        audit,
        records,
        statistics,
        reports,
        search,
        backup,
        certificates,
        tokens,
        webinars,
    ):
        commands.register(app)
    with app.app_context():
        if not settings().production:
            demo.register(app)
