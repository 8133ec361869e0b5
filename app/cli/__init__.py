"""Commands: ``./run flask …``. Each runs in one transaction."""

from __future__ import annotations

from flask import Flask

from app.cli import audit, backup, boot, certificates, content, records, system, tokens


def init_app(app: Flask) -> None:
    """Register every command."""
    for commands in (system, boot, content, audit, records, backup, certificates, tokens):
        commands.register(app)
