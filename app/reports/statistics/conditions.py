"""Which participations a part of a dashboard counts: of activities that the reader sees, of no test account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from app.core.database import JSON
from app.records.questions import Question
from app.reports.activities import Known
from app.reports.statistics.rights import Sight

NO_TESTER = """
    {learner} NOT IN (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL)
"""
SEEN = f"""
    p.activity_key = ANY(:keys) AND (p.activity_key = ANY(:whole) OR p.country = ANY(:countries))
    AND (NOT :narrowed OR p.country = ANY(:asked)) AND {NO_TESTER.format(learner="p.learner_key")}
"""
_TYPED = tuple(bindparam(one, type_=ARRAY(UUID())) for one in ("keys", "whole")) + tuple(
    bindparam(one, type_=ARRAY(Text())) for one in ("countries", "asked")
)


def typed(sql: str) -> TextClause:
    """Return a statement that takes the values of :func:`given`."""
    return text(sql).bindparams(*_TYPED)


def given(activities: Sequence[Known], sight: Sight, question: Question) -> JSON:
    """Return the values that keep rows within what the reader sees and asks for."""
    return {
        "keys": [one.key for one in activities],
        "whole": [one.key for one in activities if sight.everything or one.whole],
        "countries": sorted(sight.countries),
        "narrowed": bool(question.countries),
        "asked": sorted(question.countries),
        "since": question.since,
        "until": question.until or "infinity",
    }
