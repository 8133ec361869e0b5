"""Many facts of one activity at once: one insert, then every participation of that activity folded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core.database import JSON, db
from app.records import history
from app.records.folding import COLUMNS, FOLDED, ParticipationState, values
from app.records.models import Fact, Participation

Row = TypeVar("Row")
_PLAIN = {"synchronize_session": False}
_BATCH = 1000
_END = text(
    """
    UPDATE counted_fact SET known_until = instead.recorded_at
    FROM fact instead JOIN fact ON fact.uuid = instead.corrects
    WHERE instead.uuid = ANY(:corrections) AND counted_fact.fact_id = fact.id AND counted_fact.known_until = 'infinity'
    """
)
_EMPTY = dict(zip(COLUMNS, values(ParticipationState()), strict=True))


def insert_facts(rows: Sequence[JSON]) -> set[UUID]:
    """Insert rows of facts, all with the same columns; return the uuids that were not known before."""
    added: set[UUID] = set()
    for batch in batches(rows):
        made = insert(Fact).values(batch).on_conflict_do_nothing(index_elements=[Fact.uuid])
        added.update(db.session.scalars(made.returning(Fact.uuid)))
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
        kept = insert(Participation).values(batch)
        db.session.execute(
            kept.on_conflict_do_update(
                index_elements=[Participation.learner_key, Participation.activity_key],
                set_={name: kept.excluded[name] for name in COLUMNS},
            )
        )
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
    for batch in batches([{"learner_key": key, "activity_key": activity_key} | _EMPTY for key in people]):
        db.session.execute(insert(Participation).values(list(batch)).on_conflict_do_nothing())
    locked = (
        select(Participation.learner_key)
        .where(Participation.activity_key == activity_key)
        .order_by(Participation.learner_key)
        .with_for_update()
    )
    return set(db.session.scalars(locked))
