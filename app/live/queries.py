"""How far topics are."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.core.database import db
from app.live.models import LiveTopic


def number_of(topic: str) -> int:
    """Return the number of a topic's last announcement, 0 before the first.

    A page asks *before* it reads what it shows: news that comes between the two is then read twice, never missed.
    """
    return (
        db.session.execute(select(LiveTopic.number).where(LiveTopic.key == topic)).scalar_one_or_none() or 0
    )


def numbers_of(topics: Collection[str]) -> dict[str, int]:
    """Return the numbers of the last announcements of those ``topics`` that have had one."""
    rows = db.session.execute(select(LiveTopic.key, LiveTopic.number).where(LiveTopic.key.in_(topics)))
    return dict(rows.tuples().all())
