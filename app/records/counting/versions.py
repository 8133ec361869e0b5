"""What each activity was described as, and from when to when that was the latest word on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, text

from app.core.database import JSON, db
from app.records.counting.models import ActivityVersion
from app.records.counting.spans import Recorded, spans
from app.records.folding import Description, describe

_COLUMNS = (
    *(
        "kind",
        "channel",
        "parent_key",
        "slug",
        "topic",
        "partner",
        "project",
        "donor",
        "audience",
        "languages",
    ),
    *("countries", "tags", "group_id", "hours", "is_test", "starts_at", "ends_at"),
)
_TOLD = text(
    """
    WITH RECURSIVE chain AS (
        SELECT * FROM fact WHERE verb = 'activity_described' AND corrects IS NULL
            AND (CAST(:key AS uuid) IS NULL OR activity_key = :key)
        UNION SELECT fact.* FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT activity_key, id, uuid, verb, corrects, recorded_at, occurred_at, result FROM chain ORDER BY activity_key, id
    """
)
_BATCH = 2000
_CLASS = text(
    """
    SELECT kind, channel, topic FROM activity_version
    WHERE activity_key = :key AND known_until = 'infinity' AND NOT is_test
    """
)
_DUE = text(
    """
    INSERT INTO rollup_due (learner_key, activity_key)
    SELECT DISTINCT learner_key, activity_key FROM counted_fact
    WHERE activity_key = :key AND learner_key IS NOT NULL AND verb IN ('started', 'attended', 'completed')
    """
)


class Told(NamedTuple):
    """A fact that describes an activity, or corrects one that did."""

    activity_key: UUID
    fact: Recorded
    occurred_at: datetime
    result: JSON


class Version(NamedTuple):
    """A description, believed and the latest for ``known_from`` <= as-of < ``known_until`` (None: still)."""

    known_from: datetime
    known_until: datetime | None
    told: Told


def redescribe(activity_key: UUID) -> None:
    """Write the versions of an activity again; who took part in it is counted again when that changes their class."""
    given = {"key": activity_key}
    before = db.session.execute(_CLASS, given).all()
    db.session.execute(text("DELETE FROM activity_version WHERE activity_key = :key"), given)
    rows = [row for told in _by_activity(activity_key) for row in _rows(told)]
    if rows:
        db.session.execute(insert(ActivityVersion), rows)
    if db.session.execute(_CLASS, given).all() != before:
        db.session.execute(_DUE, given)


def redescribe_all() -> None:
    """Write every row of ``activity_version`` again from facts."""
    db.session.execute(text("TRUNCATE activity_version"))
    rows = [row for told in _by_activity(None) for row in _rows(told)]
    for start in range(0, len(rows), _BATCH):
        db.session.execute(insert(ActivityVersion), rows[start : start + _BATCH])


def versions(told: Sequence[Told]) -> list[Version]:
    """Return the versions of one activity in order: at each instant the latest that occurred of those believed."""
    by_id = {one.fact.id: one for one in told}
    believed = [one for one in spans([one.fact for one in told]) if by_id[one.fact_id].fact.verb != "voided"]
    steps = sorted(
        {one.known_from for one in believed} | {one.known_until for one in believed if one.known_until}
    )
    found: list[Version] = []
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        standing = [
            by_id[one.fact_id]
            for one in believed
            if one.known_from <= step and (one.known_until is None or step < one.known_until)
        ]
        if not standing:
            continue
        latest = max(standing, key=lambda one: (one.occurred_at, one.fact.id))
        if found and found[-1].told is latest and found[-1].known_until == step:
            found[-1] = found[-1]._replace(known_until=following)
        else:
            found.append(Version(step, following, latest))
    return found


def _by_activity(activity_key: UUID | None) -> Iterator[list[Told]]:
    rows = db.session.execute(_TOLD, {"key": activity_key})
    told: Iterable[Told] = (Told(row[0], Recorded(*row[1:6]), row[6], row[7]) for row in rows)
    for _key, found in groupby(told, key=lambda one: one.activity_key):
        yield list(found)


def _rows(told: Sequence[Told]) -> Iterator[dict[str, Any]]:
    for one in versions(told):
        description = describe(one.told.activity_key, one.told.result)
        yield _row(description) | {
            "activity_key": one.told.activity_key,
            "known_from": one.known_from,
            "known_until": one.known_until or "infinity",
            "described_at": one.told.occurred_at,
        }


def _row(description: Description) -> dict[str, Any]:
    return {name: getattr(description, name) for name in _COLUMNS}
