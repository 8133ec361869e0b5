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

_COLUMNS = "person, activity_key, at, verb, country, profession, language, number, amount"


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
    """Return the rows behind a figure, the latest first, as of an instant that can be answered for; two statements."""
    given: JSON = {"size": size, "offset": (page - 1) * size}
    rows = reading(one.indicator.basis, one.question, instant, given)
    narrowed = conditions("q", one, given)
    counts = db.session.execute(
        text(
            f"WITH {rows} SELECT count(*), count(DISTINCT person), count(DISTINCT activity_key), "
            f"count(DISTINCT country) FILTER (WHERE country > '') FROM parts WHERE {narrowed}"
        ),
        given,
    ).one()
    found = db.session.execute(
        text(
            f"WITH {rows} SELECT {_COLUMNS} FROM parts WHERE {narrowed} "
            "ORDER BY at DESC, activity_key, person, country LIMIT :size OFFSET :offset"
        ),
        given,
    )
    return Behind([Row(*row) for row in found], *(int(number) for number in counts))
