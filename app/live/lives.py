"""The record of when gateways were there. When none was, nobody can have been connected.

Attendance asks it how long people were kept out by us and not by their own line.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, log
from app.core.database import db, unit_of_work
from app.live.models import GatewayLife

EVERY = 2.0  # seconds between two signs of life
BROKEN_AFTER = 10.0
KEPT = timedelta(days=60)


def record(app: Flask) -> None:
    """Write every few seconds that this process is there, for ever. A gateway runs it beside its sockets.

    After a time in which nothing could be written it begins anew: what cannot be written cannot be kept, either.
    """
    key, written = uuid.uuid4(), time.monotonic()
    while True:
        if time.monotonic() - written > BROKEN_AFTER:
            key = uuid.uuid4()
        try:
            with app.app_context(), unit_of_work():
                renew(key)
            written = time.monotonic()
        except Exception:
            log.failure("gateway's sign of life not written")
        time.sleep(EVERY)


def renew(key: UUID) -> None:
    """Write that the gateway ``key`` is there now; the first time, forget what nobody asks for any more."""
    now = clock.now()
    row = insert(GatewayLife).values(key=key, began_at=now, seen_at=now)
    began = db.session.scalar(
        row.on_conflict_do_update(index_elements=["key"], set_={"seen_at": now}).returning(
            GatewayLife.began_at
        )
    )
    if began == now:
        db.session.execute(delete(GatewayLife).where(GatewayLife.seen_at < now - KEPT))


def lives(since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return from when to when each gateway was there that was at some time between two instants."""
    rows = db.session.execute(
        select(GatewayLife.began_at, GatewayLife.seen_at).where(
            GatewayLife.seen_at >= since, GatewayLife.began_at <= until
        )
    )
    return [(began, seen) for began, seen in rows]
