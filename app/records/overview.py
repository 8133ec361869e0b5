"""The few numbers of the public page, from sums and short lists: none of them reads the facts of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text

from app.core.database import JSON, db
from app.records import trends
from app.records.indicators import INDICATORS, Basis
from app.records.questions import Question
from app.records.readings import DIMENSIONS, reading
from app.records.trends import Count, Span

TRAINED = "trained:platform"
PARTICIPANTS = "participants:platform"
_YEARLY = text(
    """
    SELECT scope, month / 12, sum(people) FROM rollup_cell
    WHERE scope = ANY(:scopes) AND dimension = '' AND month <= :last AND previous < month / 12 * 12
    GROUP BY 1, 2 ORDER BY 2
    """
)
"""Distinct people of each year: in the first of their months of that year."""
_MONTHLY = text(
    """
    SELECT scope, month, people FROM rollup_month
    WHERE scope = ANY(:scopes) AND dimension = '' AND month BETWEEN :first AND :last AND people > 0
    ORDER BY month
    """
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers as of ``at``. People by country code ("" where none is known), distinct in each; by year, distinct in
    each; activities and uses by year."""

    at: datetime
    users: Mapping[str, int]
    users_by_year: Mapping[int, int]
    trained: int
    trained_by_country: Mapping[str, int]
    trained_by_region: Mapping[str, int]
    trained_by_year: Mapping[int, int]
    participants_by_year: Mapping[int, int]
    held: Mapping[str, Mapping[int, int]]


def overview() -> Overview:
    """Return the numbers as of the last refresh; seven statements."""
    at = trends.refreshed_at()
    today = at.astimezone(UTC).date()
    totals = trends.totals([TRAINED], Span(None, today), ["", "country", "region"])
    years = _people_by_year(at)
    question = Question(end=today, as_of=at)
    return Overview(
        at=at,
        users={code: number for code, number in trends.users(today, "country").items() if number},
        users_by_year=_by_year_end(at),
        trained=totals[TRAINED, ""].get("", trends.NONE).people,
        trained_by_country=_people(totals[TRAINED, "country"]),
        trained_by_region=_people(totals[TRAINED, "region"]),
        trained_by_year=years[TRAINED],
        participants_by_year=years[PARTICIPANTS],
        held=_in_years(("deliveries", "webinars"), question, at)
        | _in_years(("recording_uses",), question, at),
    )


def people_by_month(scopes: list[str], span: Span) -> dict[str, dict[date, int]]:
    """Return distinct people of each month by its first day, for each of some scopes; one statement."""
    found: dict[str, dict[date, int]] = {one: {} for one in scopes}
    for scope, month, people in db.session.execute(_MONTHLY, {"scopes": scopes, **span.months}):
        found[scope][trends.first_day(month)] = int(people)
    return found


def _people(found: Mapping[str, Count]) -> dict[str, int]:
    return {value: count.people for value, count in found.items() if count.people}


def _people_by_year(at: datetime) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {TRAINED: {}, PARTICIPANTS: {}}
    given = {"scopes": list(found), "last": trends.month_number(at.astimezone(UTC).date())}
    for scope, year, people in db.session.execute(_YEARLY, given):
        if people:
            found[scope][year] = int(people)
    return found


def _by_year_end(at: datetime) -> dict[int, int]:
    """How many users there were at the end of each year, this year's as of now."""
    monthly = {day: number for day, number in trends.users_monthly().items() if day <= at.date()}
    if not monthly:
        return {}
    found: dict[int, int] = {}
    number = 0
    for year in range(min(monthly).year, at.year + 1):
        number = next((monthly[day] for day in sorted(monthly, reverse=True) if day.year <= year), number)
        found[year] = number
    return found


def _in_years(ids: tuple[str, ...], question: Question, at: datetime) -> dict[str, dict[int, int]]:
    """Figures of one basis that count no distinct people, by year; one statement."""
    basis: Basis = INDICATORS[ids[0]].basis
    given: JSON = {}
    rows = reading(basis, question, at, given)
    statement = (
        f"WITH {rows} SELECT {DIMENSIONS['year']}, kind, channel, sum(number) FROM parts "
        f"WHERE at <= :known GROUP BY 1, 2, 3"
    )
    found: dict[str, dict[int, int]] = {one: {} for one in ids}
    for year, kind, channel, number in db.session.execute(text(statement), given):
        for one in ids:
            indicator = INDICATORS[one]
            if kind in indicator.kinds and channel in indicator.channels:
                found[one][int(year)] = found[one].get(int(year), 0) + int(number)
    return found
