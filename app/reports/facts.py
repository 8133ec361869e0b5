"""Facts counted directly, where no participation holds what a report asks: uses of recordings, rooms, headcounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, func, not_, or_, select, text

from app.accounts.models import User
from app.records.models import Fact, LearnerAccount, LearnerMerge, Verb
from app.reports.conditions import in_region, keys, words
from app.reports.frame import Asked
from app.reports.selection import HELD, NONE

THAT_COUNT = """NOT EXISTS (
    SELECT FROM fact AS later WHERE later.corrects = fact.uuid AND NOT EXISTS (
        SELECT FROM fact AS voiding WHERE voiding.corrects = later.uuid AND voiding.verb = 'voided'))"""
"""A fact counts when nothing corrects it, or what corrected it was itself taken back."""

LEARNERS_OF_ROW = """ARRAY(
    WITH RECURSIVE same (key) AS (
        SELECT participation.learner_key
        UNION SELECT merged_key FROM same JOIN learner_merge ON into_key = same.key AND undone_at IS NULL)
    SELECT key FROM same)"""
"""The learner of a participation, and those that are merged into it: facts are under any of these keys."""

_merged = (
    select(LearnerMerge.merged_key, func.learner_root(LearnerMerge.merged_key).label("root"))
    .where(LearnerMerge.undone_at.is_(None))
    .subquery("merged")
)
PERSON: ColumnElement[UUID] = func.coalesce(_merged.c.root, Fact.learner_key)
"""The person of a fact: the learner that others are merged into; NULL for the nameless."""
COUNTS_AS_VIEW = 30
"""Seconds of playing that make a view of a recording."""
NAMELESS: ColumnElement[int] = func.coalesce(func.sum(Fact.headcount), 0)
"""How many nameless people facts tell of: a headcount, never distinct persons."""


def with_people() -> FromClause:
    """Return facts with the merges that :data:`PERSON` needs."""
    facts: FromClause = Fact.__table__
    return facts.outerjoin(_merged, _merged.c.merged_key == Fact.learner_key)


def conditions(
    asked: Asked,
    verbs: Sequence[Verb],
    activities: Sequence[UUID],
    *,
    whole: Sequence[UUID],
    from_the_first: bool = False,
) -> list[ColumnElement[bool]]:
    """Return what a fact must fulfil: it counts, is no test account's, within scope, and as was asked for.

    ``whole`` are the activities of which the reader sees everybody; of the others those of their countries. With
    ``from_the_first`` everything up to the end of the period is counted.
    """
    filters, scope = asked.filters, asked.scope
    found: list[ColumnElement[bool]] = [
        Fact.activity_key == func.any(keys(list(activities))),
        Fact.verb.in_([one.value for one in verbs]),
        text(THAT_COUNT),  # type: ignore[list-item]
        or_(Fact.learner_key.is_(None), not_(_of_test_account())),
    ]
    if not scope.everything:
        theirs = Fact.country == func.any(words(sorted(scope.countries)))
        named = and_(Fact.learner_key.is_not(None), theirs)
        found.append(or_(Fact.activity_key == func.any(keys(list(whole))), named))
    chosen: tuple[tuple[Any, str], ...] = (
        (Fact.country, filters.country),
        (Fact.profession, filters.profession),
        (Fact.gender, filters.gender),
        (Fact.language, filters.language),
    )
    found += [column == ("" if value == NONE else value) for column, value in chosen if value]
    if filters.region:
        found.append(Fact.country == func.any(words(in_region(filters.region))))
    if filters.period != HELD:
        found += [Fact.occurred_at >= filters.since] if filters.since and not from_the_first else []
        found += [Fact.occurred_at < filters.until] if filters.until else []
    return found


def _of_test_account() -> ColumnElement[bool]:
    testers = (
        select(LearnerAccount.learner_key)
        .join(User, User.id == LearnerAccount.user_id)
        .where(User.is_test, LearnerAccount.cut_at.is_(None))
    )
    return Fact.learner_key.in_(testers)
