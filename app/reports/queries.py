"""The rows and counts of the completion report, always within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Uuid,
    and_,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.accounts.models import User
from app.core.access import Actor
from app.core.database import db
from app.records.models import Activity, ActivityKind, LearnerAccount, Participation
from app.reports.columns import BY_KEY, COLUMNS, DAYS_EXACT, ISSUED, Column, Kind
from app.reports.filters import ANY, COMPLETED, ENROLLED, Choices, Filters
from app.reports.policy import Scope, scope_of
from app.reports.words import statuses, title, words

SESSION_KINDS = (
    ActivityKind.WEBINAR.value,
    ActivityKind.WORKSHOP.value,
    ActivityKind.TRAINING_EVENT.value,
    ActivityKind.EXPERT_GROUP_MEETING.value,
    ActivityKind.ROUND_TABLE.value,
    ActivityKind.CONSULTATION.value,
    ActivityKind.AWARENESS_EVENT.value,
    ActivityKind.NETWORK_MEETING.value,
    ActivityKind.SIMULATION.value,
)
REPORTED_KINDS = (ActivityKind.COURSE.value, ActivityKind.DELIVERY.value, *SESSION_KINDS)
FOR_A_GROUP = "group"  # the audience of a session whose title is for its members
_STREAMED = 1000
_EACH_ONCE = """
    each_{name} (value) AS (
        (SELECT {name} FROM participation WHERE {within} ORDER BY {name} LIMIT 1)
        UNION ALL
        SELECT (SELECT {name} FROM participation WHERE {name} > each_{name}.value AND {within} ORDER BY {name} LIMIT 1)
        FROM each_{name} WHERE each_{name}.value IS NOT NULL
    )
"""
_WITHIN = """
    activity_key = ANY(:keys) AND learner_key NOT IN (
        SELECT link.learner_key FROM learner_account link JOIN "user" ON "user".id = link.user_id
        WHERE "user".is_test AND link.cut_at IS NULL)
"""
_CHOSEN_BY = ("country", "profession", "language")
_OCCURRING = text(
    "WITH RECURSIVE"
    + ",".join(_EACH_ONCE.format(name=name, within=_WITHIN) for name in _CHOSEN_BY)
    + " UNION ALL ".join(f"SELECT '{name}', value FROM each_{name} WHERE value > ''" for name in _CHOSEN_BY)
)
"""Every country, profession and language that occurs, each once: found by a jump through its index to the next larger
value, not by reading every row."""
_ISO = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'


@dataclass(frozen=True, slots=True)
class Course:
    """A course as reports know it: through the register."""

    key: UUID
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers over the whole selection. ``median_days`` is from enrolment to completion, None without any."""

    rows: int
    in_progress: int
    completed: int
    certified: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Which page of how many rows."""

    number: int = 1
    size: int = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as raw values in the order of COLUMNS, and the counts over all of them."""

    rows: Sequence[Sequence[Any]]
    counts: Counts
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.counts.rows // self.size))


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows as raw values in the order of the columns asked for; ``next`` is the last row's place when more follow."""

    rows: Sequence[Sequence[Any]]
    next: tuple[UUID, UUID] | None


def courses_in(scope: Scope) -> list[Course]:
    """Return the courses of a scope in order of their titles in the page's language; test activities never."""
    statement = select(Activity.key, Activity.slug, Activity.titles, Activity.kind, Activity.audience).where(
        Activity.kind.in_(REPORTED_KINDS), Activity.is_test.is_(False)
    )
    if not scope.everything:
        statement = statement.where(Activity.slug.in_(sorted(scope.slugs)))
    found = [
        Course(key, slug, _title(slug, titles, kind, audience))
        for key, slug, titles, kind, audience in db.session.execute(statement)
    ]
    return sorted(found, key=lambda course: (course.title.casefold(), course.slug))


def _title(slug: str, titles: dict[str, str], kind: str, audience: str) -> str:
    """Return an activity's title; of a group's session none, since it may say what a closed room is about."""
    if kind in SESSION_KINDS and audience == FOR_A_GROUP:
        return str(_("A session for one group"))
    return title(titles) or slug


def choices_in(courses: Sequence[Course]) -> Choices:
    """Return what occurs among the participations in these courses, in words of the page's language, in their order."""
    values: dict[str, set[str]] = {name: set() for name in _CHOSEN_BY}
    if courses:
        for name, value in db.session.execute(_OCCURRING, {"keys": [course.key for course in courses]}):
            values[name].add(value)
    texts = words({})

    def ordered(name: str, kind: Kind) -> list[tuple[str, str]]:
        pairs = [(value, str(texts[kind](value))) for value in values[name]]
        return sorted(pairs, key=lambda pair: pair[1].casefold())

    return Choices(
        courses=[(course.slug, course.title) for course in courses],
        countries=ordered("country", Kind.COUNTRY),
        professions=ordered("profession", Kind.PROFESSION),
        languages=ordered("language", Kind.LANGUAGE),
        statuses=list(statuses().items()),
    )


def completions(actor: Actor, filters: Filters, ask: Ask) -> Page:
    """Return one page of the report with its counts, within what the actor may see."""
    return page_of(courses_in(scope_of(actor)), filters, ask)


def page_of(courses: Sequence[Course], filters: Filters, ask: Ask) -> Page:
    """Return one page of the report over these courses; a page beyond the last is the last."""
    counts = count(courses, filters)
    number = min(ask.number, max(1, -(-counts.rows // ask.size)))
    statement = _page(courses, filters, ask.size, (number - 1) * ask.size)
    return Page(db.session.execute(statement).all(), counts, number, ask.size)


def count(courses: Sequence[Course], filters: Filters) -> Counts:
    """Return the counts over the whole selection, in one statement."""
    is_completed = Participation.completed_at.is_not(None)
    statement = select(
        func.count(),
        func.count().filter(Participation.status == "in_progress"),
        func.count().filter(is_completed),
        func.count().filter(Participation.certificate_status == "valid"),
        func.percentile_cont(0.5).within_group(DAYS_EXACT),
    ).where(*_conditions(courses, filters))
    return Counts(*db.session.execute(statement).one())


def rows_after(
    courses: Sequence[Course],
    filters: Filters,
    place: tuple[UUID, UUID] | None,
    size: int,
    columns: Sequence[Column] = COLUMNS,
) -> Slice:
    """Return at most ``size`` rows after ``place``, in the order of learner and activity.

    These keys never change, so a reader who follows ``next`` gets each row once, whatever happens meanwhile.
    """
    keys = (Participation.learner_key, Participation.activity_key)
    statement = _rows(courses, filters, columns=columns).add_columns(*keys).order_by(None).order_by(*keys)
    if place is not None:
        statement = statement.where(tuple_(*keys) > place)
    found = db.session.execute(statement.limit(size + 1)).all()
    shown = found[:size]
    return Slice(
        [tuple(row[: len(columns)]) for row in shown],
        (shown[-1][-2], shown[-1][-1]) if len(found) > size else None,
    )


def stream(
    courses: Sequence[Course], filters: Filters, *, iso: bool, columns: Sequence[Column] = COLUMNS
) -> Iterator[Sequence[Any]]:
    """Yield every row through a cursor on the server; with ``iso`` instants come as text in UTC, else as datetimes."""
    found = db.session.execute(
        _rows(courses, filters, iso=iso, columns=columns),
        execution_options={"stream_results": True, "yield_per": _STREAMED},
    )
    for part in found.partitions():
        yield from part


def _rows(
    courses: Sequence[Course],
    filters: Filters,
    *,
    iso: bool = False,
    columns: Sequence[Column] = COLUMNS,
) -> Select[Any]:
    """The rows in order; equal ones by learner and activity, so that pages never repeat or lose a row."""
    values = [_iso(column) if iso else column.value.label(column.key) for column in columns]
    return (
        _with_accounts(select(*values).select_from(Participation))
        .where(*_conditions(courses, filters))
        .order_by(*_order(courses, filters))
    )


def _page(courses: Sequence[Course], filters: Filters, size: int, offset: int) -> Select[Any]:
    """The rows of one page: first their keys in order, then the values of these few, in the same order."""
    by: list[Any] = [one.label(f"by_{place}") for place, one in enumerate(_sorted_by(courses, filters))]
    keys = select(Participation.learner_key, Participation.activity_key, *by).select_from(Participation)
    if BY_KEY[filters.sort.removeprefix("-")].of_account:
        keys = _with_accounts(keys)
    keys = keys.where(*_conditions(courses, filters)).order_by(*_order(courses, filters))
    shown = keys.limit(size).offset(offset).subquery()
    same = and_(
        Participation.learner_key == shown.c.learner_key, Participation.activity_key == shown.c.activity_key
    )
    values: list[Any] = [column.value.label(column.key) for column in COLUMNS]
    again = [_directed(shown.c[one.name], filters) for one in by]
    rows = _with_accounts(select(*values).select_from(shown).join(Participation, same))
    return rows.order_by(*again, shown.c.learner_key, shown.c.activity_key)


def _with_accounts(statement: Select[Any]) -> Select[Any]:
    """Add the accounts of those who still have one."""
    present = and_(LearnerAccount.learner_key == Participation.learner_key, LearnerAccount.cut_at.is_(None))
    return statement.outerjoin(LearnerAccount, present).outerjoin(User, User.id == LearnerAccount.user_id)


def _sorted_by(courses: Sequence[Course], filters: Filters) -> tuple[SQLColumnExpression[Any], ...]:
    column = BY_KEY[filters.sort.removeprefix("-")]
    return (_course_order(courses),) if column.kind == Kind.COURSE else column.ordering


def _directed(value: SQLColumnExpression[Any], filters: Filters) -> ColumnElement[Any]:
    return (value.desc() if filters.sort.startswith("-") else value.asc()).nulls_last()


def _order(courses: Sequence[Course], filters: Filters) -> list[Any]:
    """By the column asked for, empty values last; equal ones by learner and activity."""
    directed = (_directed(one, filters) for one in _sorted_by(courses, filters))
    return [*directed, Participation.learner_key, Participation.activity_key]


def _iso(column: Column) -> ColumnElement[Any]:
    if column.kind != Kind.INSTANT:
        return column.value.label(column.key)
    return func.to_char(func.timezone("UTC", column.value), _ISO).label(column.key)


def _course_order(courses: Sequence[Course]) -> ColumnElement[Any]:
    return func.array_position(
        literal([course.key for course in courses], ARRAY(Uuid())), Participation.activity_key
    )


def _conditions(courses: Sequence[Course], filters: Filters) -> list[ColumnElement[bool]]:
    """What a row must fulfil. Only ``courses`` can be asked for, and those outside the scope are not among them."""
    keys = [course.key for course in courses if filters.course in {"", course.slug}]
    within = literal(keys, ARRAY(Uuid()))
    conditions: list[ColumnElement[bool]] = [
        Participation.activity_key == func.any(within),
        ~_of_test_account(),
    ]
    chosen = (
        (Participation.country, filters.country),
        (Participation.profession, filters.profession),
        (Participation.language, filters.language),
        (Participation.status, filters.status),
    )
    conditions += [column == value for column, value in chosen if value]
    if filters.certificate == ANY:
        conditions.append(Participation.certificate_code.is_not(None))
    elif filters.certificate:
        conditions.append(Participation.certificate_status == filters.certificate)
    instant = {ENROLLED: Participation.enrolled_at, COMPLETED: Participation.completed_at}.get(
        filters.period, ISSUED
    )
    if filters.since:
        conditions.append(instant >= filters.since)
    if filters.until:
        conditions.append(instant < filters.until)
    return conditions


def _of_test_account() -> ColumnElement[bool]:
    testers = (
        select(LearnerAccount.learner_key)
        .join(User, User.id == LearnerAccount.user_id)
        .where(User.is_test, LearnerAccount.cut_at.is_(None))
    )
    return Participation.learner_key.in_(testers)
