"""Columns of reports: what each is in SQL, its heading, what kind of value it holds, whether it tells of a person.

HTML, CSV, XLSX, PDF and JSON are written from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import Integer, SQLColumnExpression, Text, cast, func, null

from app.accounts.models import User
from app.core.texts import lazy_gettext as _l
from app.records.models import Participation


class Kind(StrEnum):
    """What a value is, and so how each format writes it."""

    NAME = "name"
    ADDRESS = "address"
    WORDS = "words"
    COURSE = "course"
    ACTIVITY_KIND = "activity_kind"
    CHANNEL = "channel"
    REGION = "region"
    GENDER = "gender"
    VERDICT = "verdict"
    HOW = "how"
    FINDING = "finding"
    RISK = "risk"
    MONTH = "month"
    COUNTRY = "country"
    PROFESSION = "profession"
    LANGUAGE = "language"
    STATUS = "status"
    CERTIFICATE = "certificate"
    CERTIFICATE_STATUS = "certificate_status"
    INSTANT = "instant"
    SHARE = "share"
    SCORE = "score"
    COUNT = "count"
    MINUTES = "minutes"
    DAYS = "days"


NUMBERS = frozenset({Kind.SHARE, Kind.SCORE, Kind.COUNT, Kind.MINUTES, Kind.DAYS})


NOTHING: SQLColumnExpression[Any] = null()
"""The value of a column whose report finds its values in another way."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``order`` are the expressions it is sorted by, by default its own value; ``of_account`` says that
    these are the account's, so that sorting by it has to look at accounts.

    ``personal`` columns name a person or lead to one; an anonymised report leaves them out. ``unit`` of a count says
    what is counted (``people``, ``participations``, ``uses``, ``minutes``); ``definition`` says it in a sentence.
    """

    key: str
    heading: LazyString
    kind: Kind
    value: SQLColumnExpression[Any] = NOTHING
    order: tuple[SQLColumnExpression[Any], ...] = ()
    of_account: bool = False
    personal: bool = False
    unit: str = ""
    definition: LazyString | None = None

    @property
    def is_number(self) -> bool:
        """Whether its values align on their digits."""
        return self.kind in NUMBERS

    @property
    def ordering(self) -> tuple[SQLColumnExpression[Any], ...]:
        """What it is sorted by."""
        return self.order or (self.value,)


_NAME = func.btrim(User.given_name + " " + User.family_name)
_BY_NAME = (func.lower(User.family_name), func.lower(User.given_name))
_SECONDS = func.date_part("epoch", Participation.completed_at - Participation.enrolled_at)
DAYS_EXACT = _SECONDS / 86400
DAYS = cast(func.floor(DAYS_EXACT), Integer)
"""Whole days from enrolment to completion; NULL before."""
ISSUED = Participation.certificate_issued_at
"""When the certificate was first issued; a re-issue keeps it."""

COLUMNS: tuple[Column, ...] = (
    Column("person", _l("Person"), Kind.NAME, _NAME, _BY_NAME, of_account=True),
    Column("email", _l("E-mail"), Kind.ADDRESS, User.email, of_account=True),
    Column("course", _l("Course"), Kind.COURSE, cast(Participation.activity_key, Text)),
    Column("country", _l("Country at enrolment"), Kind.COUNTRY, Participation.country),
    Column("country_now", _l("Country now"), Kind.COUNTRY, User.country, of_account=True),
    Column("profession", _l("Profession"), Kind.PROFESSION, Participation.profession),
    Column(
        "institution", _l("Institution"), Kind.WORDS, User.institution, (func.lower(User.institution),), True
    ),
    Column("enrolled", _l("Enrolled"), Kind.INSTANT, Participation.enrolled_at),
    Column("first_access", _l("First access"), Kind.INSTANT, Participation.first_access_at),
    Column("last_access", _l("Last access"), Kind.INSTANT, Participation.last_access_at),
    Column("status", _l("Status"), Kind.STATUS, Participation.status),
    Column("progress", _l("Progress"), Kind.SHARE, Participation.progress),
    Column("attempts", _l("Attempts"), Kind.COUNT, Participation.attempts),
    Column("score", _l("Best score"), Kind.SCORE, Participation.score),
    Column("completed", _l("Completed on"), Kind.INSTANT, Participation.completed_at),
    Column("days", _l("Days"), Kind.COUNT, DAYS),
    Column("language", _l("Language"), Kind.LANGUAGE, Participation.language),
    Column("certificate", _l("Certificate"), Kind.CERTIFICATE, Participation.certificate_code),
    Column(
        "certificate_status",
        _l("Certificate status"),
        Kind.CERTIFICATE_STATUS,
        Participation.certificate_status,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
