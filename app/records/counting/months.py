"""The sums of each month: written where they change, removed where nothing is left."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from app.core.database import db

_ADD = """
    MERGE INTO rollup_month AS sums USING ({changes}) AS more
    ON sums.scope = more.scope AND sums.dimension = more.dimension AND sums.month = more.month
        AND sums.value = more.value
    WHEN MATCHED AND sums.people + more.people = 0 AND sums.newcomers + more.newcomers = 0
        AND sums.participations + more.participations = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET people = sums.people + more.people, newcomers = sums.newcomers + more.newcomers,
        participations = sums.participations + more.participations
    WHEN NOT MATCHED THEN INSERT (scope, dimension, month, value, people, newcomers, participations)
        VALUES (more.scope, more.dimension, more.month, more.value, more.people, more.newcomers, more.participations)
"""


def add(changes: str, given: Mapping[str, object]) -> None:
    """Add to the sums what a statement yields: scope, dimension, month, value, people, newcomers, participations."""
    db.session.execute(text(_ADD.format(changes=changes)), given)
