"""What pages read of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, text

from app.core.database import JSON, db
from app.records.figures.models import FigureAlarm
from app.records.folding import ignored
from app.records.models import Activity, KindRule, LearnerAccount, Participation, Verb

_FACTS_OF_ONE = text(
    """
    WITH RECURSIVE keys (key) AS (
        SELECT CAST(:root AS uuid)
        UNION SELECT m.merged_key FROM keys JOIN learner_merge m ON m.into_key = keys.key AND m.undone_at IS NULL
    ), chain AS (
        SELECT fact.* FROM fact JOIN keys ON fact.learner_key = keys.key WHERE fact.activity_key = :activity
        UNION SELECT fact.* FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT uuid, verb, result, country, profession, language, occurred_at, recorded_at,
           batch_id IS NOT NULL AS imported, corrects
    FROM chain ORDER BY occurred_at, id
    """
)
_HORIZON = text(
    """
    SELECT least(statement_timestamp(), min(CASE
        WHEN backend_xid IS NOT NULL THEN xact_start
        WHEN state = 'active' THEN query_start END))
    FROM pg_stat_activity
    WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    """
)


def participations_of(user_id: int) -> list[tuple[Participation, Activity]]:
    """Return what a person takes part in with its activity, the latest enrolment first."""
    statement = (
        _of(user_id)
        .add_columns(Activity)
        .join(Activity, Activity.key == Participation.activity_key)
        .order_by(Participation.enrolled_at.desc().nulls_last(), Activity.slug)
    )
    return [(participation, activity) for participation, activity in db.session.execute(statement)]


def participation(user_id: int, activity_key: UUID) -> Participation | None:
    """Return a person's participation in an activity, as it is now."""
    return db.session.scalar(_of(user_id).where(Participation.activity_key == activity_key))


def activity(key: UUID) -> Activity | None:
    """Return an activity as last described."""
    return db.session.get(Activity, key, populate_existing=True)


def counts_as_training(kind: str, at: datetime) -> bool:
    """Whether a kind of activity counts as training at ``at``: the latest rule valid then; an unknown kind does not."""
    statement = (
        select(KindRule.counts_as_training)
        .where(KindRule.kind == kind, KindRule.valid_from <= at)
        .order_by(KindRule.valid_from.desc(), KindRule.version.desc())
        .limit(1)
    )
    return bool(db.session.scalar(statement))


def kinds_counting(at: datetime) -> frozenset[str]:
    """Return the kinds of activity that count as training at ``at``."""
    rules = (
        select(KindRule.kind, KindRule.counts_as_training)
        .where(KindRule.valid_from <= at)
        .order_by(KindRule.valid_from, KindRule.version)
    )
    latest = {row.kind: row.counts_as_training for row in db.session.execute(rules)}
    return frozenset(kind for kind, counts in latest.items() if counts)


def alarms() -> Sequence[FigureAlarm]:
    """Return the headline figures that the nightly check counted otherwise and that still differ, the newest first."""
    standing = select(FigureAlarm).where(FigureAlarm.settled_at.is_(None)).order_by(FigureAlarm.id.desc())
    return db.session.scalars(standing).all()


def safe_horizon() -> datetime:
    """Return the latest instant for which no fact can still arrive: older than every transaction that may be writing.

    A transaction that has written may have facts from its start on; one that is within a statement but has not written
    yet, from that statement's start on; any other only from now on.
    """
    db.session.execute(text("SELECT pg_stat_clear_snapshot()"))
    found = db.session.scalar(_HORIZON)
    assert isinstance(found, datetime)
    return found


def _of(user_id: int) -> Select[Participation]:
    """The participations of an account, through a merge of its learner; columns as they are in the database now."""
    key = select(func.learner_root(LearnerAccount.learner_key)).where(
        LearnerAccount.user_id == user_id, LearnerAccount.cut_at.is_(None)
    )
    return (
        select(Participation)
        .where(Participation.learner_key == key.scalar_subquery())
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact as it is read back: what it says, when that occurred, since when it is known, and whether it counts now.

    ``corrects`` is the fact that it stands for or voids; ``imported`` says that an import wrote it.
    """

    uuid: UUID
    verb: str
    result: JSON
    country: str
    profession: str
    language: str
    occurred_at: datetime
    recorded_at: datetime
    imported: bool
    corrects: UUID | None
    counts: bool


def facts_of(root: UUID, activity_key: UUID) -> list[ToldFact]:
    """Return every fact of a person in an activity in the order of occurring: of the learner ``root`` and of those that
    are merged into it, with all corrections; those that do not count any more are marked."""
    rows = db.session.execute(_FACTS_OF_ONE, {"root": root, "activity": activity_key}).all()
    without = ignored(rows)
    return [
        ToldFact(**row._mapping, counts=row.verb != Verb.VOIDED and row.uuid not in without) for row in rows
    ]
