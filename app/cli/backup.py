"""Backup and restore: the whole database and the keys beside it, in one file.

The file is a tar of ``database.dump`` (pg_dump's custom format), the keys under CTLP_VAR, the copies of the audit head
and ``manifest.json`` with a digest of each part. Restoring checks the digests first: when one differs, nothing changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import click
from flask import Flask
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine, text

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.cli.system import at_head
from app.core import clock, postgres
from app.core.database import db, sqlalchemy_url, unit_of_work
from app.core.settings import settings

DUMP = "database.dump"
MANIFEST = "manifest.json"
KEPT = ("secret-key", "certificate-key.pem", "audit-heads.log")
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
}


def _program(name: str) -> str:
    """Return PostgreSQL's program: the embedded one's when it is installed, else the one on the path."""
    try:
        bundled = postgres.installation() / "bin" / name
    except postgres.PostgresError:
        bundled = Path("missing")
    found = str(bundled) if bundled.exists() else shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed")
    return found


def _environment() -> dict[str, str]:
    """Return the environment that points PostgreSQL's programs at our database without showing its password."""
    url = sqlalchemy_url(settings().database_url).replace("postgresql+psycopg://", "postgresql://")
    parts = conninfo_to_dict(url)
    return dict(os.environ) | {
        _VARIABLES[key]: str(value) for key, value in parts.items() if key in _VARIABLES and value
    }


def _run(*command: str) -> None:
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-2000:]}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write database and keys to FILE (mode 0600); an existing FILE is replaced only when all went well."""
    file = file.absolute()
    if not file.parent.is_dir():
        raise click.ClickException(f"there is no folder {file.parent}")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as place:
        folder = Path(place)
        _run(
            _program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / DUMP}"
        )
        for name in KEPT:
            if (settings().var / name).is_file():
                shutil.copyfile(settings().var / name, folder / name)
        parts = sorted(folder.iterdir())
        manifest = {"made_at": clock.now().isoformat(), "parts": {part.name: _digest(part) for part in parts}}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), "utf-8")
        draft = folder.with_suffix(".tar")
        try:
            with (
                os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
                tarfile.open(fileobj=out, mode="w") as tar,
            ):
                for part in (folder / MANIFEST, *parts):
                    tar.add(part, arcname=part.name)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    click.echo(f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB).")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace what the database holds now.")
def restore(file: Path, replace: bool) -> None:
    """Bring database and keys back from FILE. Stop web and worker first."""
    with tempfile.TemporaryDirectory(prefix="ctlp-restore-") as place:
        folder = Path(place)
        _unpack(file, folder)
        db.session.remove()
        _make_room(replace)
        _run(
            _program("pg_restore"),
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={_environment()['PGDATABASE']}",
            str(folder / DUMP),
        )
        for name in KEPT:
            if (folder / name).is_file():
                _put_back(folder / name, settings().var / name)
    if at_head():
        with unit_of_work():
            audit.record(None, Verb.BACKUP_RESTORED, "backup", _digest(file)[:16])
    click.echo("Restored. Run ./run flask upgrade if this version is newer than the backup's.")


def _unpack(file: Path, folder: Path) -> None:
    """Take the known parts out of the tar and hold them against the manifest."""
    try:
        with tarfile.open(file) as tar:
            for name in (MANIFEST, DUMP, *KEPT):
                if name in tar.getnames():
                    tar.extract(name, folder, filter="data")
    except tarfile.TarError as error:
        raise click.ClickException(f"{file} is not a backup: {error}") from None
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / DUMP).is_file():
        raise click.ClickException(f"{file} is not a backup: {MANIFEST} or {DUMP} is missing")
    for name, expected in json.loads(manifest.read_text("utf-8"))["parts"].items():
        part = folder / Path(name).name
        if not part.is_file() or _digest(part) != expected:
            raise click.ClickException(f"{file} is damaged: {name} differs from its manifest")


def _make_room(replace: bool) -> None:
    engine = create_engine(sqlalchemy_url(settings().database_url))
    with engine.begin() as connection:
        filled = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        if filled and not replace:
            raise click.ClickException("the database is not empty; --replace removes what it holds now")
        if filled:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def _put_back(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.read_bytes() != source.read_bytes():
        target.replace(target.with_name(f"{target.name}.before-restore"))
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(source.read_bytes())


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)
