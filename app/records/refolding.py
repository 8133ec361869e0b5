"""Fold participations again from all their facts: after a correction, a merge, or the undoing of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core.database import db
from app.records.folding import COLUMNS, fold_all, ignored, values
from app.records.models import Participation

_PLAIN = {"synchronize_session": False}
Pair = tuple[UUID | None, UUID | None]
_FACTS = text(
    """
    WITH RECURSIVE keys (key) AS (
        SELECT CAST(:root AS uuid)
        UNION SELECT m.merged_key FROM keys JOIN learner_merge m ON m.into_key = keys.key AND m.undone_at IS NULL
    ), chain AS (
        SELECT fact.* FROM fact JOIN keys ON fact.learner_key = keys.key WHERE fact.activity_key = :activity
        UNION SELECT fact.* FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT uuid, verb, corrects, result, country, profession, language, occurred_at,
           learner_key IN (SELECT key FROM keys) AND activity_key = :activity AS own
    FROM chain
    """
)


def refold(pairs: Iterable[Pair]) -> None:
    """Fold the participations of these learners in these activities again; a pair without both keys has none.

    A learner that was merged into another stands for that one. The rows are locked, so facts that come meanwhile wait
    and are folded in after.
    """
    whole = {
        (learner, activity) for learner, activity in pairs if learner is not None and activity is not None
    }
    for root, activity in sorted({(root_of(learner), activity) for learner, activity in whole}):
        _refold(root, activity)


def root_of(learner_key: UUID) -> UUID:
    """Return the key that a learner is counted under at present."""
    found = db.session.scalar(select(func.learner_root(learner_key)))
    assert isinstance(found, UUID)
    return found


def _refold(root: UUID, activity_key: UUID) -> None:
    keys = {"learner_key": root, "activity_key": activity_key}
    db.session.execute(select(Participation.activity_key).filter_by(**keys).with_for_update())
    facts = db.session.execute(_FACTS, {"root": root, "activity": activity_key}).all()
    without = ignored(facts)
    state = fold_all(fact for fact in facts if fact.own and fact.uuid not in without)
    if state is None:
        db.session.execute(delete(Participation).filter_by(**keys), execution_options=_PLAIN)
        return
    new: dict[str, Any] = dict(zip(COLUMNS, values(state), strict=True))
    made = insert(Participation).values(keys | new)
    db.session.execute(made.on_conflict_do_update(index_elements=list(keys), set_=new))
