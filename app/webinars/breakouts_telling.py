"""Entries for many people at once: each their own, under numbers that are taken together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, update

from app.core import clock
from app.core.database import JSON, db
from app.live import actions as live
from app.webinars.journal import to_person, topic_of
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarEvent, WebinarRoom


def tell_each(webinar: Webinar, kind: str, told: Sequence[tuple[str, JSON]]) -> None:
    """Write one entry for each (participant's public id, body). Three statements, however many they are."""
    if not told:
        return
    last = db.session.execute(
        update(WebinarRoom)
        .where(WebinarRoom.webinar_id == webinar.id)
        .values(number=WebinarRoom.number + len(told))
        .returning(WebinarRoom.number)
    ).scalar_one()
    now, first = clock.now(), last - len(told) + 1
    db.session.execute(
        insert(WebinarEvent),
        [
            {
                "webinar_id": webinar.id, "number": number, "kind": kind,
                "audience": to_person(person), "body": body, "at": now,
            }
            for number, (person, body) in enumerate(told, first)
        ],
    )  # fmt: skip
    live.announce(topic_of(webinar), {"n": last})
