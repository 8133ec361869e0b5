"""Reading all the rows of a long answer, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, text

from app.core.database import db

_BATCH = 2000
_ALL_ARE_WANTED = text("SET LOCAL cursor_tuple_fraction = 1")
"""Else the server prepares for somebody who reads the first rows only, and finds each of them one by one."""


def streamed(statement: Select[Any]) -> Iterator[Sequence[Any]]:
    """Yield the rows of a statement over columns through a cursor on the server."""
    db.session.flush()
    connection = db.session.connection()
    connection.execute(_ALL_ARE_WANTED)
    found = connection.execute(statement, execution_options={"stream_results": True, "yield_per": _BATCH})
    for part in found.partitions():
        yield from part
