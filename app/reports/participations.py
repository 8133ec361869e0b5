"""The base of reports that have a row for each person and activity, and their tables of counts when grouped."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, func, select, tuple_

from app.accounts.models import User
from app.core.database import db
from app.records.models import Activity, Participation
from app.reports import feedback_given
from app.reports.columns import Column, Kind
from app.reports.conditions import keys, needs_accounts, of_participations, with_accounts
from app.reports.frame import Asked, Behind, Number, Page, Report, Slice
from app.reports.grouping import DIMENSIONS, Measure, ParticipationDimension, order_of
from app.reports.streaming import streamed

_ISO = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
_KEYS = (Participation.learner_key, Participation.activity_key)


class ParticipationReport(Report):
    """A report over participations. Subclasses give columns, measures and numbers."""

    all_columns: ClassVar[tuple[Column, ...]]
    measures: ClassVar[tuple[Measure, ...]]
    counted: ClassVar[tuple[Measure, ...]]
    """The numbers above the table."""
    of_activity: ClassVar[bool] = False
    """Whether rows and conditions look at the activity's own columns."""
    dimensions: ClassVar[Mapping[str, ParticipationDimension]] = DIMENSIONS

    # ------------------------------------------------------------------------------------------------ what is asked

    def columns(self, asked: Asked) -> Sequence[Column]:
        """Return the columns of the rows, or of the groups."""
        if not asked.grouping:
            return self.all_columns
        return [one.column() for one in self._dimensions(asked)] + [one.column() for one in self.measures]

    def sort_of(self, grouping: Sequence[str]) -> str:
        """Groups stand with the most people first."""
        return f"-{self.measures[0].key}" if grouping else self.default_sort

    def sortable(self, grouping: Sequence[str]) -> frozenset[str]:
        """Every column."""
        if grouping:
            return frozenset(grouping) | {one.key for one in self.measures}
        return frozenset(one.key for one in self.all_columns)

    def conditions(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Return what a row must fulfil."""
        conditions = of_participations(asked)
        if asked.filters.feedback:
            conditions.append(feedback_given.is_given(asked.filters.feedback))
        if asked.filters.status:
            conditions.append(self.has_status(asked))
        return conditions

    @abstractmethod
    def has_status(self, asked: Asked) -> ColumnElement[bool]:
        """Return the condition of the status asked for."""

    # ------------------------------------------------------------------------------------------------ rows

    def rows(self, asked: Asked, *, iso: bool = False) -> Iterator[Sequence[Any]]:
        """Yield every row, or every group, through a cursor on the server."""
        statement = self._groups(asked) if asked.grouping else self._rows(asked, iso=iso)
        yield from streamed(statement)

    def count(self, asked: Asked) -> int:
        """Return how many rows or groups there are."""
        if asked.grouping:
            statement = select(func.count()).select_from(self._groups(asked).order_by(None).subquery())
        else:
            statement = select(func.count()).select_from(self._inner(asked, ()))
        return int(db.session.scalar(statement) or 0)

    def page(self, asked: Asked, number: int, size: int) -> Page:
        """Return one page of rows or groups with the numbers; three statements at most."""
        if asked.grouping:
            return self._page_of_groups(asked, number, size)
        numbers = self.numbers(asked)
        total = int(numbers[0].value or 0)
        number = min(number, max(1, -(-total // size)))
        found = db.session.execute(self._page(asked, size, (number - 1) * size)).all() if total else []
        width = len(self.all_columns)
        behind = [Behind(*row[width:]) for row in found]
        return Page([tuple(row[:width]) for row in found], total, number, size, numbers, behind=behind)

    def after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        """Return the rows after a place, in the order of learner and activity, which never changes.

        Grouped, they go on from a number of groups: a table of counts is another one once its counts change.
        """
        if asked.grouping:
            return self._groups_after(asked, place, size)
        statement = self._rows(asked).add_columns(*_KEYS).order_by(None).order_by(*_KEYS)
        if place is not None:
            learner, activity = place
            statement = statement.where(tuple_(*_KEYS) > (UUID(learner), UUID(activity)))
        found = db.session.execute(statement.limit(size + 1)).all()
        shown, width = found[:size], len(self.all_columns)
        more = len(found) > size
        return Slice(
            [tuple(row[:width]) for row in shown],
            (str(shown[-1][-2]), str(shown[-1][-1])) if more else None,
        )

    def _rows(self, asked: Asked, *, iso: bool = False) -> Select[Any]:
        """The rows in order; equal ones by learner and activity, so that pages never repeat or lose a row."""
        values = [_iso(one) if iso else _read(one).label(one.key) for one in self.all_columns]
        statement = self._joined(select(*values).select_from(Participation), asked, accounts=True)
        if any(one.joined is not None for one in self.all_columns):
            statement = feedback_given.joined(statement)
        return statement.where(*self.conditions(asked)).order_by(*self._order(asked))

    def _page(self, asked: Asked, size: int, offset: int) -> Select[Any]:
        """The rows of one page: first their keys in order, then the values of these few, in the same order."""
        column = self._sorted(asked)
        by: list[Any] = [one.label(f"by_{place}") for place, one in enumerate(self._by(asked))]
        found = select(*_KEYS, *by).select_from(Participation)
        found = self._joined(found, asked, accounts=column.of_account or needs_accounts(asked))
        found = found.where(*self.conditions(asked)).order_by(*self._order(asked))
        shown = found.limit(size).offset(offset).subquery()
        same = and_(
            Participation.learner_key == shown.c.learner_key,
            Participation.activity_key == shown.c.activity_key,
        )
        values: list[Any] = [one.value.label(one.key) for one in self.all_columns]
        values += [User.public_id, *_KEYS]
        again = [_directed(shown.c[one.name], asked) for one in by]
        rows = self._joined(
            select(*values).select_from(shown).join(Participation, same), asked, accounts=True
        )
        return rows.order_by(*again, shown.c.learner_key, shown.c.activity_key)

    def _joined(self, statement: Select[Any], asked: Asked, *, accounts: bool) -> Select[Any]:
        if self.of_activity:
            statement = statement.join(Activity, Activity.key == Participation.activity_key)
        return with_accounts(statement, asked) if accounts else statement

    def _sorted(self, asked: Asked) -> Column:
        return next(one for one in self.all_columns if one.key == asked.sorted_by)

    def _by(self, asked: Asked) -> tuple[Any, ...]:
        column = self._sorted(asked)
        if column.kind == Kind.COURSE:
            found = keys([one.key for one in asked.activities])
            return (func.array_position(found, Participation.activity_key),)
        return column.ordering

    def _order(self, asked: Asked) -> list[Any]:
        """By the column asked for, empty values last; equal ones by learner and activity."""
        return [*(_directed(one, asked) for one in self._by(asked)), *_KEYS]

    # ------------------------------------------------------------------------------------------------ numbers

    def numbers(self, asked: Asked) -> list[Number]:
        """Return the numbers over the whole selection, in one statement; the first is how many rows there are."""
        return self._measured(asked, self.counted)

    def _measured(self, asked: Asked, measures: Sequence[Measure]) -> list[Number]:
        inner = self._inner(asked, ())
        found = db.session.execute(select(*(one.value(inner) for one in measures)).select_from(inner)).one()
        return [
            Number(one.key, one.heading, value, one.definition, one.unit)
            for one, value in zip(measures, found, strict=True)
        ]

    def inner_values(self) -> list[Any]:
        """Return what measures are counted from."""
        return [
            Participation.learner_key,
            Participation.status,
            Participation.enrolled_at,
            Participation.completed_at,
            Participation.certificate_status,
            Participation.certificate_code,
        ]

    def _inner(self, asked: Asked, dimensions: Sequence[ParticipationDimension]) -> Subquery:
        labelled: list[Any] = [one.value(asked).label(f"by_{one.key}") for one in dimensions]
        statement = select(*self.inner_values(), *labelled).select_from(Participation)
        accounts = needs_accounts(asked) or any(one.of_account for one in dimensions)
        if not self.of_activity and any(one.of_activity for one in dimensions):
            statement = statement.join(Activity, Activity.key == Participation.activity_key)
        return (
            self._joined(statement, asked, accounts=accounts).where(*self.conditions(asked)).subquery("base")
        )

    # ------------------------------------------------------------------------------------------------ groups

    def totals(self, asked: Asked) -> Sequence[Any] | None:
        """Return the counts over everybody: distinct people are counted anew, never added up."""
        if not asked.grouping:
            return None
        return [None] * len(asked.grouping) + [one.value for one in self._measured(asked, self.measures)]

    def _dimensions(self, asked: Asked) -> list[ParticipationDimension]:
        return [self.dimensions[key] for key in asked.grouping]

    def _groups(self, asked: Asked) -> Select[Any]:
        dimensions = self._dimensions(asked)
        inner = self._inner(asked, dimensions)
        by = [inner.c[f"by_{one.key}"] for one in dimensions]
        values = [one.value(inner).label(one.key) for one in self.measures]
        statement = select(*by, *values).select_from(inner).group_by(*by)
        ordered: dict[str, Any] = {one.name: one for one in values}
        ordered |= {
            one.key: order_of(one.kind, column, asked) for one, column in zip(dimensions, by, strict=True)
        }
        rest = [ordered[one.key] for one in dimensions if one.key != asked.sorted_by]
        return statement.order_by(
            _directed(ordered[asked.sorted_by], asked), *(one.asc().nulls_last() for one in rest), *by
        )

    def _page_of_groups(self, asked: Asked, number: int, size: int) -> Page:
        numbers = self._measured(asked, (*self.counted, *self.measures))
        total = self.count(asked)
        number = min(number, max(1, -(-total // size)))
        rows = db.session.execute(self._groups(asked).limit(size).offset((number - 1) * size)).all()
        above = numbers[: len(self.counted)]
        totals = [None] * len(asked.grouping) + [one.value for one in numbers[len(above) :]]
        return Page(rows, total, number, size, above, totals)

    def _groups_after(self, asked: Asked, place: Sequence[str] | None, size: int) -> Slice:
        start = int(place[0]) if place else 0
        found = db.session.execute(self._groups(asked).limit(size + 1).offset(start)).all()
        return Slice(found[:size], (str(start + size),) if len(found) > size else None)


def iso_utc(value: datetime | None) -> str | None:
    """Return an instant as files hold it: in UTC, to the second."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _directed(value: Any, asked: Asked) -> ColumnElement[Any]:
    return (value.desc() if asked.direction else value.asc()).nulls_last()  # type: ignore[no-any-return]


def _iso(column: Column) -> ColumnElement[Any]:
    if column.kind != Kind.INSTANT:
        return column.value.label(column.key)
    return func.to_char(func.timezone("UTC", _read(column)), _ISO).label(column.key)


def _read(column: Column) -> SQLColumnExpression[Any]:
    return column.value if column.joined is None else column.joined
