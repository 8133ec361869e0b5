"""Many facts of one activity at once: one insert, then every participation of that activity folded again.

Rows go to the database as one JSON value a statement: binding thousands of values one by one takes many times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, func, select, text

from app.core.database import JSON, db
from app.records import history
from app.records.folding import COLUMNS, FOLDED, ParticipationState, values
from app.records.models import Fact, Participation

Row = TypeVar("Row")
_PLAIN = {"synchronize_session": False}
_BATCH = 1000
_STATED = (
    "uuid",
    "learner_key",
    "activity_key",
    "verb",
    "result",
    "country",
    "profession",
    "gender",
    "age_group",
    "language",
    "headcount",
    "corrects",
    "occurred_at",
)
"""What a row of a fact states; the database gives the rest."""
_FOLDED_COLUMNS = ", ".join(("learner_key", "activity_key", *COLUMNS))
_STATE = text(
    f"""
    INSERT INTO fact ({", ".join(_STATED)})
    SELECT {", ".join(_STATED)} FROM jsonb_populate_recordset(NULL::fact, CAST(:rows AS jsonb))
    ON CONFLICT (uuid) DO NOTHING RETURNING uuid
    """
)
_HOLD = text(
    f"""
    INSERT INTO participation ({_FOLDED_COLUMNS})
    SELECT {_FOLDED_COLUMNS} FROM jsonb_populate_recordset(NULL::participation, CAST(:rows AS jsonb))
    ON CONFLICT DO NOTHING
    """
)
_FOLD = text(
    f"""
    INSERT INTO participation ({_FOLDED_COLUMNS})
    SELECT {_FOLDED_COLUMNS} FROM jsonb_populate_recordset(NULL::participation, CAST(:rows AS jsonb))
    ON CONFLICT (learner_key, activity_key)
    DO UPDATE SET ({", ".join(COLUMNS)}) = ROW({", ".join(f"excluded.{name}" for name in COLUMNS)})
    """
)
_END = text(
    """
    UPDATE counted_fact SET known_until = instead.recorded_at
    FROM fact instead JOIN fact ON fact.uuid = instead.corrects
    WHERE instead.uuid = ANY(:corrections) AND counted_fact.fact_id = fact.id AND counted_fact.known_until = 'infinity'
    """
)
_EMPTY = dict(zip(COLUMNS, values(ParticipationState()), strict=True))


def insert_facts(rows: Sequence[JSON]) -> set[UUID]:
    """Insert rows of facts, each with every member of _STATED; return the uuids that were not known before."""
    added: set[UUID] = set()
    for batch in batches(rows):
        added.update(db.session.scalars(_STATE, {"rows": _json(batch)}))
    return added


def end_belief(corrections: Sequence[UUID]) -> None:
    """Say of facts that counted until now and are superseded by ``corrections`` until when they were believed."""
    db.session.execute(_END, {"corrections": list(corrections)})


def refold_activity(activity_key: UUID) -> None:
    """Fold every participation of one activity again from all its facts.

    Rows are made and locked before the facts are read, so facts that come meanwhile wait and are folded in after.
    """
    held = _hold(activity_key)
    rows = [
        {"learner_key": one.learner_key, "activity_key": activity_key}
        | dict(zip(COLUMNS, values(one.state), strict=True))
        for one in history.folded("infinity", activity_key)
    ]
    for batch in batches(rows):
        db.session.execute(_FOLD, {"rows": _json(batch)})
    gone = held - {row["learner_key"] for row in rows}
    if gone:
        without = delete(Participation).where(
            Participation.activity_key == activity_key, Participation.learner_key.in_(gone)
        )
        db.session.execute(without, execution_options=_PLAIN)


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield ``rows`` in pieces that one statement can carry."""
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _json(rows: Sequence[JSON]) -> str:
    return json.dumps(rows, default=str)


def _hold(activity_key: UUID) -> set[UUID]:
    """Make a row for everybody with a fact in the activity, lock all its rows, and return whose they are."""
    writers = (
        select(Fact.learner_key)
        .where(
            Fact.activity_key == activity_key,
            Fact.learner_key.is_not(None),
            Fact.verb.in_([verb.value for verb in FOLDED]),
        )
        .distinct()
        .subquery()
    )
    people = sorted(set(db.session.scalars(select(func.learner_root(writers.c.learner_key)))))
    for batch in batches(people):
        rows = [{"learner_key": key, "activity_key": activity_key} | _EMPTY for key in batch]
        db.session.execute(_HOLD, {"rows": _json(rows)})
    locked = (
        select(Participation.learner_key)
        .where(Participation.activity_key == activity_key)
        .order_by(Participation.learner_key)
        .with_for_update()
    )
    return set(db.session.scalars(locked))
