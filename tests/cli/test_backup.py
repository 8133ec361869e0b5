"""Backup and restore: what comes back is what was, and a damaged file changes nothing."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.support.servers import Server


@pytest.fixture
def place(clone_database: Callable[[], str], tmp_path: Path) -> Server:
    """A platform that is not started: its database, its var, its commands."""
    server = Server(clone_database(), tmp_path / "var")
    server.var.mkdir()
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO rate_counter (key, count, expires_at) VALUES ('kept', 7, now())")
    return server


def counted(server: Server) -> int:
    with psycopg.connect(server.database_url) as connection:
        found = connection.execute("SELECT count FROM rate_counter WHERE key = 'kept'").fetchone()
        return found[0] if found else 0


def fails(server: Server, *words: str) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        server.command(*words)
    assert failed.value.returncode == 1
    return str(failed.value.output)


def test_what_comes_back_is_what_was_keys_included(place: Server, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    place.command("certificates", "check", "--help")
    key = (place.var / "certificate-key.pem").read_bytes()
    place.command("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    with psycopg.connect(place.database_url, autocommit=True) as connection:
        connection.execute("UPDATE rate_counter SET count = 0")
    (place.var / "certificate-key.pem").unlink()
    place.command("restore", str(file), "--replace")
    assert counted(place) == 7
    assert (place.var / "certificate-key.pem").read_bytes() == key
    rules_came_back = pytest.raises(psycopg.errors.RestrictViolation)
    with rules_came_back, psycopg.connect(place.database_url) as connection:
        connection.execute("TRUNCATE fact CASCADE")


def test_an_empty_database_is_filled_and_a_full_one_is_not_touched_unasked(
    place: Server, empty_database: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    place.command("backup", str(file))
    assert "not empty" in fails(place, "restore", str(file))
    other = Server(empty_database, tmp_path / "other")
    other.var.mkdir()
    other.command("restore", str(file))
    assert counted(other) == 7


@pytest.mark.parametrize(
    "damage", ["flipped", *(pytest.param(how, marks=pytest.mark.long) for how in ("shortened", "no tar"))]
)
def test_a_damaged_file_is_refused_before_anything_changes(
    place: Server, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "backup.tar"
    place.command("backup", str(file))
    body = bytearray(file.read_bytes())
    if damage == "flipped":
        with tarfile.open(file) as tar:
            start = tar.getmember("database.dump").offset_data
        body[start + 5000] ^= 0xFF
    file.write_bytes(
        {"flipped": bytes(body), "shortened": bytes(body[: len(body) // 2]), "no tar": b"nothing"}[damage]
    )
    assert "Error" in fails(place, "restore", str(file), "--replace")
    assert counted(place) == 7


def test_a_backup_that_fails_leaves_the_older_file(place: Server, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_bytes(b"older")
    place.database_url = (
        place.database_url.replace("?", "_gone?")
        if "?" in place.database_url
        else f"{place.database_url}_gone"
    )
    assert fails(place, "backup", str(file))
    assert file.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".backup")] == []
