"""Columns of reports: what each is in SQL, its heading, what kind of value it holds, whether it tells of a person.

HTML, CSV, XLSX, PDF and JSON are written from these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import SQLColumnExpression, null


class Kind(StrEnum):
    """What a value is, and so how each format writes it."""

    NAME = "name"
    ADDRESS = "address"
    WORDS = "words"
    COURSE = "course"
    ACTIVITY_KIND = "activity_kind"
    CHANNEL = "channel"
    TOPIC = "topic"
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

    ``joined`` is the same value where every row is read, from what is then joined at once.

    ``personal`` columns name a person or lead to one; an anonymised report leaves them out. ``unit`` of a count says
    what is counted (``people``, ``participations``, ``uses``, ``minutes``); ``definition`` says it in a sentence.
    """

    key: str
    heading: LazyString
    kind: Kind
    value: SQLColumnExpression[Any] = NOTHING
    order: tuple[SQLColumnExpression[Any], ...] = ()
    joined: SQLColumnExpression[Any] | None = None
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


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to group the rows of a report; each kind of report says how a row has a value of it.

    ``filter`` is the name of the selection that narrows to one group, "" for none; of years and months ``period`` is
    what the days of a group are about.
    """

    key: str
    heading: LazyString
    kind: Kind
    filter: str = field(default="", kw_only=True)
    period: str = field(default="", kw_only=True)
    personal: bool = field(default=False, kw_only=True)

    def column(self) -> Column:
        """Return the column of the groups."""
        return Column(self.key, self.heading, self.kind, personal=self.personal)
