"""Tallies of the people concerned: what they must be now, and in what that differs from what is written.

Temporary tables hold the difference until the transaction ends: ``tally_gone`` what was written and does not hold any
more, ``tally_come`` what was not, ``tally_moved`` whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text

from app.accounts.countries import COUNTRIES
from app.core.database import db

TABLES = ("tally_now", "tally_gone", "tally_come", "tally_moved")
COLUMNS = (
    "person, activity_key, measure, month, country, region, profession, gender, age_group, language, kind, channel, "
    "topic, training"
)
_COUNTED = """
    WITH events AS (
        SELECT concerned_key.person, f.activity_key, given.measure, f.occurred_at, f.fact_id, f.country, f.profession,
            f.gender, f.age_group, f.language
        FROM {facts}
        CROSS JOIN LATERAL (
            SELECT 'took_part' AS measure UNION ALL SELECT 'completed' WHERE f.verb = 'completed') AS given
        WHERE f.known_until = 'infinity' AND f.verb IN ('started', 'attended', 'completed')
            AND f.activity_key IS NOT NULL
    ), firsts AS (
        SELECT DISTINCT ON (person, activity_key, measure) * FROM events
        ORDER BY person, activity_key, measure, occurred_at, fact_id
    )
    SELECT person, f.activity_key, measure, month_of((occurred_at AT TIME ZONE 'UTC')::date) AS month, country,
        coalesce(CAST(:regions AS jsonb) ->> country, '') AS region, profession, gender, age_group, language,
        a.kind, a.channel, a.topic, coalesce((
            SELECT counts_as_training FROM kind_rule r WHERE r.kind = a.kind AND r.valid_from <= f.occurred_at
            ORDER BY r.valid_from DESC, r.version DESC LIMIT 1), false) AS training
    FROM firsts f JOIN activity_version a ON a.activity_key = f.activity_key AND a.known_until = 'infinity'
    WHERE NOT a.is_test
"""
_OF_PARTS = """
    concerned_part JOIN concerned_key USING (person)
    JOIN counted_fact f ON f.learner_key = concerned_key.key AND f.activity_key = concerned_part.activity_key
"""
_OF_PEOPLE = "concerned_key JOIN counted_fact f ON f.learner_key = concerned_key.key"
_WRITTEN = f"SELECT {COLUMNS} FROM tally JOIN concerned_part USING (person, activity_key)"
_NOW = f"SELECT {COLUMNS} FROM tally_now"
_NEW = "CREATE TEMP TABLE {} ON COMMIT DROP AS"
_COMPARE = (
    f"{_NEW.format('tally_now')} {_COUNTED.format(facts=_OF_PARTS)}",
    f"{_NEW.format('tally_gone')} {_WRITTEN} EXCEPT {_NOW}",
    f"{_NEW.format('tally_come')} {_NOW} EXCEPT {_WRITTEN}",
    f"{_NEW.format('tally_moved')} SELECT person FROM tally_gone UNION SELECT person FROM tally_come",
    "CREATE INDEX ON tally_gone (person)",
    "CREATE INDEX ON tally_come (person)",
    "ANALYZE tally_moved",
)
_CHANGE = (
    """
    DELETE FROM tally USING tally_gone gone
    WHERE tally.person = gone.person AND tally.activity_key = gone.activity_key AND tally.measure = gone.measure
    """,
    f"INSERT INTO tally ({COLUMNS}) SELECT {COLUMNS} FROM tally_come",
)
_REWRITE = (
    "TRUNCATE tally",
    f"INSERT INTO tally ({COLUMNS}) {_COUNTED.format(facts=_OF_PEOPLE)}",
    "ANALYZE tally",
)


def change() -> bool:
    """Write what differs in the tallies of ``concerned_part``, and keep it in the temporary tables.

    Returns whether anything did.
    """
    _run(_COMPARE)
    if not db.session.scalar(text("SELECT EXISTS (SELECT FROM tally_moved)")):
        return False
    _run(_CHANGE)
    return True


def rewrite() -> None:
    """Write every tally again."""
    _run(_REWRITE)


def _run(statements: Sequence[str]) -> None:
    for statement in statements:
        db.session.execute(text(statement), {"regions": regions()} if ":regions" in statement else {})


def regions() -> str:
    """Return the regional group of each country, as JSON."""
    return json.dumps({code: country.region.value for code, country in COUNTRIES.items()})
