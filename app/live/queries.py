"""How far topics are."""

from __future__ import annotations

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
