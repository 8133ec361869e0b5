"""The register as it stood at an instant: facts, corrections and merges recorded by then, and nothing after.

An answer is given only for instants older than every transaction that may still be writing, so it never changes: a
fact that commits late has a later ``recorded_at``. Only an audited import, which says so itself, can add to the past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import class_row, tuple_row

from app.core.database import JSON, db
from app.records import queries
from app.records.folding import FOLDED, ParticipationState, fold_all, ignored
from app.records.models import Verb

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class AsOf:
    """An instant that can be answered for. ``asked`` is what was wanted, None for the latest possible."""

    instant: datetime
    asked: datetime | None = None

    @property
    def moved(self) -> bool:
        """Whether the instant asked for was too late and an earlier one is answered; say so beside the answer."""
        return self.asked is not None and self.asked != self.instant


def as_of(asked: datetime | None = None) -> AsOf:
    """Return the instant to answer for: the one asked for (aware), or the safe horizon when that is earlier."""
    if asked is not None and asked.tzinfo is None:
        raise ValueError("an as-of instant must be aware")
    horizon = queries.safe_horizon()
    return AsOf(horizon if asked is None else min(asked, horizon), asked)


class Folded(NamedTuple):
    """A participation as folded: the person is the learner that others are merged into."""

    learner_key: UUID
    activity_key: UUID
    state: ParticipationState


class _View(NamedTuple):
    learner_key: UUID
    activity_key: UUID
    verb: str
    result: JSON
    country: str
    profession: str
    language: str
    occurred_at: datetime


class _Correction(NamedTuple):
    uuid: UUID
    verb: str
    corrects: UUID | None


_PEOPLE = """
    people AS (
        SELECT m.merged_key AS key, learner_root(m.merged_key, %(at)s::timestamptz) AS root FROM learner_merge m
        WHERE m.recorded_at <= %(at)s::timestamptz AND (m.undone_at IS NULL OR m.undone_at > %(at)s::timestamptz)
    )
"""
_FACTS = f"""
    WITH {_PEOPLE}
    SELECT coalesce(people.root, fact.learner_key) AS person, activity_key, verb, result, country, profession,
           language, occurred_at
    FROM fact LEFT JOIN people ON people.key = fact.learner_key
    WHERE learner_key IS NOT NULL AND activity_key IS NOT NULL AND verb = ANY(%(verbs)s)
      AND recorded_at <= %(at)s::timestamptz AND (%(activity)s::uuid IS NULL OR activity_key = %(activity)s)
      AND NOT fact.uuid = ANY(%(ignored)s::uuid[])
    ORDER BY person, activity_key
"""
_CORRECTIONS = """
    SELECT uuid, verb, corrects FROM fact WHERE corrects IS NOT NULL AND recorded_at <= %(at)s::timestamptz
"""
_DISTINCT = f"""
    WITH {_PEOPLE}, firsts AS (
        SELECT coalesce(people.root, fact.learner_key) AS person, activity_key, min(occurred_at) AS at
        FROM fact LEFT JOIN people ON people.key = fact.learner_key
        WHERE learner_key IS NOT NULL AND verb = %(verb)s AND recorded_at <= %(at)s::timestamptz
          AND NOT fact.uuid = ANY(%(ignored)s::uuid[])
        GROUP BY person, activity_key
    )
    SELECT count(DISTINCT person) FROM firsts WHERE at >= %(start)s AND at < %(end)s
"""


def participations_at(at: AsOf, activity_key: UUID | None = None) -> Iterator[Folded]:
    """Yield every participation (of one activity) as it stood, streamed in order of person and activity."""
    yield from folded(at.instant, activity_key)


def distinct_people(at: AsOf, verb: Verb, start: datetime, end: datetime) -> int:
    """Return how many people did ``verb`` in some activity for the first time in ``start`` <= occurred < ``end``.

    Erased people stay counted; people whose learners are merged count once.
    """
    given = {
        "at": at.instant,
        "verb": verb.value,
        "start": start,
        "end": end,
        "ignored": list(ignored_at(at.instant)),
    }
    with driver().cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_DISTINCT, given).fetchone()
    return int(found[0]) if found else 0


def ignored_at(instant: datetime | str) -> set[UUID]:
    """Return the facts that corrections recorded by ``instant`` took out of the count."""
    with driver().cursor(row_factory=class_row(_Correction)) as cursor:
        return ignored(cursor.execute(_CORRECTIONS, {"at": instant}))


def driver() -> psycopg.Connection[Any]:
    """Return the driver's own connection inside the present transaction: for COPY and server-side cursors."""
    db.session.flush()
    found = db.session.connection().connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def folded(instant: datetime | str, activity_key: UUID | None = None) -> Iterator[Folded]:
    """Yield participations folded from the facts recorded by ``instant`` (``'infinity'``: from all)."""
    given = {
        "at": instant,
        "verbs": [verb.value for verb in FOLDED],
        "activity": activity_key,
        "ignored": list(ignored_at(instant)),
    }
    with driver().cursor("folded_facts", row_factory=tuple_row) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_FACTS, given)
        views = (_View(*row) for row in cursor)
        for (person, activity), facts in groupby(views, key=lambda view: view[:2]):
            state = fold_all(facts)
            if state is not None:
                yield Folded(person, activity, state)
