"""What there is and what is coming: the products as of a day, and activities that go on or are planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased, defer

from app.core.access import Actor
from app.core.database import db
from app.core.i18n import language_name, page_language
from app.records import groupings
from app.records.counting.models import ActivityVersion
from app.records.models import Activity, ActivityKind
from app.records.topics import topic_name
from app.reports import words
from app.reports.yearly.titles import is_kept, title_for

_PRODUCTS = or_(
    ActivityVersion.kind == ActivityKind.COURSE.value,
    and_(ActivityVersion.kind == ActivityKind.RESOURCE.value, ActivityVersion.parent_key.is_(None)),
)
"""Courses, and guides that stand by themselves: what lies in a room is the room's."""
_COMING_QUARTERS = 4
MOST = 2_000
_NO_END = defer(ActivityVersion.known_until)
"""The end of what is still known is infinity, which is no instant of Python's."""
ONGOING, LATER = "ongoing", "later"


@dataclass(frozen=True, slots=True)
class Product:
    """A module or a guide: its name, kind and topic in words, languages, and whether it is there."""

    title: str
    address: str
    kind: str
    topic: str
    languages: Sequence[str]
    hours: float | None
    status: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity that goes on or is planned."""

    title: str
    address: str
    kind: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Topics by regions or by quarters: the columns (key, title), and each row's topic with the cells by column."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Mapping[str, Sequence[Planned]]]]

    @property
    def activities(self) -> int:
        """How many activities there are; one that is for several columns stands in one of them."""
        return sum(len(cell) for _topic, cells in self.rows for cell in cells.values())


def products(actor: Actor, at: datetime) -> list[Product]:
    """Return the products as they were described at an instant, by kind, topic and title; one statement.

    What is for a group alone is no product for others and left out.
    """
    first = aliased(ActivityVersion)
    since = select(first.known_from).where(first.activity_key == ActivityVersion.activity_key)
    statement = (
        select(
            ActivityVersion,
            Activity.titles,
            Activity.address,
            since.order_by(first.known_from).limit(1).scalar_subquery(),
        )
        .outerjoin(Activity, Activity.key == ActivityVersion.activity_key)
        .options(_NO_END)
        .where(_known(at), _PRODUCTS)
        .limit(MOST)
    )
    kinds = {
        ActivityKind.COURSE.value: _("Self-paced course"),
        ActivityKind.RESOURCE.value: _("Guide or resource"),
    }
    found = [
        Product(
            title=_title(actor, version, titles),
            address=address or "",
            kind=kinds[version.kind],
            topic=topic_in_words(version.topic),
            languages=[language_name(one, page_language()) for one in version.languages],
            hours=version.hours,
            status=_status(version, at),
            since=known_since,
        )
        for version, titles, address, known_since in db.session.execute(statement)
        if not is_kept(actor, version.kind, version.audience, version.group_id)
    ]
    return sorted(found, key=lambda one: (one.kind, one.topic, one.title))


def matrix(actor: Actor, at: datetime, columns: str) -> Matrix:
    """Return what goes on or is planned at an instant, by topic and by ``regions`` or ``quarters``; one statement."""
    version = ActivityVersion
    going_on = and_(version.starts_at <= at, version.ends_at > at)
    statement = (
        select(version, Activity.titles, Activity.address)
        .outerjoin(Activity, Activity.key == version.activity_key)
        .options(_NO_END)
        .where(_known(at), or_(version.starts_at > at, going_on))
        .order_by(version.starts_at, version.slug)
        .limit(MOST)
    )
    heads, column_of = _by_quarter(at.date()) if columns == "quarters" else _by_region()
    kinds = words.kinds()
    rows: dict[str, dict[str, list[Planned]]] = {}
    for one, titles, address in db.session.execute(statement):
        planned = Planned(
            _title(actor, one, titles),
            "" if is_kept(actor, one.kind, one.audience, one.group_id) else address or "",
            kinds.get(one.kind, one.kind),
            one.starts_at,
            one.ends_at,
        )
        cells = rows.setdefault(topic_in_words(one.topic), {})
        cells.setdefault(column_of(one), []).append(planned)
    used = {key for cells in rows.values() for key in cells}
    shown = [(key, title) for key, title in heads if key in used or columns == "quarters"]
    return Matrix(shown, sorted(rows.items()))


def topic_in_words(topic: str) -> str:
    """Return a topic's tag as it can be read."""
    return topic_name(topic) if topic else str(_("No topic"))


def _known(at: datetime) -> Any:
    version = ActivityVersion
    return and_(version.known_from <= at, version.known_until > at, version.is_test.is_(False))


def _title(actor: Actor, one: ActivityVersion, titles: Mapping[str, str] | None) -> str:
    return title_for(actor, one.kind, one.audience, one.group_id, titles, one.slug)


def _status(version: ActivityVersion, at: datetime) -> str:
    if version.starts_at and version.starts_at > at:
        return str(_("Planned"))
    if version.ends_at and version.ends_at <= at:
        return str(_("Ended"))
    return str(_("Available"))


def _by_region() -> tuple[list[tuple[str, str]], Callable[[ActivityVersion], str]]:
    heads = [(key, str(title)) for key, title in groupings.REACHES.items()]
    return heads, lambda one: groupings.reach(one.countries)


def _by_quarter(day: date) -> tuple[list[tuple[str, str]], Callable[[ActivityVersion], str]]:
    first = day.year * 4 + (day.month - 1) // 3
    numbers = range(first, first + _COMING_QUARTERS)
    heads = [
        (ONGOING, str(_("Going on"))),
        *((str(one), _quarter(one)) for one in numbers),
        (LATER, str(_("Later"))),
    ]

    def column(one: ActivityVersion) -> str:
        if one.starts_at is None or one.starts_at.astimezone(UTC).date() <= day:
            return ONGOING
        start = one.starts_at.astimezone(UTC)
        number = start.year * 4 + (start.month - 1) // 3
        return str(number) if number in numbers else LATER

    return heads, column


def _quarter(number: int) -> str:
    return str(_("Quarter %(quarter)s of %(year)s", quarter=str(number % 4 + 1), year=str(number // 4)))
