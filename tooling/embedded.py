"""The database a chore works on: DATABASE_URL, else our own server under var/, held while it is needed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core import postgres
from tooling import place
from tooling.console import Failed, complain


def folder() -> Path:
    """Return the folder of the development server."""
    return place.var() / "postgres"


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """Give the environment for programs that use the database, which is up inside the block. Raises Failed."""
    if os.environ.get("DATABASE_URL"):
        yield dict(os.environ)
        return
    try:
        with postgres.serve(folder(), site=place.site(), report=lambda text: complain(f"  {text}")) as url:
            yield {**os.environ, "DATABASE_URL": url}
    except postgres.PostgresError as error:
        raise Failed(str(error)) from error


def alive() -> bool:
    """Whether the development server still runs."""
    return postgres.is_running(folder())


def in_use() -> bool:
    """Whether a ./run holds this var/."""
    lock = place.var() / "run.lock"
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
