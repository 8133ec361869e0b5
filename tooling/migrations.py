"""Tries the migrations on a database of their own: empty, head, base, head; and compares the result with the models."""

from __future__ import annotations

import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

import psycopg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg import sql

from app.core import postgres
from tooling import place

_LEFT = """
SELECT 'table ' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname = 'public' AND relkind IN ('r', 'v', 'm', 'S', 'p') AND relname <> 'alembic_version'
UNION ALL SELECT 'function ' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
  WHERE nspname = 'public'
UNION ALL SELECT 'type ' || typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace
  WHERE nspname = 'public' AND typtype IN ('e', 'd')
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace
  WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')
"""


def faults(server: str) -> list[str]:
    """Return what is wrong, one line each, trying on a throw-away database of ``server``."""
    name = "migrations_check"
    with psycopg.connect(server, autocommit=True) as connection:
        _recreate(connection, name)
        url = server.replace(f"/{postgres.DATABASE}?", f"/{name}?")
        try:
            return _try(url)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _try(url: str) -> list[str]:
    configuration = _configuration(url)
    command.upgrade(configuration, "head")
    first = _schema(url)
    found = _differences(configuration)
    command.downgrade(configuration, "base")
    found += [f"left behind by the way down: {thing}" for thing in _left(url)]
    command.upgrade(configuration, "head")
    if _schema(url) != first:
        found.append("head is not the same after going down to base and up again")
    return found


def _configuration(url: str) -> Config:
    configuration = Config(str(place.ROOT / "alembic.ini"), stdout=StringIO())
    configuration.attributes["database_url"] = url
    return configuration


def _differences(configuration: Config) -> list[str]:
    """Return what the models have and the migrations do not make, or the other way round."""
    said = StringIO()
    try:
        with redirect_stdout(said):
            command.check(configuration)
    except CommandError as error:
        return [f"models and migrations differ: {error}"]
    return []


def _left(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [thing for (thing,) in connection.execute(_LEFT)]


def _schema(url: str) -> str:
    program = postgres.installation() / "bin" / "pg_dump"
    done = subprocess.run(
        [program, "--schema-only", "--no-owner", url], check=True, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict", "--")))


def _recreate(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def main() -> int:
    """Print what was found; status 1 when there is anything."""
    with postgres.serve(place.var() / "test-postgres", durable=False, connections=300) as server:
        found = faults(server)
    print("\n".join(found) or "The migrations go up, down and up again, and make what the models say.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
