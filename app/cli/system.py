"""Commands about the application itself: start-up, worker, access table, jobs."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import inspect, text

from app.core import access, jobs
from app.core.database import db
from app.core.settings import settings

ROOT = Path(__file__).resolve().parents[2]


def alembic_config() -> Config:
    """Return alembic's configuration for the current application's database."""
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    configuration.attributes["database_url"] = settings().database_url
    return configuration


def at_head() -> bool:
    """Whether the schema is the newest, asked without loading the migrations into a run of their own."""
    heads = set(ScriptDirectory.from_config(alembic_config()).get_heads())
    if not inspect(db.engine).has_table("alembic_version"):
        return False
    with db.engine.connect() as connection:
        return set(connection.scalars(text("SELECT version_num FROM alembic_version"))) == heads


@click.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    alembic.upgrade(alembic_config(), "head")


@click.command("worker")
@click.option("--concurrency", default=1, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Run background jobs until stopped; a database that is away for a while is waited for."""
    jobs.work(current_app._get_current_object(), concurrency)  # type: ignore[attr-defined]


@click.command("access")
def access_table() -> None:
    """Print the whole access table: address, methods (or a socket's event), rule, loaders."""
    rows = access.table(current_app._get_current_object()) + access.socket_table()  # type: ignore[attr-defined]
    width = max(len(row.path) for row in rows)
    for row in rows:
        sys.stdout.write(f"{row.path:{width}}  {row.methods:10}  {row.rule:34}  {row.loaders}\n")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    for one in (upgrade, worker, access_table):
        app.cli.add_command(one)
