"""Projections folded again from facts: one participation after a correction or a merge, or all of them.

A rebuilt projection equals the one that was folded as facts came; :func:`check` proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database import JSON, db
from app.records import history
from app.records.counting import versions
from app.records.folding import COLUMNS, ParticipationState, activity_row, describe, fold_all, ignored, values
from app.records.models import Activity, Participation

Pair = tuple[UUID | None, UUID | None]
_PLAIN = {"synchronize_session": False}
_BATCH = 5000
_SHOWN = 20
_FACTS_OF_ONE = text(
    """
    WITH RECURSIVE keys (key) AS (
        SELECT CAST(:root AS uuid)
        UNION SELECT m.merged_key FROM keys JOIN learner_merge m ON m.into_key = keys.key AND m.undone_at IS NULL
    ), chain AS (
        SELECT fact.* FROM fact JOIN keys ON fact.learner_key = keys.key WHERE fact.activity_key = :activity
        UNION SELECT fact.* FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT uuid, verb, corrects, result, country, profession, language, occurred_at,
           coalesce(learner_key IN (SELECT key FROM keys) AND activity_key = :activity, false) AS own
    FROM chain
    """
)
_DESCRIPTIONS = """
    SELECT DISTINCT ON (activity_key) activity_key, result, occurred_at FROM fact
    WHERE verb = 'activity_described' AND (%(key)s::uuid IS NULL OR activity_key = %(key)s)
      AND NOT uuid = ANY(%(ignored)s::uuid[])
    ORDER BY activity_key, occurred_at DESC, id DESC
"""


# ------------------------------------------------------------------------------------------------ one


def refold(pairs: Iterable[Pair]) -> None:
    """Fold the participations of these learners in these activities again; a pair without both keys has none.

    A learner that was merged into another stands for that one. A row is made and locked before its facts are read, so
    facts that come meanwhile wait and are folded in after.
    """
    whole = {(learner, activity) for learner, activity in pairs if learner and activity}
    for root, activity in sorted({(_root(learner), activity) for learner, activity in whole}):
        _refold(root, activity)


def _root(learner_key: UUID) -> UUID:
    found = db.session.scalar(select(func.learner_root(learner_key)))
    assert isinstance(found, UUID)
    return found


def _refold(root: UUID, activity_key: UUID) -> None:
    keys = {"learner_key": root, "activity_key": activity_key}
    empty = insert(Participation).values(keys | dict(zip(COLUMNS, values(ParticipationState()), strict=True)))
    db.session.execute(empty.on_conflict_do_nothing())
    db.session.execute(select(Participation.activity_key).filter_by(**keys).with_for_update())
    facts = db.session.execute(_FACTS_OF_ONE, {"root": root, "activity": activity_key}).all()
    without = ignored(facts)
    state = fold_all(fact for fact in facts if fact.own and fact.uuid not in without)
    if state is None:
        db.session.execute(delete(Participation).filter_by(**keys), execution_options=_PLAIN)
        return
    new: dict[str, Any] = dict(zip(COLUMNS, values(state), strict=True))
    db.session.execute(update(Participation).filter_by(**keys).values(new), execution_options=_PLAIN)


def redescribe(activity_key: UUID) -> None:
    """Write an activity's row, and its versions, again from the descriptions that count."""
    versions.redescribe(activity_key)
    db.session.execute(select(Activity.key).filter_by(key=activity_key).with_for_update())
    row = next(_activities(activity_key), None)
    if row is None:
        db.session.execute(delete(Activity).filter_by(key=activity_key), execution_options=_PLAIN)
        return
    db.session.execute(insert(Activity).values(row).on_conflict_do_update(index_elements=["key"], set_=row))


def _activities(activity_key: UUID | None = None) -> Iterator[JSON]:
    given = {"key": activity_key, "ignored": list(history.ignored_at("infinity"))}
    with history.driver().cursor(row_factory=tuple_row) as cursor:
        for key, result, occurred_at in cursor.execute(_DESCRIPTIONS, given):
            yield activity_row(describe(key, result), occurred_at)


# ------------------------------------------------------------------------------------------------ all


@dataclass(frozen=True, slots=True)
class Table:
    """A projection: its name, key columns, and all columns in the order in which rows are copied."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def fresh(self) -> str:
        """Name of the temporary table that holds the rebuilt rows."""
        return f"fresh_{self.name}"


PARTICIPATIONS = Table(
    "participation", ("learner_key", "activity_key"), ("learner_key", "activity_key", *COLUMNS)
)
ACTIVITIES = Table("activity", ("key",), tuple(column.name for column in Activity.__table__.columns))


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the facts say. ``found`` and ``expected`` are the rows as JSON, None where missing."""

    table: str
    key: str
    found: JSON | None
    expected: JSON | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild did: rows there are, rows that had to be written or removed."""

    rows: int
    written: int
    removed: int


def rebuild() -> dict[str, Outcome]:
    """Rebuild both projections from all facts; only rows that differ are written. Appends wait meanwhile."""
    return {table.name: _swap(table, _fill(table)) for table in _prepared()}


def check() -> list[Difference]:
    """Rebuild beside the projections and return the differences, at most twenty a table. Appends wait meanwhile."""
    found: list[Difference] = []
    for table in _prepared():
        _fill(table)
        found += _differences(table)
    return found


def _prepared() -> Iterator[Table]:
    """Hold facts still and give each projection an empty copy to fill."""
    connection = history.driver()
    connection.execute("LOCK TABLE fact IN SHARE MODE")
    for table in (ACTIVITIES, PARTICIPATIONS):
        made = "DROP TABLE IF EXISTS {fresh}; CREATE TEMP TABLE {fresh} (LIKE {table}) ON COMMIT DROP"
        connection.execute(sql.SQL(made).format(**_parts(table)))
        yield table


def _fill(table: Table) -> int:
    rows = _participation_rows() if table is PARTICIPATIONS else _activity_rows()
    count = 0
    while batch := list(islice(rows, _BATCH)):
        _copy(table, batch)
        count += len(batch)
    history.driver().execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.fresh)))
    return count


def _participation_rows() -> Iterator[tuple[Any, ...]]:
    for one in history.folded("infinity"):
        yield (one.learner_key, one.activity_key, *values(one.state))


def _activity_rows() -> Iterator[tuple[Any, ...]]:
    for row in _activities():
        bound = {**row, "titles": Jsonb(row["titles"]), "languages": Jsonb(row["languages"])}
        bound |= {name: Jsonb(row[name]) for name in ("countries", "tags")}
        yield tuple(bound[name] for name in ACTIVITIES.columns)


def _copy(table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.fresh), _names(table.columns))
    with history.driver().cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _names(columns: Iterable[str], prefix: str = "") -> sql.Composable:
    return sql.SQL(", ").join(
        sql.Identifier(prefix, name) if prefix else sql.Identifier(name) for name in columns
    )


def _parts(table: Table) -> dict[str, sql.Composable]:
    """The names that the statements over a projection and its copy are made of."""
    same = (sql.SQL("p.{0} = f.{0}").format(sql.Identifier(name)) for name in table.keys)
    return {
        "table": sql.Identifier(table.name),
        "fresh": sql.Identifier(table.fresh),
        "columns": _names(table.columns),
        "keys": _names(table.keys),
        "old": _names(table.columns, "p"),
        "new": _names(table.columns, "f"),
        "excluded": _names(table.columns, "excluded"),
        "same": sql.SQL(" AND ").join(same),
    }


def _swap(table: Table, rows: int) -> Outcome:
    connection, parts = history.driver(), _parts(table)
    removed = connection.execute(
        sql.SQL("DELETE FROM {table} p WHERE NOT EXISTS (SELECT FROM {fresh} f WHERE {same})").format(**parts)
    )
    written = connection.execute(
        sql.SQL(
            "INSERT INTO {table} AS p ({columns}) SELECT {columns} FROM {fresh} ON CONFLICT ({keys}) "
            "DO UPDATE SET ({columns}) = ROW({excluded}) WHERE ROW({old}) IS DISTINCT FROM ROW({excluded})"
        ).format(**parts)
    )
    return Outcome(rows, written.rowcount, removed.rowcount)


def _differences(table: Table) -> list[Difference]:
    key = sql.SQL(" || ' ' || ").join(
        sql.SQL("coalesce(p.{0}, f.{0})::text").format(sql.Identifier(name)) for name in table.keys
    )
    first = sql.Identifier(table.keys[0])
    statement = sql.SQL(
        "SELECT {key}, CASE WHEN p.{first} IS NULL THEN NULL ELSE to_jsonb(p) END, "
        "CASE WHEN f.{first} IS NULL THEN NULL ELSE to_jsonb(f) END "
        "FROM {table} p FULL JOIN {fresh} f ON {same} WHERE ROW({old}) IS DISTINCT FROM ROW({new}) LIMIT {shown}"
    ).format(key=key, first=first, shown=sql.Literal(_SHOWN), **_parts(table))
    with history.driver().cursor(row_factory=tuple_row) as cursor:
        return [Difference(table.name, *row) for row in cursor.execute(statement)]
