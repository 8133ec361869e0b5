"""Figures from sums, for pages that are opened often: as of the last refresh, in whole months.

The scopes are those of :data:`app.records.counting.rollups.SCOPES` (``trained:platform``, ``trained:all`` …). A person
is a newcomer once, and in exactly one cell of any span of months, so distinct people are right for every span and every
slice; they never are the sum of other numbers shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from app.core.database import db
from app.records.counting.rollups import DIMENSIONS, USERS, refreshed_at

__all__ = [
    "DIMENSIONS",
    "Span",
    "by",
    "monthly",
    "people",
    "refreshed_at",
    "totals",
    "users",
    "users_monthly",
]

_MONTHS = 12
_TOTALS = text(
    """
    SELECT scope, dimension, value, CASE WHEN :from_beginning THEN newcomers ELSE people END, participations
    FROM unnest(CAST(:scopes AS text[])) AS s (scope) CROSS JOIN unnest(CAST(:dimensions AS text[])) AS d (dimension)
    CROSS JOIN LATERAL (
        SELECT value, sum(newcomers) AS newcomers, sum(participations) AS participations, sum(people) AS people
        FROM (
            SELECT value, newcomers, participations, 0 AS people FROM rollup_month sums
            WHERE sums.scope = s.scope AND sums.dimension = d.dimension AND month BETWEEN :first AND :last
            UNION ALL SELECT value, 0, 0, people FROM rollup_cell cell
            WHERE NOT :from_beginning AND cell.scope = s.scope AND cell.dimension = d.dimension
                AND month BETWEEN :first AND :last AND previous < :first
        ) AS found GROUP BY value
    ) AS totals
    """
)
"""Different people from the beginning on are the newcomers of all months; those of other spans are in the cells."""
_MONTHLY = text(
    """
    SELECT month, people, participations FROM rollup_month
    WHERE scope = :scope AND dimension = :dimension AND value = :value AND month BETWEEN :first AND :last
    ORDER BY month
    """
)
_BY_MONTH = text(
    """
    SELECT value, month, people, participations FROM rollup_month
    WHERE scope = :scope AND dimension = :dimension AND month BETWEEN :first AND :last
    ORDER BY value, month
    """
)
_USERS = text(
    """
    SELECT value, sum(newcomers) FROM rollup_month WHERE scope = :scope AND dimension = :dimension AND month <= :last
    GROUP BY value HAVING sum(newcomers) <> 0 ORDER BY value
    """
)
_USERS_MONTHLY = text(
    """
    SELECT month, sum(newcomers) OVER (ORDER BY month) FROM rollup_month
    WHERE scope = :scope AND dimension = :dimension AND value = :value ORDER BY month
    """
)


@dataclass(frozen=True, slots=True)
class Span:
    """Months, both included, each given by any of its days; without a first one, from the beginning."""

    first: date | None
    last: date

    @property
    def months(self) -> dict[str, int]:
        """The numbers of its first and last month, as the cells count them."""
        return {"first": month_number(self.first) if self.first else 1, "last": month_number(self.last)}


@dataclass(frozen=True, slots=True)
class Count:
    """Distinct people, and participations, which may be more."""

    people: int
    participations: int


NONE = Count(0, 0)


def month_number(day: date) -> int:
    """Return the number of a day's month: year × 12 + month − 1."""
    return day.year * _MONTHS + day.month - 1


def first_day(number: int) -> date:
    """Return the first day of a month by its number."""
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def people(scope: str, span: Span, dimension: str = "", value: str = "") -> Count:
    """Return how many people and participations a scope has in a span, in all or in one slice."""
    return totals([scope], span, [dimension])[scope, dimension].get(value, NONE)


def by(scope: str, span: Span, dimension: str) -> dict[str, Count]:
    """Return the counts of each value of one of DIMENSIONS. People may be in several."""
    return dict(sorted(totals([scope], span, [dimension])[scope, dimension].items()))


def totals(scopes: list[str], span: Span, dimensions: list[str]) -> dict[tuple[str, str], dict[str, Count]]:
    """Return the counts of several scopes and dimensions ("" is all people) by (scope, dimension), then value."""
    given = {
        "scopes": scopes,
        "dimensions": dimensions,
        "from_beginning": span.first is None,
        **span.months,
    }
    found: dict[tuple[str, str], dict[str, Count]] = {
        (one, slice_): {} for one in scopes for slice_ in dimensions
    }
    for scope, dimension, value, number, parts in db.session.execute(_TOTALS, given):
        found[scope, dimension][value] = Count(int(number), int(parts))
    return found


def monthly(scope: str, span: Span, dimension: str = "", value: str = "") -> dict[date, Count]:
    """Return the counts of each month by its first day; months without any are left out.

    A month's people are distinct within it: they do not add up.
    """
    given = {"scope": scope, "dimension": dimension, "value": value, **span.months}
    rows = db.session.execute(_MONTHLY, given)
    return {first_day(month): Count(int(number), int(parts)) for month, number, parts in rows if parts}


def by_month(scope: str, span: Span, dimension: str) -> dict[tuple[str, date], Count]:
    """Return the counts of each month and each value of one of DIMENSIONS; people are distinct within each of them."""
    rows = db.session.execute(_BY_MONTH, {"scope": scope, "dimension": dimension, **span.months})
    return {
        (value, first_day(month)): Count(int(number), int(parts))
        for value, month, number, parts in rows
        if parts
    }


def users(last: date, dimension: str = "") -> dict[str, int]:
    """Return how many registered users there were at the end of a day's month by value; "" alone is all of them.

    Dimensions are "", ``country`` and ``region``.
    """
    rows = db.session.execute(_USERS, {"scope": USERS, "dimension": dimension, "last": month_number(last)})
    return {value: int(number) for value, number in rows}


def users_monthly(dimension: str = "", value: str = "") -> dict[date, int]:
    """Return how many registered users there were at the end of each month in which their number changed."""
    rows = db.session.execute(_USERS_MONTHLY, {"scope": USERS, "dimension": dimension, "value": value})
    return {first_day(month): int(number) for month, number in rows}
