"""The record of when gateways were there. What it does not show, nobody can have been connected to.

Attendance asks it how long people were kept out by us and not by their own line.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.live.models import GatewayLife

EVERY = 2.0  # seconds between two signs of life
KEPT = timedelta(days=60)


class Life:
    """The record of this process. Whenever it is ``due()``, the gateway calls ``renew()``, in a transaction of its own."""

    def __init__(self) -> None:
        self.key = uuid.uuid4()
        self._renewed = float("-inf")

    def due(self) -> bool:
        """Whether it is time for the next sign of life; true once each time."""
        now = time.monotonic()
        if now - self._renewed < EVERY:
            return False
        self._renewed = now
        return True

    def renew(self) -> None:
        """Write that this process is there now; the first time, forget what nobody asks for any more."""
        now = clock.now()
        row = insert(GatewayLife).values(key=self.key, began_at=now, seen_at=now)
        written = db.session.scalar(
            row.on_conflict_do_update(index_elements=["key"], set_={"seen_at": now}).returning(
                GatewayLife.began_at
            )
        )
        if written == now:
            db.session.execute(delete(GatewayLife).where(GatewayLife.seen_at < now - KEPT))


def lives(since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return from when to when each gateway was there that was at some time between two instants."""
    rows = db.session.execute(
        select(GatewayLife.began_at, GatewayLife.seen_at).where(
            GatewayLife.seen_at >= since, GatewayLife.began_at <= until
        )
    )
    return [(began, seen) for began, seen in rows]
