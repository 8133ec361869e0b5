"""Registered users: when somebody became one or ceased to be one, and from where, as sums by month.

Somebody whose accounts were merged is a user as long as one of them is open, of the country that was told last.
"""

from __future__ import annotations

from sqlalchemy import text

from app.core.database import db
from app.records.counting import months
from app.records.counting.tallies import regions

USERS = "users"
"""The scope of registered users."""
TABLES = ("standing_now",)
_WHOLE = "SELECT person FROM concerned WHERE activity_key IS NULL"
_TURNS = f"""
    WITH changes AS (
        SELECT concerned_key.person, f.country, f.occurred_at, f.fact_id,
            CASE f.verb WHEN 'country_changed' THEN 0 ELSE (f.verb = 'approved')::int - coalesce(
                lag((f.verb = 'approved')::int) OVER (PARTITION BY f.learner_key, f.verb = 'country_changed'
                    ORDER BY f.occurred_at, f.fact_id), 0) END AS opened,
            count(*) FILTER (WHERE f.verb <> 'closed') OVER (PARTITION BY concerned_key.person
                ORDER BY f.occurred_at, f.fact_id) AS stated
        FROM counted_fact f JOIN concerned_key ON concerned_key.key = f.learner_key
        WHERE f.verb IN ('approved', 'closed', 'country_changed') AND f.known_until = 'infinity'
            AND concerned_key.person IN ({_WHOLE})
    ), accounts AS (
        SELECT person, occurred_at, fact_id,
            sum(opened) OVER (PARTITION BY person ORDER BY occurred_at, fact_id) > 0 AS inside,
            first_value(country) OVER (PARTITION BY person, stated ORDER BY occurred_at, fact_id) AS country
        FROM changes
    ), turns AS (
        SELECT person, month_of((occurred_at AT TIME ZONE 'UTC')::date) AS month, inside, country,
            coalesce(lag(inside) OVER one, false) AS was_inside, lag(country) OVER one AS was_from
        FROM accounts WINDOW one AS (PARTITION BY person ORDER BY occurred_at, fact_id)
    ), flows AS (
        SELECT person, month, country, 1 AS people FROM turns WHERE inside
        UNION ALL SELECT person, month, was_from, -1 FROM turns WHERE was_inside
    )
    SELECT person, month, country, sum(people)::smallint AS people FROM flows
    GROUP BY person, month, country HAVING sum(people) <> 0
"""
_SUMS = """
    SELECT :scope AS scope, d.dimension, month, d.value, 0 AS people, sum(people) AS newcomers, 0 AS participations
    FROM ({flows}) AS flows CROSS JOIN LATERAL (VALUES ('', ''), ('country', country),
        ('region', coalesce(CAST(:regions AS jsonb) ->> country, ''))) AS d (dimension, value)
    GROUP BY d.dimension, month, d.value HAVING sum(people) <> 0
"""
_DIFFERENCE = f"""
    SELECT month, country, people FROM standing_now
    UNION ALL SELECT month, country, -people FROM standing_change WHERE person IN ({_WHOLE})
"""
_CHANGE = (
    f"DELETE FROM standing_change WHERE person IN ({_WHOLE})",
    "INSERT INTO standing_change (person, month, country, people) SELECT * FROM standing_now",
)


def change() -> None:
    """Bring the standing of those of whom everything is concerned, and its sums, up to their facts."""
    if not db.session.scalar(text(f"SELECT EXISTS ({_WHOLE})")):
        return
    db.session.execute(text(f"CREATE TEMP TABLE standing_now ON COMMIT DROP AS {_TURNS}"))
    months.add(_SUMS.format(flows=_DIFFERENCE), _given())
    for statement in _CHANGE:
        db.session.execute(text(statement))


def rewrite() -> None:
    """Write the standing of everybody and its sums again; the sums must be empty."""
    db.session.execute(text("TRUNCATE standing_change"))
    db.session.execute(text(f"INSERT INTO standing_change (person, month, country, people) {_TURNS}"))
    months.add(_SUMS.format(flows="SELECT month, country, people FROM standing_change"), _given())


def _given() -> dict[str, str]:
    return {"scope": USERS, "regions": regions()}
