"""Commands about what is made of reports."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.transaction import in_transaction
from app.reports.exports import jobs

reports = AppGroup("reports", help="Files made of reports.")


@reports.command("prune")
@in_transaction
def prune() -> None:
    """Remove files that have expired and forget what is old; the worker does it every hour as well."""
    expired, forgotten, orphans = jobs.prune()
    click.echo(f"{expired} files removed, {forgotten} forgotten, {orphans} stray ones cleared away")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(reports)
