"""From when to when each fact was believed: from its recording to a correction, and again when that is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.database import db
from app.records.folding import ignored

_CHAIN = text(
    """
    WITH RECURSIVE up AS (
        SELECT id, uuid, corrects FROM fact WHERE uuid = :uuid
        UNION SELECT fact.id, fact.uuid, fact.corrects FROM up JOIN fact ON fact.uuid = up.corrects
    ), chain AS (
        SELECT id, uuid FROM up WHERE corrects IS NULL
        UNION SELECT fact.id, fact.uuid FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT fact.id, fact.uuid, fact.verb, fact.corrects, fact.recorded_at FROM fact JOIN chain USING (id)
    """
)
_ALL_CHAINS = text(
    """
    WITH corrected AS (SELECT corrects AS uuid FROM fact WHERE corrects IS NOT NULL)
    SELECT id, uuid, verb, corrects, recorded_at FROM fact
    WHERE corrects IS NOT NULL OR uuid IN (SELECT uuid FROM corrected)
    """
)
_FORGET = text("DELETE FROM counted_fact WHERE fact_id = ANY(:ids)")
_BELIEVE = text(
    """
    INSERT INTO counted_fact (fact_id, known_from, known_until, first_known, verb, learner_key, activity_key, country,
        profession, gender, age_group, language, amount, headcount, occurred_at)
    SELECT id, span.known_from, span.known_until, :first_known, verb, learner_key, activity_key, country, profession,
        gender, age_group, language, counted_amount(verb, result), headcount, occurred_at
    FROM fact JOIN unnest(CAST(:ids AS bigint[]), CAST(:froms AS timestamptz[]), CAST(:untils AS timestamptz[]))
        AS span (id, known_from, known_until) USING (id)
    WHERE counts_in_figures(verb)
    """
)
_COUNT_ALL = text(
    """
    INSERT INTO counted_fact (fact_id, known_from, first_known, verb, learner_key, activity_key, country, profession,
        gender, age_group, language, amount, headcount, occurred_at)
    SELECT id, recorded_at, recorded_at, verb, learner_key, activity_key, country, profession, gender, age_group,
        language, counted_amount(verb, result), headcount, occurred_at
    FROM fact WHERE counts_in_figures(verb)
    """
)
_DUE = text(
    """
    INSERT INTO rollup_due (learner_key, activity_key)
    SELECT DISTINCT learner_key, activity_key FROM fact WHERE id = ANY(:ids) AND learner_key IS NOT NULL
    """
)


class Recorded(NamedTuple):
    """A fact of a chain of corrections."""

    id: int
    uuid: UUID
    verb: str
    corrects: UUID | None
    recorded_at: datetime


class Span(NamedTuple):
    """A fact believed for ``known_from`` <= as-of < ``known_until`` (None: still)."""

    fact_id: int
    known_from: datetime
    known_until: datetime | None


def spans(chain: Sequence[Recorded]) -> list[Span]:
    """Return when each fact of some whole chains of corrections was believed, in order of fact and time."""
    steps = sorted({one.recorded_at for one in chain})
    believed: dict[int, list[tuple[datetime, datetime | None]]] = {one.id: [] for one in chain}
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        known = [one for one in chain if one.recorded_at <= step]
        without = ignored(known)
        for one in known:
            if one.uuid not in without:
                _extend(believed[one.id], step, following)
    return [Span(fact, since, until) for fact in sorted(believed) for since, until in believed[fact]]


def _extend(found: list[tuple[datetime, datetime | None]], since: datetime, until: datetime | None) -> None:
    if found and found[-1][1] == since:
        found[-1] = (found[-1][0], until)
    else:
        found.append((since, until))


def restand(uuid: UUID) -> None:
    """Write again when the facts of a chain of corrections were believed; ``uuid`` is any fact of it."""
    chain = [Recorded(*row) for row in db.session.execute(_CHAIN, {"uuid": uuid})]
    _write(chain)
    db.session.execute(_DUE, {"ids": [one.id for one in chain]})


def restand_all() -> None:
    """Write every row of ``counted_fact`` again from facts."""
    db.session.execute(text("TRUNCATE counted_fact"))
    db.session.execute(_COUNT_ALL)
    for chain in _chains(Recorded(*row) for row in db.session.execute(_ALL_CHAINS)):
        _write(chain)


def _chains(facts: Iterable[Recorded]) -> list[list[Recorded]]:
    """Put facts together that correct one another, directly or not."""
    known = {one.uuid: one for one in facts}
    found: dict[UUID, list[Recorded]] = {}
    for one in known.values():
        first = one
        while first.corrects is not None:
            first = known[first.corrects]
        found.setdefault(first.uuid, []).append(one)
    return list(found.values())


def _write(chain: Sequence[Recorded]) -> None:
    given = spans(chain)
    db.session.execute(_FORGET, {"ids": [one.id for one in chain]})
    db.session.execute(
        _BELIEVE,
        {
            "first_known": min(one.recorded_at for one in chain if one.corrects is None),
            "ids": [one.fact_id for one in given],
            "froms": [one.known_from.isoformat() for one in given],
            "untils": [one.known_until.isoformat() if one.known_until else "infinity" for one in given],
        },
    )
