"""Commands: ``./run flask …``. Each runs in one transaction."""

from __future__ import annotations

from flask import Flask

from app.cli import backup, certificates, records, system


def init_app(app: Flask) -> None:
    """Register every command."""
    for commands in (system, records, backup, certificates):
        commands.register(app)
