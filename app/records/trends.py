"""Figures from sums, for pages that are opened often: as of the last refresh, in whole months.

The scopes are those of :data:`app.records.counting.rollups.SCOPES` (``trained:platform``, ``participants:all`` …). A
person is in exactly one cell of any span of months, so distinct people are right for every span and every slice; they
never are the sum of other numbers shown.
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
_PEOPLE = text(
    """
    SELECT coalesce(sum(people) FILTER (WHERE previous < :first), 0), coalesce(sum(participations), 0)
    FROM rollup_cell
    WHERE scope = :scope AND dimension = :dimension AND value = :value AND month BETWEEN :first AND :last
    """
)
_BY = text(
    """
    SELECT value, coalesce(sum(people) FILTER (WHERE previous < :first), 0), sum(participations) FROM rollup_cell
    WHERE scope = :scope AND dimension = :dimension AND month BETWEEN :first AND :last
    GROUP BY value ORDER BY value
    """
)
_TOTALS = text(
    """
    SELECT scope, dimension, value, coalesce(sum(people) FILTER (WHERE previous < :first), 0), sum(participations)
    FROM rollup_cell
    WHERE scope = ANY(:scopes) AND dimension = ANY(:dimensions) AND month BETWEEN :first AND :last
    GROUP BY scope, dimension, value
    """
)
_MONTHLY = text(
    """
    SELECT month, sum(people), sum(participations) FROM rollup_cell
    WHERE scope = :scope AND dimension = :dimension AND value = :value AND month BETWEEN :first AND :last
    GROUP BY month ORDER BY month
    """
)
_BY_MONTH = text(
    """
    SELECT value, month, sum(people), sum(participations) FROM rollup_cell
    WHERE scope = :scope AND dimension = :dimension AND month BETWEEN :first AND :last
    GROUP BY value, month ORDER BY value, month
    """
)
_USERS = text(
    """
    SELECT value, sum(people) FROM rollup_cell WHERE scope = :scope AND dimension = :dimension AND month <= :last
    GROUP BY value HAVING sum(people) <> 0 ORDER BY value
    """
)
_USERS_MONTHLY = text(
    """
    SELECT month, sum(sum(people)) OVER (ORDER BY month) FROM rollup_cell
    WHERE scope = :scope AND dimension = :dimension AND value = :value GROUP BY month ORDER BY month
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
    given = {"scope": scope, "dimension": dimension, "value": value, **span.months}
    found = db.session.execute(_PEOPLE, given).one()
    return Count(int(found[0]), int(found[1]))


def by(scope: str, span: Span, dimension: str) -> dict[str, Count]:
    """Return the counts of each value of one of DIMENSIONS. People may be in several."""
    rows = db.session.execute(_BY, {"scope": scope, "dimension": dimension, **span.months})
    return {value: Count(int(number), int(parts)) for value, number, parts in rows if parts or number}


def totals(scopes: list[str], span: Span, dimensions: list[str]) -> dict[tuple[str, str], dict[str, Count]]:
    """Return the counts of several scopes and dimensions ("" is all people) by (scope, dimension), then value."""
    given = {"scopes": scopes, "dimensions": dimensions, **span.months}
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
