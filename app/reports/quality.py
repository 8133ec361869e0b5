"""Quality of the data: what is missing or cannot be, person by person, so that it can be put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from app.accounts.models import Standing, User
from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import LearnerAccount, Participation
from app.reports.activities import TAKEN
from app.reports.columns import Column, Dimension, Kind
from app.reports.completions import NAME
from app.reports.conditions import in_region, of_participations, with_accounts
from app.reports.conditions import words as array_of
from app.reports.frame import Asked, Behind, Number, Page, Report, Slice
from app.reports.grouping import REGIONS, distinct, order_of, region_of
from app.reports.participations import iso_utc
from app.reports.selection import NONE
from app.reports.streaming import streamed
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


@dataclass(frozen=True, slots=True)
class FindingDimension(Dimension):
    """``value`` is what a finding has of it, from the columns of everything that was found."""

    value: Callable[[Any, Asked], SQLColumnExpression[Any]]


def _region(set_id: str) -> Callable[[Any, Asked], SQLColumnExpression[Any]]:
    return lambda found, asked: region_of(set_id, found.country_of)(asked)


_DIMENSIONS = (
    FindingDimension(
        "quality", _l("What was found"), Kind.FINDING, lambda found, asked: found.quality, filter="quality"
    ),
    FindingDimension(
        "country",
        _l("Country at the time, of accounts now"),
        Kind.COUNTRY,
        lambda found, asked: found.country_of,
        filter="country",
    ),
    *(
        FindingDimension(key, heading, Kind.REGION, _region(set_id), filter="region")
        for key, (heading, set_id) in REGIONS.items()
    ),
    FindingDimension(
        "profession",
        _l("Profession at the time, of accounts now"),
        Kind.PROFESSION,
        lambda found, asked: found.profession_of,
        filter="profession",
    ),
    FindingDimension(
        "course", _l("Activity"), Kind.COURSE, lambda found, asked: found.course, filter="activity"
    ),
)


class Quality(Report):
    """One row for each thing found."""

    name = "quality"
    title = _l("Quality of the data")
    sentence = _l(
        "Accounts without a country, profession or institution, accounts that may be one person, and participations "
        "whose dates cannot be. One row for each thing found."
    )
    filters = ("quality", "activity", "kind", "region", "country", "profession")
    of_accounts = True
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

    dimensions: ClassVar[Mapping[str, FindingDimension]] = {one.key: one for one in _DIMENSIONS}
    group_columns = (
        Column(
            "findings",
            _l("Findings"),
            Kind.COUNT,
            unit="findings",
            definition=_l("How often something was found of an account or a participation."),
        ),
        Column(
            "people",
            _l("People"),
            Kind.COUNT,
            unit="people",
            definition=_l("Different persons of whom something was found."),
        ),
    )

    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns of the rows, or of the groups."""
        if not asked.grouping:
            return self.all_columns
        return [*(self.dimensions[key].column() for key in asked.grouping), *self.group_columns]

    def sort_of(self, grouping: Sequence[str]) -> str:
        """Groups stand with the most findings first."""
        return "-findings" if grouping else self.default_sort

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Every column."""
        if grouping:
            return frozenset(grouping) | {one.key for one in self.group_columns}
        return frozenset(one.key for one in self.all_columns)

    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield everything that was found, or its groups."""
        for row in streamed(self._ordered(asked)):
            yield (*row[:-1], iso_utc(row[-1])) if iso and not asked.grouping else row

    def page(self, asked: Asked, number: int, size: int) -> Page:
        """Return one page; two statements, four of groups."""
        numbers = self.numbers(asked)
        total = self.count(asked) if asked.grouping else _sum(numbers)
        number = min(number, max(1, -(-total // size)))
        statement = self._ordered(asked).limit(size).offset((number - 1) * size)
        if asked.grouping:
            rows = db.session.execute(statement).all()
            return Page(rows, total, number, size, numbers, self.totals(asked))
        found, width = db.session.execute(statement.add_columns(*_BEHIND)).all(), len(self.all_columns)
        behind = [Behind(*row[width:]) if row[width + 1] is not None else None for row in found]
        return Page([tuple(row[:width]) for row in found], total, number, size, numbers, behind=behind)

    def after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        """Return what was found after so many rows: what is put right is not found again."""
        start = int(place[0]) if place else 0
        found = db.session.execute(self._ordered(asked).limit(size + 1).offset(start)).all()
        return Slice(found[:size], (str(start + size),) if len(found) > size else None)

    def count(self, asked: Asked) -> int:
        """Return how much was found."""
        if not asked.grouping:
            return _sum(self.numbers(asked))
        groups = self._ordered(asked).order_by(None).subquery()
        return int(db.session.scalar(select(func.count()).select_from(groups)) or 0)

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

    def totals(self, asked: Asked) -> Sequence[Any] | None:
        """Return the counts over all groups: a person of several is one."""
        if not asked.grouping:
            return None
        found = self._found(asked)
        counted = db.session.execute(select(func.count(), distinct(found.c.who)).select_from(found)).one()
        return [*(None for _key in asked.grouping), *counted]

    def _groups(self, asked: Asked) -> Select[Any]:
        dimensions, found = [self.dimensions[key] for key in asked.grouping], self._found(asked)
        values: list[Any] = [one.value(found.c, asked).label(f"by_{one.key}") for one in dimensions]
        base = select(found.c.who, *values).subquery("base")
        by = {one.key: base.c[f"by_{one.key}"] for one in dimensions}
        counted = [func.count().label("findings"), distinct(base.c.who).label("people")]
        ordered: dict[str, Any] = {one.key: order_of(one.kind, by[one.key], asked) for one in dimensions}
        chosen = (ordered | {one.name: one for one in counted})[asked.sorted_by]
        first = chosen.desc() if asked.direction else chosen.asc()
        rest = [one.asc().nulls_last() for one in ordered.values()]
        groups = select(*by.values(), *counted).select_from(base).group_by(*by.values())
        return groups.order_by(first.nulls_last(), *rest, *by.values())

    def _ordered(self, asked: Asked) -> Select[Any]:
        if asked.grouping:
            return self._groups(asked)
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


_BEHIND: tuple[Any, ...] = (
    literal_column("found.public_id"),
    literal_column("found.learner"),
    literal_column("found.activity"),
)
"""Whose participation a finding is about, where it is about one."""


def _sum(numbers: Sequence[Number]) -> int:
    return int(sum(one.value or 0 for one in numbers))


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
        Participation.country.label("country_of"),
        Participation.profession.label("profession_of"),
        cast(Participation.learner_key, Text).label("who"),
        User.public_id.label("public_id"),
        Participation.learner_key.label("learner"),
        Participation.activity_key.label("activity"),
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
        User.country.label("country_of"),
        User.profession.label("profession_of"),
        func.coalesce(_learner_of(User.id), User.public_id).label("who"),
        User.public_id.label("public_id"),
        cast(null(), Uuid).label("learner"),
        cast(null(), Uuid).label("activity"),
    )


def _learner_of(user_id: Any) -> Any:
    """The learner of an account, so that a person found in both ways is one."""
    link = select(cast(func.learner_root(LearnerAccount.learner_key), Text))
    return (
        link.where(LearnerAccount.user_id == user_id, LearnerAccount.cut_at.is_(None))
        .limit(1)
        .scalar_subquery()
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
    for column, value in ((User.country, filters.country), (User.profession, filters.profession)):
        if value:
            found.append(column == ("" if value == NONE else value))
    if filters.region:
        found.append(User.country == func.any(array_of(in_region(filters.region))))
    return found


def _nothing() -> Select[Any]:
    return _account("").where(or_(False))
