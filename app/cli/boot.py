"""What ``./run`` does before web and worker start: schema, content, index, on the first start the demo world."""

from __future__ import annotations

import time

import click
from alembic import command as alembic
from flask import Flask, current_app
from sqlalchemy import select

from app.accounts.models import User
from app.cli.system import alembic_config, at_head
from app.core.database import db, unit_of_work
from app.core.settings import settings
from app.courses.content import publishing
from app.search import rebuild


def _step(words: str, started: float) -> None:
    click.echo(f"{words} ({time.monotonic() - started:.1f} s)")


def _index() -> None:
    """Make the index anew when it is not there yet, or was made in another way than this version's."""
    started = time.monotonic()
    with unit_of_work():
        made = rebuild.rebuild() if rebuild.due() else None
    if made is not None and made.written:
        _step(f"Search index made: {made.written} texts", started)


@click.command("boot")
def boot() -> None:
    """Bring schema and content to this version; on the first start outside production load the demo world."""
    started = time.monotonic()
    if not at_head():
        alembic.upgrade(alembic_config(), "head")
        _step("Database schema is ready", started)
    started = time.monotonic()
    with unit_of_work():
        changed = publishing.sync_all()
    if changed:
        _step(f"Content loaded: {', '.join(changed)}", started)
    _index()
    if settings().production:
        return
    with unit_of_work():
        empty = db.session.scalar(select(User.id).limit(1)) is None
    load = current_app.cli.commands.get("demo")
    if isinstance(load, click.Group):
        click.get_current_context().invoke(load.commands["load" if empty else "today"])


def register(app: Flask) -> None:
    """Add the command to ``app``."""
    app.cli.add_command(boot)
