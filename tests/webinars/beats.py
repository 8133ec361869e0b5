"""Beats as a gateway hands them on, without one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.database import db
from app.live.beats import Beat
from app.webinars.attendance_keeper import keep
from app.webinars.models.planning import State, Webinar
from app.webinars.models.room import Step
from tests.webinars.scene import WebinarScene

PERIOD = timedelta(seconds=10)


def beat(
    scene: WebinarScene, user_id: int, n: int, at: datetime, *, connection: str = "one", step: str = Step.FULL
) -> Beat:
    """Return a beat of somebody in a session's room."""
    return Beat(user_id, f"webinar:{scene.public_id}", connection, n, step, at)


def stay(
    scene: WebinarScene, user_id: int, begins: datetime, ends: datetime, *, connection: str = "one",
    step: str = Step.FULL, first: int = 1,
) -> set[tuple[str, int]]:  # fmt: skip
    """Keep the beats of somebody who is there from ``begins`` to ``ends``, the last one at the end."""
    return keep(list(_beats(scene, user_id, begins, ends, connection, step, first)))


def _beats(
    scene: WebinarScene,
    user_id: int,
    begins: datetime,
    ends: datetime,
    connection: str,
    step: str,
    first: int,
) -> Iterable[Beat]:
    at, n = begins, first
    while at < ends:
        yield beat(scene, user_id, n, at, connection=connection, step=step)
        at, n = at + PERIOD, n + 1
    yield beat(scene, user_id, n, ends, connection=connection, step=step)


def end(scene: WebinarScene, at: datetime) -> Webinar:
    """End a session, as the room does, without its room."""
    webinar = scene.webinar()
    webinar.state, webinar.closed_at = State.ENDED, at
    db.session.flush()
    return webinar
