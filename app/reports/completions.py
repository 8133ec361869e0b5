"""The completion register: one row for each person in each course or session, with where they stand."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Integer, Text, cast, func

from app.accounts.models import User
from app.core.texts import lazy_gettext as _l
from app.records.models import Participation
from app.reports.activities import TAKEN
from app.reports.columns import Column, Kind
from app.reports.feedback_given import FEEDBACK
from app.reports.frame import Asked
from app.reports.grouping import (
    CERTIFIED,
    COMPLETED_PEOPLE,
    COMPLETIONS,
    PARTICIPATIONS,
    PEOPLE,
    Measure,
)
from app.reports.participations import ParticipationReport

_SECONDS = func.date_part("epoch", Participation.completed_at - Participation.enrolled_at)
DAYS = cast(func.floor(_SECONDS / 86400), Integer)
"""Whole days from enrolment to completion; NULL before."""

NAME = func.btrim(User.given_name + " " + User.family_name)
PERSON = Column(
    "person",
    _l("Person"),
    Kind.NAME,
    NAME,
    (func.lower(User.family_name), func.lower(User.given_name)),
    of_account=True,
    personal=True,
)
EMAIL = Column("email", _l("E-mail"), Kind.ADDRESS, User.email, of_account=True, personal=True)
INSTITUTION = Column(
    "institution",
    _l("Institution"),
    Kind.WORDS,
    User.institution,
    (func.lower(User.institution),),
    of_account=True,
    personal=True,
)
ACTIVITY = Column("course", _l("Activity"), Kind.COURSE, cast(Participation.activity_key, Text))
COUNTRY = Column("country", _l("Country at enrolment"), Kind.COUNTRY, Participation.country)
COUNTRY_NOW = Column("country_now", _l("Country now"), Kind.COUNTRY, User.country, of_account=True)
PROFESSION = Column("profession", _l("Profession"), Kind.PROFESSION, Participation.profession)
ENROLLED = Column("enrolled", _l("Enrolled"), Kind.INSTANT, Participation.enrolled_at)
FIRST_ACCESS = Column("first_access", _l("First access"), Kind.INSTANT, Participation.first_access_at)
LAST_ACCESS = Column("last_access", _l("Last access"), Kind.INSTANT, Participation.last_access_at)
STATUS = Column("status", _l("Status"), Kind.STATUS, Participation.status)
PROGRESS = Column("progress", _l("Progress"), Kind.SHARE, Participation.progress)
COMPLETED = Column("completed", _l("Completed on"), Kind.INSTANT, Participation.completed_at)
LANGUAGE = Column("language", _l("Language"), Kind.LANGUAGE, Participation.language)
CERTIFICATE = Column(
    "certificate", _l("Certificate"), Kind.CERTIFICATE, Participation.certificate_code, personal=True
)
CERTIFICATE_STATUS = Column(
    "certificate_status",
    _l("Certificate status"),
    Kind.CERTIFICATE_STATUS,
    Participation.certificate_status,
)
FILTERS = (
    *("activity", "status", "country", "profession", "region", "institution", "kind", "channel", "topic"),
    *("gender", "language", "certificate", "feedback", "partner", "project", "donor", "tag"),
)

_ENROLLED = Measure(
    "rows",
    _l("enrolled"),
    _l("Enrolments that fit the filters: one person in one activity is one."),
    "participations",
    lambda base: func.count(),
)
_PEOPLE = Measure(
    "people",
    _l("people"),
    _l("Different persons among them: who enrolled in several activities is one."),
    "people",
    PEOPLE.value,
)
_COMPLETED = Measure(
    "completed",
    _l("completed"),
    _l("Have done every required step and passed the final test. The day of the first completion stays."),
    "participations",
    COMPLETIONS.value,
)
_CERTIFIED = Measure(
    "certified",
    _l("certified"),
    _l("Hold a certificate that has not been revoked."),
    "participations",
    CERTIFIED.value,
)
_MEDIAN = Measure(
    "median_days",
    _l("median days"),
    _l("From enrolment to completion: half of those who completed took no longer."),
    "days",
    lambda base: func.percentile_cont(0.5).within_group(
        func.date_part("epoch", base.c.completed_at - base.c.enrolled_at) / 86400
    ),
    Kind.DAYS,
)


class Completions(ParticipationReport):
    """Who enrolled in what, and where they stand."""

    name = "completions"
    title = _l("Completion register")
    sentence = _l(
        "Every enrolment in a course or session, with where it stands. A person counts once in an activity, whatever "
        "the language or edition; test accounts are left out."
    )
    filters = FILTERS
    periods = (("enrolled", _l("Enrolment")), ("completed", _l("Completion")))
    statuses = ("enrolled", "in_progress", "completed", "withdrawn")
    default_sort = "-enrolled"
    kinds = TAKEN
    all_columns = (
        PERSON,
        EMAIL,
        ACTIVITY,
        COUNTRY,
        COUNTRY_NOW,
        PROFESSION,
        INSTITUTION,
        ENROLLED,
        FIRST_ACCESS,
        LAST_ACCESS,
        STATUS,
        PROGRESS,
        Column("attempts", _l("Attempts"), Kind.COUNT, Participation.attempts),
        Column("score", _l("Best score"), Kind.SCORE, Participation.score),
        COMPLETED,
        Column("days", _l("Days"), Kind.COUNT, DAYS),
        LANGUAGE,
        CERTIFICATE,
        CERTIFICATE_STATUS,
        FEEDBACK,
    )
    counted = (_ENROLLED, _PEOPLE, _COMPLETED, _CERTIFIED, _MEDIAN)
    measures = (PEOPLE, PARTICIPATIONS, COMPLETED_PEOPLE, COMPLETIONS, CERTIFIED)

    def has_status(self, asked: Asked) -> ColumnElement[bool]:
        """The status of the participation."""
        return Participation.status == asked.filters.status
