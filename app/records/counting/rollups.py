"""Sums for the present, brought up to the facts: only what differs is written, only those concerned are read.

Whatever adds a fact, corrects one or merges people notes whose part in which activity that concerns. A refresh tallies
these parts again (:mod:`~app.records.counting.tallies`) and compares them with what is written; from the tallies that
came and went follow the months in which somebody is counted or counted no more, and the cells and months that change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.core.database import JSON, db
from app.records import queries
from app.records.counting import concerned, months, standings, tallies
from app.records.counting.standings import USERS
from app.records.counting.tallies import COLUMNS
from app.records.models import Channel, Verb

__all__ = ["DIMENSIONS", "SCOPES", "USERS", "Scope", "due", "rebuild", "refresh", "refreshed_at"]

TOOK_PART = (Verb.STARTED, Verb.ATTENDED, Verb.COMPLETED)
ONLINE = (Channel.PLATFORM, Channel.OTHER_ONLINE, Channel.HYBRID)
EVERY = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Scope:
    """A class of tallies that sums are kept for: a measure, in activities of some channels, training or all.

    ``dimensions`` are those that its people are sliced by, beside all of them ("").
    """

    name: str
    measure: str
    channels: tuple[Channel, ...]
    training: bool
    dimensions: tuple[str, ...]


DIMENSIONS = ("country", "region", "kind", "topic", "language", "gender", "age_group", "profession")
_WHERE = ("country", "region")
SCOPES = (
    Scope("trained:platform", "completed", (Channel.PLATFORM,), True, DIMENSIONS),
    Scope("trained:online", "completed", ONLINE, True, (*_WHERE, "kind")),
    Scope("trained:all", "completed", EVERY, True, _WHERE),
    Scope("participants:platform", "took_part", (Channel.PLATFORM,), False, (*_WHERE, "kind")),
)
"""``trained`` completed an activity that counts as training; ``participants`` took part in any. Each slice costs time
at every refresh: only what pages show is kept."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('ctlp.rollups'))")
_TEMPORARY = (*concerned.TABLES, *tallies.TABLES, *standings.TABLES, "cell_change")
_VALUE = "CASE slice.dimension {} ELSE '' END".format(
    " ".join(f"WHEN '{one}' THEN known.{one}" for one in DIMENSIONS)
)
_SLICES = """
    JOIN unnest(CAST(:numbers AS smallint[]), CAST(:dimensions AS text[]), CAST(:measures AS text[]),
        CAST(:channels AS text[]), CAST(:training AS boolean[]))
        AS slice (number, dimension, measure, channel, training)
        ON slice.measure = known.measure AND slice.channel = known.channel AND (known.training OR NOT slice.training)
"""
_NAMES = """
    JOIN unnest(CAST(:every_number AS smallint[]), CAST(:every_scope AS text[]), CAST(:every_dimension AS text[]))
        AS slice (number, scope, dimension) USING (number)
"""
_CELLS = f"""
    WITH counted AS (
        SELECT number, value, month, before, after, previous_before, previous_after
        FROM ({{people}}) AS moved CROSS JOIN LATERAL (
            SELECT number, value, month, before, after,
                coalesce(max(month) FILTER (WHERE before = 1) OVER earlier, 0) AS previous_before,
                coalesce(max(month) FILTER (WHERE after = 1) OVER earlier, 0) AS previous_after
            FROM (
                SELECT slice.number, {_VALUE} AS value, known.month, max(known.before) AS before,
                    max(known.after) AS after
                FROM ({{known}}) AS known {_SLICES} GROUP BY 1, 2, 3
            ) AS presence WINDOW earlier AS (PARTITION BY number, value ORDER BY month
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS sequence
        WHERE before <> after OR previous_before <> previous_after
    ), changes AS (
        SELECT number, month, previous, value, sum(people) AS people FROM (
            SELECT number, month, previous_before AS previous, value, -1 AS people FROM counted WHERE before = 1
            UNION ALL SELECT number, month, previous_after, value, 1 FROM counted WHERE after = 1
        ) AS moves GROUP BY number, month, previous, value HAVING sum(people) <> 0
    )
    SELECT scope, dimension, month, previous::smallint AS previous, value, people FROM changes {_NAMES}
"""
"""``known`` are the tallies of a person with whether they were counted before (1, 0) and are after. Somebody counted in
a month stands in the cell of that month and of their month before it; both can change when another month comes or goes.
Person by person: so little is sorted at once that it never leaves the memory."""
_DIFFERING = f"""
    SELECT {COLUMNS}, (came IS NULL)::int AS before, 1 AS after FROM tally
    LEFT JOIN (SELECT activity_key, measure, true AS came FROM tally_come WHERE person = moved.person) AS new
        USING (activity_key, measure)
    WHERE tally.person = moved.person
    UNION ALL SELECT {COLUMNS}, 1, 0 FROM tally_gone WHERE person = moved.person
"""
_ALL = f"SELECT {COLUMNS}, 0 AS before, 1 AS after FROM tally WHERE person = moved.person"
_CHANGE_CELLS = """
    MERGE INTO rollup_cell AS cell USING cell_change AS more
    ON cell.scope = more.scope AND cell.dimension = more.dimension AND cell.month = more.month
        AND cell.previous = more.previous AND cell.value = more.value
    WHEN MATCHED AND cell.people + more.people = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET people = cell.people + more.people
    WHEN NOT MATCHED THEN INSERT (scope, dimension, month, previous, value, people)
        VALUES (more.scope, more.dimension, more.month, more.previous, more.value, more.people)
"""
_MONTHS = f"""
    WITH known AS ({{known}}), changes AS (
        SELECT scope, dimension, month, value, people, CASE previous WHEN 0 THEN people ELSE 0 END AS newcomers,
            0 AS participations
        FROM {{cells}}
        UNION ALL SELECT scope, dimension, month, value, 0, 0, participations FROM (
            SELECT slice.number, known.month, {_VALUE} AS value, sum(known.sign) AS participations
            FROM known {_SLICES} GROUP BY 1, 2, 3) AS tallied {_NAMES}
    )
    SELECT scope, dimension, month, value, sum(people) AS people, sum(newcomers) AS newcomers,
        sum(participations) AS participations
    FROM changes GROUP BY scope, dimension, month, value
    HAVING sum(people) <> 0 OR sum(newcomers) <> 0 OR sum(participations) <> 0
"""
_CAME_AND_WENT = "SELECT *, 1 AS sign FROM tally_come UNION ALL SELECT *, -1 FROM tally_gone"


def refresh() -> int:
    """Bring tallies and sums up to the facts that are committed; returns how many people were concerned.

    Two refreshes wait for each other. A fact that commits meanwhile is left for the next one.
    """
    db.session.execute(_LOCK)
    at = queries.safe_horizon()
    people = _change() if concerned.anybody() else 0
    _note(at)
    return people


def rebuild() -> int:
    """Make tallies and sums again from all facts; returns how many people were concerned."""
    db.session.execute(_LOCK)
    at = queries.safe_horizon()
    _forget()
    people = concerned.take_everybody()
    db.session.execute(text("TRUNCATE rollup_cell, rollup_month"))
    tallies.rewrite()
    columns = "scope, dimension, month, previous, value, people"
    cells = _CELLS.format(people="SELECT DISTINCT person FROM tally", known=_ALL)
    every_cell = f"INSERT INTO rollup_cell ({columns}) {cells} ORDER BY 1, 2, 3, 4, 5"
    db.session.execute(text(every_cell), _slices())
    every = "SELECT *, 1 AS sign FROM tally"
    months.add(_MONTHS.format(known=every, cells="rollup_cell"), _slices())
    standings.rewrite()
    db.session.execute(text("ANALYZE rollup_cell, rollup_month"))
    _note(at)
    return people


def refreshed_at() -> datetime:
    """Return the instant that the sums hold for."""
    found = db.session.scalar(text("SELECT refreshed_at FROM rollup_state WHERE id = 1"))
    assert isinstance(found, datetime)
    return found


def due(learners: Sequence[object]) -> None:
    """Have everything of these learners counted again at the next refresh."""
    db.session.execute(
        text("INSERT INTO rollup_due (learner_key) SELECT unnest(CAST(:keys AS uuid[]))"),
        {"keys": list(learners)},
    )


def _change() -> int:
    _forget()
    people = concerned.take_due()
    if tallies.change():
        cells = _CELLS.format(people="SELECT person FROM tally_moved", known=_DIFFERING)
        db.session.execute(text(f"CREATE TEMP TABLE cell_change ON COMMIT DROP AS {cells}"), _slices())
        db.session.execute(text("ANALYZE cell_change"))
        db.session.execute(text(_CHANGE_CELLS))
        months.add(_MONTHS.format(known=_CAME_AND_WENT, cells="cell_change"), _slices())
    standings.change()
    return people


def _forget() -> None:
    """Drop what another refresh of the same transaction left."""
    db.session.execute(text(f"DROP TABLE IF EXISTS {', '.join(_TEMPORARY)}"))


def _slices() -> JSON:
    """The slices by number: which tallies belong to each, and its scope and dimension."""
    every = [(scope, dimension) for scope in SCOPES for dimension in ("", *scope.dimensions)]
    numbered = list(enumerate(every, start=1))
    taken = [(number, *one, channel) for number, one in numbered for channel in one[0].channels]
    return {
        "numbers": [number for number, _scope, _dimension, _channel in taken],
        "dimensions": [dimension for _number, _scope, dimension, _channel in taken],
        "measures": [scope.measure for _number, scope, _dimension, _channel in taken],
        "channels": [channel.value for _number, _scope, _dimension, channel in taken],
        "training": [scope.training for _number, scope, _dimension, _channel in taken],
        "every_number": [number for number, _one in numbered],
        "every_scope": [scope.name for _number, (scope, _dimension) in numbered],
        "every_dimension": [dimension for _number, (_scope, dimension) in numbered],
    }


def _note(at: datetime) -> None:
    db.session.execute(text("UPDATE rollup_state SET refreshed_at = :at WHERE id = 1"), {"at": at})
