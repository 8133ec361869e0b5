"""The rows behind a figure: what it is a number over, for the same question as of the same instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.core.database import JSON, db
from app.records.measuring import Asked, conditions
from app.records.readings import reading

_COUNTS = 4
_PAGE = """
    WITH {rows}, chosen AS MATERIALIZED (SELECT * FROM parts WHERE {narrowed}), totals AS (
        SELECT count(*) AS total, count(DISTINCT person) AS people, count(DISTINCT activity_key) AS activities,
            count(DISTINCT country) FILTER (WHERE country > '') AS countries
        FROM chosen
    )
    SELECT totals.*, listed.person, listed.activity_key, listed.at, listed.verb, listed.country, listed.profession,
        listed.language, listed.number, listed.amount
    FROM totals LEFT JOIN (
        SELECT * FROM chosen ORDER BY at DESC, activity_key, person, country LIMIT :size OFFSET :offset
    ) AS listed ON true
    ORDER BY listed.at DESC, listed.activity_key, listed.person, listed.country
"""
"""The page's rows, each after the counts over all; one row without a row of its own when there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: who (None: not a person's, or nameless), in what (None: in the platform itself), when, from where.

    ``number`` is more than one for a headcount; ``amount`` is in the verb's unit.
    """

    person: UUID | None
    activity: UUID | None
    at: datetime
    verb: str
    country: str
    profession: str
    language: str
    number: int
    amount: float


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of rows, how many there are in all, and how many different people, activities and countries they hold."""

    rows: Sequence[Row]
    total: int
    people: int
    activities: int
    countries: int


def behind(one: Asked, instant: datetime, *, page: int = 1, size: int = 50) -> Behind:
    """Return the rows behind a figure, the latest first, as of an instant that can be answered for; one statement."""
    given: JSON = {"size": size, "offset": (page - 1) * size}
    rows = reading(one.indicator.basis, one.question, instant, given)
    narrowed = conditions("q", one, given)
    found = db.session.execute(text(_PAGE.format(rows=rows, narrowed=narrowed)), given).all()
    total, people, activities, countries = (int(number) for number in found[0][:_COUNTS])
    listed = [Row(*row[_COUNTS:]) for row in found if row.at is not None]
    return Behind(listed, total, people, activities, countries)
