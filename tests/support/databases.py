"""Databases for tests: one server for all runs, one migrated template, and copies of it in some 40 ms each.

The server is never the development one. The template is kept between runs, under a name made from everything that
shapes the schema. Copies carry the process number of their run; what a killed run left is dropped by the next one.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql

from app.core import postgres
from tests.support.nursery import nursery

ROOT = Path(__file__).resolve().parents[2]
SERVER = "CTLP_TEST_SERVER"
TEMPLATE = "CTLP_TEST_TEMPLATE"
RUN = "CTLP_TEST_RUN"
_LOCK = 7202602
_CONTENT = "template_content_"
_numbers = itertools.count(1)


def folder() -> Path:
    """Return the folder of the tests' server."""
    return Path(os.environ.get("CTLP_VAR") or ROOT / "var").absolute() / "test-postgres"


@contextmanager
def server() -> Iterator[None]:
    """Hold the server with its template ready for this run and the worker processes it will start."""
    with postgres.serve(folder(), durable=False, connections=300) as url:
        os.environ |= {SERVER: url, RUN: str(os.getpid())}
        _drop_remains()
        os.environ[TEMPLATE] = _template()
        try:
            yield
        finally:
            _drop_remains(own=True)


class OwnServer:
    """A database server of one test's own, as safe as the real one, that can be killed without hurting others."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "postgres"
        self.url = postgres.start(self.folder)
        command.upgrade(migrations(self.url), "head")

    def kill(self) -> None:
        """End it as kill -9 does."""
        pid = int(((self.folder / "data").resolve() / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again; the address stays the same."""
        assert postgres.start(self.folder) == self.url

    def destroy(self) -> None:
        """Stop it and remove its data."""
        postgres.destroy(self.folder)


def url_of(name: str) -> str:
    """Return the address of a database on the tests' server."""
    return urlunsplit(urlsplit(os.environ[SERVER])._replace(path=f"/{name}"))


@contextmanager
def connection() -> Iterator[psycopg.Connection]:
    """A connection for creating and dropping databases."""
    with psycopg.connect(os.environ[SERVER], autocommit=True) as opened:
        yield opened


def clone_database(template: str = "") -> str:
    """Make a copy of a template (default: of the migrated one) and return its address."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"t_{os.environ[RUN]}_{worker}_{os.getpid()}_{next(_numbers)}"
    template = template or os.environ[TEMPLATE]
    with connection() as opened:
        opened.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return url_of(name)


def drop_database(url: str) -> None:
    """Drop a database made by :func:`clone_database`, cutting its sessions."""
    with connection() as opened:
        _drop(opened, urlsplit(url).path.lstrip("/"))


def migrations(url: str) -> Config:
    """Return alembic's configuration for a database."""
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    configuration.attributes["database_url"] = url
    return configuration


def _template() -> str:
    """Return the name of the migrated template, making it when the schema is new."""
    return _kept(
        f"template_{_schema_digest()}", "template0", lambda url: command.upgrade(migrations(url), "head")
    )


@cache
def template_with_content() -> str:
    """Return the name of a template that also holds the real course, making it when course or code is new."""
    code = [path for part in ("app", "content") for path in (ROOT / part).rglob("*") if path.is_file()]
    kept = [path for path in code if path.suffix not in {".pyc", ".mo"} and "static" not in path.parts]
    return _kept(f"{_CONTENT}{_digest(kept)}", os.environ[TEMPLATE], _sync_content)


def _sync_content(url: str) -> None:
    with tempfile.TemporaryDirectory() as var:
        given = {"CTLP_ENV": "test", "CTLP_VAR": var, "DATABASE_URL": url}
        log = Path(var) / "log"
        words = ["--app", "wsgi", "content", "sync"]
        status = nursery().bear("flask", words, {**os.environ, **given}, log).wait()
        assert status == 0, log.read_text("utf-8")


def _kept(name: str, template: str, make: Callable[[str], None]) -> str:
    """Return ``name``, the name of a database that is kept; ``make`` fills it where there is none yet."""
    with connection() as opened:
        opened.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if name not in _names(opened, "template\\_%"):
            for old in _names(opened, "template\\_%"):
                if _age_hours(opened, old) > (1 if old.startswith(_CONTENT) else 24):
                    _drop(opened, old)
            _drop(opened, "building")
            opened.execute(sql.SQL("CREATE DATABASE building TEMPLATE {}").format(sql.Identifier(template)))
            make(url_of("building"))
            opened.execute(sql.SQL("ALTER DATABASE building RENAME TO {}").format(sql.Identifier(name)))
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            made = opened.execute("SELECT extract(epoch FROM now())::bigint").fetchone()
            opened.execute(comment.format(sql.Identifier(name), sql.Literal(str(made[0] if made else 0))))
    return name


def _schema_digest() -> str:
    files = [
        *ROOT.glob("migrations/**/*.py"),
        *ROOT.glob("app/**/models.py"),
        *ROOT.glob("app/**/models/*.py"),
    ]
    return _digest(files)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _age_hours(opened: psycopg.Connection, name: str) -> float:
    row = opened.execute(
        "SELECT (extract(epoch FROM now()) - coalesce(shobj_description(oid, 'pg_database'), '0')::bigint) / 3600 "
        "FROM pg_database WHERE datname = %s",
        [name],
    ).fetchone()
    return float(row[0]) if row else 0.0


def _names(opened: psycopg.Connection, pattern: str) -> list[str]:
    rows = opened.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
    return [name for (name,) in rows]


def _drop(opened: psycopg.Connection, name: str) -> None:
    opened.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_remains(*, own: bool = False) -> None:
    """Drop the databases of runs that are over; with ``own`` those of this run."""
    with connection() as opened:
        for name in _names(opened, "t\\_%"):
            run = int(name.split("_")[1])
            if (own and run == os.getpid()) or (not own and not _alive(run)):
                _drop(opened, name)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
