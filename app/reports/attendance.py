"""The register of attendance: one row for each person registered for a session, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Float, Text, case, func, literal_column

from app.core.texts import lazy_gettext as _l
from app.records.models import Activity, Participation
from app.reports.activities import ATTENDED
from app.reports.columns import Column, Kind
from app.reports.completions import (
    ACTIVITY,
    COMPLETED,
    COUNTRY,
    COUNTRY_NOW,
    EMAIL,
    INSTITUTION,
    LANGUAGE,
    PERSON,
    PROFESSION,
)
from app.reports.facts import LEARNERS_OF_ROW, THAT_COUNT
from app.reports.feedback_given import FEEDBACK
from app.reports.frame import Asked
from app.reports.grouping import PEOPLE, Measure, distinct, only
from app.reports.participations import ParticipationReport
from app.reports.words import verdicts


def _attended(value: str) -> str:
    return f"""(
        SELECT {value} FROM fact
        WHERE fact.activity_key = participation.activity_key AND fact.verb = 'attended'
          AND fact.learner_key = ANY({LEARNERS_OF_ROW}) AND {THAT_COUNT}
        ORDER BY fact.occurred_at DESC, fact.id DESC LIMIT 1)"""


MINUTES: ColumnElement[float | None] = literal_column(
    _attended("CAST(result ->> 'minutes' AS double precision)"), Float()
)
"""Minutes of presence in the fact that counts; NULL where nobody told any."""
HOW: ColumnElement[str | None] = literal_column(
    _attended("(SELECT string_agg(one, ', ') FROM jsonb_array_elements_text(result -> 'how') AS one)"),
    Text(),
)
_CAME = Participation.first_access_at.is_not(None)
_OVER = Activity.ends_at < func.now()
VERDICT = case(
    (Participation.completed_at.is_not(None), "fulfilled"),
    (_CAME, "attended"),
    (Participation.status == "withdrawn", "withdrawn"),
    (_OVER, "absent"),
    else_="registered",
)

_REGISTERED = Measure(
    "rows",
    _l("registrations"),
    _l("One person in one session is one, whether they came or not."),
    "participations",
    lambda base: func.count(),
)
_ATTENDANCES = Measure(
    "attendances",
    _l("Attendances"),
    _l("Registrations of people who were there, for however long."),
    "participations",
    lambda base: func.count(base.c.first_access_at),
)
_ATTENDED_PEOPLE = Measure(
    "people_attended",
    _l("People who attended"),
    _l("Different persons who were in at least one of these sessions."),
    "people",
    lambda base: distinct(base.c.learner_key, base.c.first_access_at.is_not(None)),
)
_FULFILLED = Measure(
    "fulfilled",
    _l("Attendance fulfilled"),
    _l("Registrations of people who were there for as long as the session asks."),
    "participations",
    lambda base: func.count(base.c.completed_at),
)
_SESSIONS = Measure(
    "sessions",
    _l("Sessions"),
    _l("Different sessions among them."),
    "sessions",
    lambda base: distinct(base.c.activity_key),
)


class Attendance(ParticipationReport):
    """Who registered for which session, and whether and how long they were there."""

    name = "attendance"
    title = _l("Attendance of sessions")
    sentence = _l(
        "Every registration for a webinar, workshop or other session, with the minutes attended and whether that was "
        "as much as the session asks. Whoever is known by a headcount only is not here."
    )
    filters = (
        *("activity", "status", "country", "profession", "region", "institution", "kind", "channel", "topic"),
        *("gender", "language", "feedback", "partner", "project", "donor", "tag"),
    )
    periods = (("held", _l("Session")), ("enrolled", _l("Registration")))
    statuses = ("registered", "attended", "fulfilled", "absent", "withdrawn")
    dimensions = only(
        *("region", "report_region", "legal_system", "country", "country_now", "institution", "course"),
        *("kind", "channel", "topic", "partner", "project", "donor", "profession", "gender", "language"),
        *("year", "month"),
    )
    default_sort = "-held"
    kinds = ATTENDED
    of_activity = True
    all_columns = (
        PERSON,
        EMAIL,
        ACTIVITY,
        Column("held", _l("Session held"), Kind.INSTANT, Activity.starts_at),
        COUNTRY,
        COUNTRY_NOW,
        PROFESSION,
        INSTITUTION,
        Column("registered", _l("Registered"), Kind.INSTANT, Participation.enrolled_at),
        Column("verdict", _l("What became of it"), Kind.VERDICT, VERDICT),
        Column("minutes", _l("Minutes attended"), Kind.MINUTES, MINUTES, unit="minutes"),
        Column("how", _l("How it is known"), Kind.HOW, HOW),
        COMPLETED,
        LANGUAGE,
        FEEDBACK,
    )
    counted = (_REGISTERED, PEOPLE, _ATTENDANCES, _FULFILLED, _SESSIONS)
    measures = (PEOPLE, _REGISTERED, _ATTENDED_PEOPLE, _ATTENDANCES, _FULFILLED, _SESSIONS)

    def status_words(self) -> Mapping[str, str]:
        """Say what became of a registration."""
        return verdicts()

    def has_status(self, asked: Asked) -> ColumnElement[bool]:
        """What became of it."""
        return VERDICT.in_((asked.filters.status,))

    def inner_values(self) -> list[ColumnElement[object]]:
        """The keys and what tells whether somebody came."""
        return [*super().inner_values(), Participation.activity_key, Participation.first_access_at]
