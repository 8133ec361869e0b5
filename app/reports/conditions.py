"""What a participation must fulfil to be counted: within the reader's scope, of no test account, as was asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.accounts.models import User
from app.records import groupings
from app.records.models import Activity, LearnerAccount, Participation
from app.reports.frame import Asked
from app.reports.selection import ANY, HELD, NONE

INSTANTS: dict[str, SQLColumnExpression[Any]] = {
    "enrolled": Participation.enrolled_at,
    "completed": Participation.completed_at,
    "accessed": Participation.last_access_at,
    "issued": Participation.certificate_issued_at,
    HELD: Activity.starts_at,  # only where a report looks at the activity's own columns
}
"""What a period can be about."""


def of_participations(asked: Asked) -> list[ColumnElement[bool]]:
    """Return the conditions; only activities of the scope can be asked for."""
    filters = asked.filters
    conditions = [
        Participation.activity_key == func.any(keys([one.key for one in asked.activities])),
        ~of_test_account(),
        *_scoped(asked),
    ]
    chosen: tuple[tuple[SQLColumnExpression[Any], str], ...] = (
        (Participation.country, filters.country),
        (Participation.profession, filters.profession),
        (Participation.language, filters.language),
        (func.coalesce(User.gender, ""), filters.gender),
        (func.coalesce(User.institution, ""), filters.institution),
    )
    conditions += [column == ("" if value == NONE else value) for column, value in chosen if value]
    if filters.region:
        conditions.append(Participation.country == func.any(words(in_region(filters.region))))
    if filters.certificate:
        conditions.append(_certificate(filters.certificate))
    if filters.period and filters.period != HELD:  # when a session was held is asked of activities
        instant = INSTANTS[filters.period]
        conditions += [instant >= filters.since] if filters.since else []
        conditions += [instant < filters.until] if filters.until else []
    return conditions


def _certificate(wanted: str) -> ColumnElement[bool]:
    if wanted == ANY:
        return Participation.certificate_code.is_not(None)
    return Participation.certificate_status == ("" if wanted == NONE else wanted)


def _scoped(asked: Asked) -> list[ColumnElement[bool]]:
    """Who looks at countries sees the participations from there; of their own activities everybody's."""
    if not asked.scope.countries or asked.scope.everything:
        return []
    return [or_(own_activity(asked), Participation.country == func.any(words(sorted(asked.scope.countries))))]


def own_activity(asked: Asked) -> ColumnElement[bool]:
    """Whether the whole activity is within the reader's scope."""
    return Participation.activity_key == func.any(keys([one.key for one in asked.activities if one.whole]))


def in_region(region: str) -> list[str]:
    """Return the countries of a group of countries, given as ``set/group``; none when there is no such group."""
    set_id, _slash, group = region.rpartition("/")
    return sorted(groupings.members(set_id, group))


def with_accounts(statement: Select[Any], asked: Asked) -> Select[Any]:
    """Add the accounts of those who still have one, and whom the reader may see by name.

    Who looks at a country sees whoever works for it now; of a person who took part from there and has moved away they
    see the participation alone.
    """
    present = and_(LearnerAccount.learner_key == Participation.learner_key, LearnerAccount.cut_at.is_(None))
    named = [User.id == LearnerAccount.user_id]
    if not asked.scope.everything and asked.scope.countries:
        from_there = User.country == func.any(words(sorted(asked.scope.countries)))
        named.append(or_(own_activity(asked), from_there))
    return statement.outerjoin(LearnerAccount, present).outerjoin(User, and_(*named))


def needs_accounts(asked: Asked) -> bool:
    """Whether the selection asks for something that the account knows."""
    return bool(asked.filters.gender or asked.filters.institution)


def of_test_account() -> ColumnElement[bool]:
    """Whether a participation is a test account's."""
    testers = (
        select(LearnerAccount.learner_key)
        .join(User, User.id == LearnerAccount.user_id)
        .where(User.is_test, LearnerAccount.cut_at.is_(None))
    )
    return Participation.learner_key.in_(testers)


def keys(found: list[Any]) -> ColumnElement[Any]:
    """Return keys as one array, so that a statement does not grow with them."""
    return literal(found, ARRAY(Uuid()))


def words(found: list[str]) -> BindParameter[Any]:
    """Return words as one array."""
    return literal(found, ARRAY(Text()))
