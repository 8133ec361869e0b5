"""From raw rows to what the cells of a page say, in the reader's language and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.core.i18n import format_day, format_number, format_share
from app.records.queries import participations_of
from app.reports.columns import COLUMNS, Column, Kind
from app.reports.queries import Course
from app.reports.words import certificate_statuses, percent, statuses, title, words

BADGES = {
    "enrolled": "plain",
    "in_progress": "progress",
    "completed": "done",
    "withdrawn": "plain",
    "valid": "done",
    "revoked": "danger",
}


class Cell(NamedTuple):
    """One value as a page shows it: ``kind`` says how. For a state it is ``badge`` and ``value`` which."""

    kind: str
    text: str
    value: str = ""


Maker = Callable[[Any], Cell]


def course_title(courses: Iterable[Course], slug: str) -> str:
    """Return the title of the course with this slug; empty for none."""
    return next((course.title for course in courses if course.slug == slug), "")


def cells(rows: Sequence[Sequence[Any]], courses: Sequence[Course]) -> list[list[Cell]]:
    """Return the rows of the completion report as cells, in the order of COLUMNS."""
    texts = words({str(course.key): course.title for course in courses})
    texts |= {
        Kind.INSTANT: format_day,
        Kind.SHARE: format_share,
        Kind.SCORE: _score,
        Kind.COUNT: format_number,
    }
    makers = [_maker(column, texts.get(column.kind, str)) for column in COLUMNS]
    return [[make(value) for make, value in zip(makers, row, strict=True)] for row in rows]


def _maker(column: Column, word: Callable[[Any], Any]) -> Maker:
    kind = column.kind.value
    if column.kind == Kind.NAME:
        return lambda value: Cell(kind if value is not None else "nobody", str(word(value)))
    if column.kind in {Kind.STATUS, Kind.CERTIFICATE_STATUS}:
        return lambda value: Cell("badge" if value else kind, str(word(value)), value)
    return lambda value: Cell(kind, "" if value is None or value == "" else str(word(value)))


def badges() -> list[tuple[str, str, str]]:
    """Return every state there is as (value, kind of its badge, words)."""
    texts = statuses() | certificate_statuses()
    return [(value, BADGES[value], text) for value, text in texts.items() if value]


def _share(value: float) -> str:
    return format_share(percent(value) / 100)


def _score(value: float) -> str:
    return format_share(round(value / 100, 2))


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A person's own participation, as their record shows it."""

    title: str
    address: str
    status: str
    badge: str
    enrolled_at: datetime | None
    last_access_at: datetime | None
    completed_at: datetime | None
    progress: str
    attempts: int
    score: str
    certificate_code: str
    certificate_status: str
    certificate_badge: str


def own_rows(user_id: int) -> list[OwnRow]:
    """Return what a person takes part in, the latest enrolment first."""
    texts = words({})
    status, certificate = texts[Kind.STATUS], texts[Kind.CERTIFICATE_STATUS]
    return [
        OwnRow(
            title=title(activity.titles) or activity.slug,
            address=activity.address,
            status=status(row.status),
            badge=BADGES.get(row.status, "plain"),
            enrolled_at=row.enrolled_at,
            last_access_at=row.last_access_at,
            completed_at=row.completed_at,
            progress=_share(row.progress),
            attempts=row.attempts,
            score="" if row.score is None else _score(row.score),
            certificate_code=row.certificate_code or "",
            certificate_status=certificate(row.certificate_status),
            certificate_badge=BADGES.get(row.certificate_status, "plain"),
        )
        for row, activity in participations_of(user_id)
    ]
