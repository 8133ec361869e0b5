"""Sums for the present: tallies of people, and the cells that any number of months is added up from.

A person's cells are a pure function of their tallies. So a refresh takes away what the people concerned had
contributed, writes their tallies again from facts, and adds what they contribute now; nothing else is read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text

from app.accounts.countries import COUNTRIES
from app.core.database import db
from app.records import queries
from app.records.models import Channel, Verb

TOOK_PART = (Verb.STARTED, Verb.ATTENDED, Verb.COMPLETED)
ONLINE = (Channel.PLATFORM, Channel.OTHER_ONLINE, Channel.HYBRID)
EVERY = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Scope:
    """A class of tallies that cells are kept for: a measure, in activities of some channels, training or all.

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
_CONCERNED = """
    CREATE TEMP TABLE concerned ON COMMIT DROP AS
    WITH taken AS (DELETE FROM rollup_due RETURNING learner_key)
    SELECT learner_key AS person FROM taken UNION SELECT learner_root(learner_key) FROM taken
"""
_EVERYBODY = """
    CREATE TEMP TABLE concerned ON COMMIT DROP AS
    WITH taken AS (DELETE FROM rollup_due) SELECT key AS person FROM learner
"""
_TALLIES = """
    WITH merged AS (
        SELECT merged_key AS key, learner_root(merged_key) AS root FROM learner_merge WHERE undone_at IS NULL
    ), testers AS (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL
    ), keys AS (
        SELECT person AS key, person FROM concerned WHERE person NOT IN (SELECT key FROM merged)
        UNION ALL SELECT merged.key, root FROM merged JOIN concerned ON concerned.person = merged.root
    ), events AS (
        SELECT keys.person, given.measure, f.activity_key, f.occurred_at, f.fact_id, f.country, f.profession, f.gender,
            f.age_group, f.language
        FROM counted_fact f JOIN keys ON keys.key = f.learner_key
        CROSS JOIN LATERAL (
            SELECT 'took_part' AS measure UNION ALL SELECT 'completed' WHERE f.verb = 'completed') AS given
        WHERE f.known_until = 'infinity' AND f.verb IN ('started', 'attended', 'completed')
            AND f.activity_key IS NOT NULL AND f.learner_key NOT IN (SELECT learner_key FROM testers)
    ), firsts AS (
        SELECT DISTINCT ON (person, measure, activity_key) * FROM events
        ORDER BY person, measure, activity_key, occurred_at, fact_id
    )
    INSERT INTO tally (person, measure, activity_key, month, country, region, profession, gender, age_group, language,
        kind, channel, topic, training)
    SELECT person, measure, f.activity_key, month_of((occurred_at AT TIME ZONE 'UTC')::date), country,
        coalesce(CAST(:regions AS jsonb) ->> country, ''), profession, gender, age_group, language,
        a.kind, a.channel, a.topic, coalesce((
            SELECT counts_as_training FROM kind_rule r WHERE r.kind = a.kind AND r.valid_from <= f.occurred_at
            ORDER BY r.valid_from DESC, r.version DESC LIMIT 1), false)
    FROM firsts f JOIN activity_version a ON a.activity_key = f.activity_key AND a.known_until = 'infinity'
    WHERE NOT a.is_test
"""
_CELLS = """
    WITH scoped AS (
        SELECT s.name AS scope, s.dimensions, t.*
        FROM tally t JOIN concerned USING (person)
        JOIN jsonb_to_recordset(CAST(:scopes AS jsonb))
            AS s (name text, measure text, channels jsonb, training boolean, dimensions jsonb)
            ON s.measure = t.measure AND s.channels ? t.channel AND (t.training OR NOT s.training)
    ), sliced AS (
        SELECT scope, person, month, d.dimension, d.value, count(*) AS participations
        FROM scoped JOIN LATERAL (VALUES ('', ''), ('country', country), ('region', region), ('kind', kind),
            ('topic', topic), ('language', language), ('gender', gender), ('age_group', age_group),
            ('profession', profession)) AS d (dimension, value)
            ON d.dimension = '' OR dimensions ? d.dimension
        GROUP BY scope, person, month, d.dimension, d.value
    ), parts AS (
        SELECT scope, dimension, value, month, participations,
            coalesce(lag(month) OVER (PARTITION BY scope, dimension, value, person ORDER BY month), 0) AS previous
        FROM sliced
    )
    INSERT INTO rollup_cell AS cell (scope, dimension, value, month, previous, people, participations)
    SELECT scope, dimension, value, month, previous, :sign * count(*), :sign * sum(participations)
    FROM parts GROUP BY scope, dimension, value, month, previous
    ON CONFLICT (scope, dimension, value, month, previous) DO UPDATE
    SET people = cell.people + excluded.people, participations = cell.participations + excluded.participations
"""
USERS = "users"
"""The scope of registered users: its cells hold by how many their number changed in a month.

Somebody whose accounts were merged is a user as long as one of them is open, of the country that was told last."""
_USERS = """
    WITH merged AS (
        SELECT merged_key AS key, learner_root(merged_key) AS root FROM learner_merge WHERE undone_at IS NULL
    ), testers AS (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL
    ), changes AS (
        SELECT coalesce(merged.root, f.learner_key) AS person, f.country, f.occurred_at, f.fact_id,
            CASE f.verb WHEN 'country_changed' THEN 0 ELSE (f.verb = 'approved')::int - coalesce(
                lag((f.verb = 'approved')::int) OVER (PARTITION BY f.learner_key, f.verb = 'country_changed'
                    ORDER BY f.occurred_at, f.fact_id), 0) END AS opened,
            count(*) FILTER (WHERE f.verb <> 'closed') OVER (PARTITION BY coalesce(merged.root, f.learner_key)
                ORDER BY f.occurred_at, f.fact_id) AS stated
        FROM counted_fact f LEFT JOIN merged ON merged.key = f.learner_key
        WHERE f.verb IN ('approved', 'closed', 'country_changed') AND f.known_until = 'infinity'
            AND f.learner_key NOT IN (SELECT learner_key FROM testers)
    ), accounts AS (
        SELECT person, occurred_at, fact_id,
            sum(opened) OVER (PARTITION BY person ORDER BY occurred_at, fact_id) > 0 AS inside,
            first_value(country) OVER (PARTITION BY person, stated ORDER BY occurred_at, fact_id) AS country
        FROM changes
    ), turns AS (
        SELECT month_of((occurred_at AT TIME ZONE 'UTC')::date) AS month, inside, country,
            coalesce(lag(inside) OVER one, false) AS was_inside, lag(country) OVER one AS was_from
        FROM accounts WINDOW one AS (PARTITION BY person ORDER BY occurred_at, fact_id)
    ), flows AS (
        SELECT month, country, 1 AS people FROM turns WHERE inside
        UNION ALL SELECT month, was_from, -1 FROM turns WHERE was_inside
    )
    INSERT INTO rollup_cell (scope, dimension, value, month, previous, people, participations)
    SELECT :scope, d.dimension, d.value, month, 0, sum(people), 0
    FROM flows CROSS JOIN LATERAL (VALUES ('', ''), ('country', country),
        ('region', coalesce(CAST(:regions AS jsonb) ->> country, ''))) AS d (dimension, value)
    GROUP BY d.dimension, d.value, month HAVING sum(people) <> 0
"""
_STATEMENTS: tuple[TextClause, ...] = (text(_TALLIES), text(_CELLS))


def refresh() -> int:
    """Bring tallies and cells up to the facts that are committed; returns how many people were concerned.

    Two refreshes wait for each other. A fact that commits meanwhile is left for the next one.
    """
    return _refresh(_CONCERNED, again=False)


def rebuild() -> int:
    """Make tallies and cells again from all facts; returns how many people were concerned."""
    return _refresh(_EVERYBODY, again=True)


def _refresh(concerned: str, *, again: bool) -> int:
    db.session.execute(_LOCK)
    at = queries.safe_horizon()
    if not again and db.session.scalar(text("SELECT NOT EXISTS (SELECT FROM rollup_due)")):
        _note(at)
        return 0
    db.session.execute(text("DROP TABLE IF EXISTS concerned"))
    db.session.execute(text(concerned))
    db.session.execute(text("ANALYZE concerned"))
    tallies, cells = _STATEMENTS
    if again:
        db.session.execute(text("TRUNCATE tally, rollup_cell"))
    else:
        db.session.execute(cells, _given(-1))
        db.session.execute(text("DELETE FROM tally USING concerned WHERE tally.person = concerned.person"))
    db.session.execute(tallies, {"regions": _regions()})
    if again:
        db.session.execute(text("ANALYZE tally"))
    db.session.execute(cells, _given(1))
    db.session.execute(
        text("DELETE FROM rollup_cell WHERE scope = :users OR (people = 0 AND participations = 0)"),
        {"users": USERS},
    )
    db.session.execute(text(_USERS), {"scope": USERS, "regions": _regions()})
    _note(at)
    found = db.session.scalar(text("SELECT count(*) FROM concerned"))
    return int(found or 0)


def _given(sign: int) -> dict[str, object]:
    scopes = [
        {
            "name": one.name,
            "measure": one.measure,
            "channels": one.channels,
            "training": one.training,
            "dimensions": one.dimensions,
        }
        for one in SCOPES
    ]
    return {"sign": sign, "scopes": json.dumps(scopes)}


def _regions() -> str:
    return json.dumps({code: country.region.value for code, country in COUNTRIES.items()})


def _note(at: datetime) -> None:
    db.session.execute(text("UPDATE rollup_state SET refreshed_at = :at WHERE id = 1"), {"at": at})


def refreshed_at() -> datetime:
    """Return the instant that the cells hold for."""
    found = db.session.scalar(text("SELECT refreshed_at FROM rollup_state WHERE id = 1"))
    assert isinstance(found, datetime)
    return found


def due(learners: Sequence[object]) -> None:
    """Have the tallies of these learners made again at the next refresh."""
    db.session.execute(
        text("INSERT INTO rollup_due (learner_key) SELECT unnest(CAST(:keys AS uuid[]))"),
        {"keys": list(learners)},
    )
