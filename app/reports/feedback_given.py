"""Whether and when somebody gave feedback on an activity at its end: the fact that says so, never what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, and_, func, literal_column, not_, select, text, tuple_

from app.core.texts import lazy_gettext as _l
from app.records.models import Fact, Participation, Verb
from app.reports.columns import Column, Kind
from app.reports.facts import LEARNERS_OF_ROW, PERSON, THAT_COUNT, with_people
from app.reports.selection import NONE

_AT_THE_END = "0"
_OF_ROW: ColumnElement[datetime | None] = literal_column(
    f"""(
        SELECT min(fact.occurred_at) FROM fact
        WHERE fact.activity_key = participation.activity_key AND fact.verb = '{Verb.FEEDBACK_GIVEN.value}'
          AND fact.result ->> 'stage' = '{_AT_THE_END}' AND fact.learner_key = ANY({LEARNERS_OF_ROW})
          AND {THAT_COUNT})""",
    DateTime(timezone=True),
)
_given = (
    select(PERSON.label("learner"), Fact.activity_key, func.min(Fact.occurred_at).label("at"))
    .select_from(with_people())
    .where(
        Fact.verb == Verb.FEEDBACK_GIVEN,
        Fact.result["stage"].astext == _AT_THE_END,
        Fact.learner_key.is_not(None),
        text(THAT_COUNT),
    )
    .group_by(PERSON, Fact.activity_key)
    .subquery("feedback")
)
FEEDBACK = Column(
    "feedback",
    _l("Feedback given"),
    Kind.INSTANT,
    _OF_ROW,
    joined=_given.c["at"],
    definition=_l(
        "When the person answered the form at the end; empty where they have not. Never what it says."
    ),
)


def joined(statement: Select[Any]) -> Select[Any]:
    """Add all that was given at once, for whoever reads every row."""
    same = and_(
        _given.c.learner == Participation.learner_key, _given.c.activity_key == Participation.activity_key
    )
    return statement.outerjoin(_given, same)


def is_given(wanted: str) -> ColumnElement[bool]:
    """Return the condition on participations: feedback was given, or with :data:`NONE` was not."""
    given = tuple_(Participation.learner_key, Participation.activity_key).in_(
        select(_given.c.learner, _given.c.activity_key)
    )
    return not_(given) if wanted == NONE else given
