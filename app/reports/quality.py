"""Quality of the data: what is missing or cannot be, person by person, so that it can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.accounts.models import Standing, User
from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Participation
from app.reports.activities import TAKEN
from app.reports.columns import Column, Kind
from app.reports.completions import NAME
from app.reports.conditions import of_participations, with_accounts
from app.reports.conditions import words as array_of
from app.reports.frame import Asked, Number, Page, Report, Slice
from app.reports.participations import STREAMED, iso_utc
from app.reports.selection import NONE
from app.reports.words import quality

_IMPOSSIBLE: Mapping[str, ColumnElement[bool]] = {
    "no_country_then": Participation.country == "",
    "early_completion": Participation.completed_at < Participation.enrolled_at,
    "early_access": Participation.first_access_at < Participation.enrolled_at,
    "early_certificate": Participation.certificate_issued_at < Participation.completed_at,
    "future": func.greatest(
        Participation.enrolled_at, Participation.last_access_at, Participation.completed_at
    )
    > func.now(),
}
"""What cannot be of a participation."""
_INSTANT: Mapping[str, Any] = {
    "early_completion": Participation.completed_at,
    "early_access": Participation.first_access_at,
    "early_certificate": Participation.certificate_issued_at,
    "future": func.greatest(
        Participation.enrolled_at, Participation.last_access_at, Participation.completed_at
    ),
}
_MISSING: Mapping[str, ColumnElement[bool]] = {
    "no_country": User.country == "",
    "no_profession": User.profession == "",
    "no_institution": func.btrim(User.institution) == "",
}
"""What is missing of an account."""
DUPLICATE = "same_name"


class Quality(Report):
    """One row for each thing found."""

    name = "quality"
    title = _l("Quality of the data")
    sentence = _l(
        "Accounts without a country, profession or institution, accounts that may be one person, and participations "
        "whose dates cannot be. One row for each thing found."
    )
    filters = ("quality", "activity", "kind", "region", "country")
    default_sort = "quality"
    kinds = TAKEN
    all_columns = (
        Column("quality", _l("What was found"), Kind.FINDING),
        Column("person", _l("Person"), Kind.NAME, personal=True),
        Column("email", _l("E-mail"), Kind.ADDRESS, personal=True),
        Column("country_now", _l("Country now"), Kind.COUNTRY),
        Column("institution", _l("Institution"), Kind.WORDS, personal=True),
        Column("course", _l("Activity"), Kind.COURSE),
        Column("country", _l("Country at enrolment"), Kind.COUNTRY),
        Column("at", _l("Date in question"), Kind.INSTANT),
    )

    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns."""
        return self.all_columns

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Every column."""
        return frozenset(one.key for one in self.all_columns)

    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield everything that was found."""
        found = db.session.execute(
            self._ordered(asked), execution_options={"stream_results": True, "yield_per": STREAMED}
        )
        for part in found.partitions():
            for row in part:
                yield (*row[:-1], iso_utc(row[-1])) if iso else row

    def page(self, asked: Asked, number: int, size: int) -> Page:
        """Return one page; two statements."""
        numbers = self.numbers(asked)
        total = int(sum(one.value or 0 for one in numbers))
        number = min(number, max(1, -(-total // size)))
        statement = self._ordered(asked).limit(size).offset((number - 1) * size)
        return Page(db.session.execute(statement).all(), total, number, size, numbers)

    def after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        """Return what was found after so many rows: what is put right is not found again."""
        start = int(place[0]) if place else 0
        found = db.session.execute(self._ordered(asked).limit(size + 1).offset(start)).all()
        return Slice(found[:size], (str(start + size),) if len(found) > size else None)

    def count(self, asked: Asked) -> int:
        """Return how much was found."""
        return int(sum(one.value or 0 for one in self.numbers(asked)))

    def numbers(self, asked: Asked) -> list[Number]:
        """Return how often each thing was found, those that were."""
        found = self._found(asked)
        counted = select(found.c.quality, func.count()).group_by(found.c.quality)
        numbers = {row[0]: row[1] for row in db.session.execute(counted)}
        definition = _l("Accounts or participations of which this was found.")
        return [
            Number(key, text, numbers[key], definition, "findings")
            for key, text in quality().items()
            if key in numbers
        ]

    def _ordered(self, asked: Asked) -> Select[Any]:
        found = self._found(asked)
        column = found.c[asked.sorted_by]
        first = (column.desc() if asked.direction else column.asc()).nulls_last()
        keys = [found.c[one.key] for one in self.all_columns]
        return select(*keys).order_by(first, found.c.quality, found.c.email.nulls_last(), found.c.place)

    def _found(self, asked: Asked) -> Subquery:
        """Everything that is looked for, as rows of the same columns; ``place`` tells equal ones apart."""
        wanted = asked.filters.quality
        parts = [
            _impossible(asked, key, condition)
            for key, condition in _IMPOSSIBLE.items()
            if wanted in {"", key}
        ]
        narrowed = asked.filters.activity or asked.filters.kind
        if _of_accounts(asked) is not None and not narrowed:
            parts += [
                _missing(asked, key, condition) for key, condition in _MISSING.items() if wanted in {"", key}
            ]
            parts += [_duplicates(asked)] if wanted in {"", DUPLICATE} else []
        return (union_all(*parts) if parts else _nothing()).subquery("found")


def _impossible(asked: Asked, key: str, condition: ColumnElement[bool]) -> Select[Any]:
    activity = cast(Participation.activity_key, Text)
    statement = select(
        literal(key).label("quality"),
        NAME.label("person"),
        User.email.label("email"),
        User.country.label("country_now"),
        User.institution.label("institution"),
        activity.label("course"),
        Participation.country.label("country"),
        cast(_INSTANT.get(key, null()), DateTime(timezone=True)).label("at"),
        (cast(Participation.learner_key, Text) + activity).label("place"),
    ).select_from(Participation)
    return with_accounts(statement, asked).where(*of_participations(asked), condition)


def _account(key: str) -> Select[Any]:
    return select(
        literal(key).label("quality"),
        NAME.label("person"),
        User.email.label("email"),
        User.country.label("country_now"),
        User.institution.label("institution"),
        cast(null(), Text).label("course"),
        cast(null(), Text).label("country"),
        User.registered_at.label("at"),
        User.public_id.label("place"),
    )


def _missing(asked: Asked, key: str, condition: ColumnElement[bool]) -> Select[Any]:
    return _account(key).where(condition, *(_of_accounts(asked) or ()))


def _duplicates(asked: Asked) -> Select[Any]:
    """Accounts that share their name and country with another."""
    name = func.lower(NAME)
    others = func.count().over(partition_by=(name, User.country))
    shared = (
        select(User.id, others.label("others")).where(*(_of_accounts(asked) or ()), NAME != "").subquery()
    )
    return _account(DUPLICATE).join(shared, and_(shared.c.id == User.id, shared.c.others > 1))


def _of_accounts(asked: Asked) -> list[ColumnElement[bool]] | None:
    """Which accounts are looked at: approved ones, of the reader's countries; None for who looks at activities."""
    scope, filters = asked.scope, asked.filters
    if not (scope.everything or scope.countries):
        return None
    found: list[ColumnElement[bool]] = [
        User.standing == Standing.APPROVED,
        User.active.is_(True),
        User.is_test.is_(False),
    ]
    if not scope.everything:
        found.append(User.country == func.any(array_of(sorted(scope.countries))))
    if filters.country:
        found.append(User.country == ("" if filters.country == NONE else filters.country))
    return found


def _nothing() -> Select[Any]:
    return _account("").where(or_(False))
