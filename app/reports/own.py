"""A person's own record: everything they take part in, as they are shown it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.records.queries import participations_of
from app.reports.columns import Kind
from app.reports.table import BADGES, score, share
from app.reports.words import title, words


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
            progress=share(row.progress),
            attempts=row.attempts,
            score="" if row.score is None else score(row.score),
            certificate_code=row.certificate_code or "",
            certificate_status=certificate(row.certificate_status),
            certificate_badge=BADGES.get(row.certificate_status, "plain"),
        )
        for row, activity in participations_of(user_id)
    ]
