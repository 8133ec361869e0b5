"""Commands about the index of what can be found."""

from __future__ import annotations

import time

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.transaction import in_transaction
from app.search import rebuild

search = AppGroup("search", help="The index of what can be found.")


@search.command("rebuild")
@in_transaction
def rebuild_command() -> None:
    """Bring the index to what courses and rooms hold now; what is there as it should be is not written again."""
    started = time.monotonic()
    outcome = rebuild.rebuild()
    click.echo(
        f"{outcome.given} documents, {outcome.written} written, {outcome.removed} removed "
        f"({time.monotonic() - started:.1f} s)"
    )


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(search)
