"""Whose sums must be made again: the people due, the keys their facts stand under, and the activities in question.

Temporary tables hold them until the transaction ends: ``concerned`` (person, activity; NULL for everything of theirs),
``concerned_key`` (key, person) without test accounts, ``concerned_part`` (person, activity).
"""

from __future__ import annotations

from sqlalchemy import TextClause, text

from app.core.database import db

TABLES = ("concerned", "concerned_key", "concerned_part")
_MERGED = """
    WITH merged AS MATERIALIZED (
        SELECT merged_key AS key, learner_root(merged_key) AS root FROM learner_merge WHERE undone_at IS NULL
    )
"""
_DUE = text(
    f"""
    CREATE TEMP TABLE concerned ON COMMIT DROP AS
    {_MERGED}, taken AS (DELETE FROM rollup_due RETURNING learner_key, activity_key)
    SELECT learner_key AS person, activity_key FROM taken
    UNION SELECT merged.root, activity_key FROM taken JOIN merged ON merged.key = taken.learner_key
    """
)
"""Of a learner who was merged into another both are concerned: one may still have what the other must get."""
_EVERYBODY = text(
    """
    CREATE TEMP TABLE concerned ON COMMIT DROP AS
    WITH taken AS (DELETE FROM rollup_due) SELECT key AS person, CAST(NULL AS uuid) AS activity_key FROM learner
    """
)
_KEYS = text(
    f"""
    CREATE TEMP TABLE concerned_key ON COMMIT DROP AS
    {_MERGED}, people AS (
        SELECT DISTINCT person FROM concerned
    ), keys AS (
        SELECT person AS key, person FROM people WHERE person NOT IN (SELECT key FROM merged)
        UNION ALL SELECT merged.key, people.person FROM merged JOIN people ON people.person = merged.root
    )
    SELECT key, person FROM keys WHERE key NOT IN (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL)
    """
)
_PARTS = text(
    """
    CREATE TEMP TABLE concerned_part ON COMMIT DROP AS
    WITH whole AS (SELECT person FROM concerned WHERE activity_key IS NULL)
    SELECT person, activity_key FROM concerned WHERE activity_key IS NOT NULL
    UNION SELECT tally.person, tally.activity_key FROM tally JOIN whole USING (person)
    UNION SELECT whole.person, f.activity_key
    FROM whole JOIN concerned_key USING (person) JOIN counted_fact f ON f.learner_key = concerned_key.key
    WHERE f.activity_key IS NOT NULL
    """
)


def anybody() -> bool:
    """Whether anybody is due."""
    return bool(db.session.scalar(text("SELECT EXISTS (SELECT FROM rollup_due)")))


def take_due() -> int:
    """Take who is due off the list into the temporary tables; returns how many people that are."""
    return _take(_DUE, _KEYS, _PARTS)


def take_everybody() -> int:
    """Take everybody, whole: ``concerned_part`` is not made. Returns how many people that are."""
    return _take(_EVERYBODY, _KEYS)


def _take(*statements: TextClause) -> int:
    for made, statement in zip(TABLES, statements, strict=False):
        db.session.execute(statement)
        db.session.execute(text(f"ANALYZE {made}"))
    return int(db.session.scalar(text("SELECT count(DISTINCT person) FROM concerned")) or 0)
