"""Rows into tables by COPY, inside the present transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from app.core.database import Base, db

_encode = json.JSONEncoder(ensure_ascii=False).encode


def driver() -> Connection:
    """Return psycopg's connection of the present transaction."""
    found = db.session.connection().connection.driver_connection
    return cast(Connection, found)


def copy(model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Copy ``rows``, given in the order of ``columns``, into a model's table; returns how many."""
    table = cast(Table, model.__table__)
    documents = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, JSONB)]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    count = 0
    with driver().cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(_with_documents(row, documents) if documents else row)
            count += 1
    return count


def reserve(model: type[Base], number: int) -> int:
    """Take ``number`` ids of a table that others can no longer get, and return the first."""
    name = cast(Table, model.__table__).name
    sequence = sql.SQL("pg_get_serial_sequence({}, 'id')").format(sql.Literal(f'"{name}"'))
    taken = sql.SQL("SELECT setval({0}, nextval({0}) + {1})").format(
        sequence, sql.Literal(max(number, 1) - 1)
    )
    row = driver().execute(taken).fetchone()
    assert row is not None
    return int(row[0]) - max(number, 1) + 1


@contextmanager
def bare(*names: str) -> Iterator[None]:
    """Take foreign keys and plain indexes from tables and put them back afterwards: checked and built once, in bulk."""
    connection = driver()
    keys = connection.execute(
        "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname), "
        "format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)) "
        "FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        (list(names),),
    ).fetchall()
    indexes = connection.execute(
        "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])",
        (list(names),),
    ).fetchall()
    for away, _ in (*keys, *indexes):
        connection.execute(sql.SQL(away))
    yield
    for _, back in (*indexes, *keys):
        connection.execute(sql.SQL(back))


def _with_documents(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    written = list(row)
    for place in places:
        value = written[place]
        if value is not None:
            written[place] = "{}" if value == {} else _encode(value)  # most facts carry no result
    return written
