"""The journal of a live room: what everybody in it has to be told, in one order, each to whom it concerns.

An entry takes the room's next number under the room's row lock and is announced with the commit; the gateways read
it once and hand it on. ``topic_of`` is the live topic; ``read`` is what the gateways and clients that come back read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import insert, literal, select, update

from app.core import clock
from app.core.database import JSON, db
from app.live import actions as live
from app.webinars.models.planning import Webinar
from app.webinars.models.room import WebinarEvent, WebinarRoom

ALL, HOSTS, LOBBY = "all", "hosts", "lobby"
MOST = 500  # entries that one reading gives


def topic_of(webinar: Webinar) -> str:
    """Return the live topic of a session's room."""
    return f"webinar:{webinar.public_id}"


def to_person(participant_id: str) -> str:
    """Return the audience of one participant (by public id)."""
    return f"p:{participant_id}"


def to_breakout(breakout_id: str) -> str:
    """Return the audience of one breakout (by public id)."""
    return f"b:{breakout_id}"


def tell(webinar: Webinar, kind: str, body: JSON | None = None, audience: str = ALL) -> int:
    """Write an entry and return its number. Holds the room's row until the transaction ends, so tell late."""
    db.session.flush()
    following = (
        update(WebinarRoom)
        .where(WebinarRoom.webinar_id == webinar.id)
        .values(number=WebinarRoom.number + 1)
        .returning(WebinarRoom.number)
        .cte("following")
    )
    given = {
        "webinar_id": literal(webinar.id),
        "number": following.c.number,
        "kind": literal(kind),
        "audience": literal(audience),
        "body": literal(body or {}, WebinarEvent.body.type),
        "at": literal(clock.now(), WebinarEvent.at.type),
    }
    written = insert(WebinarEvent).from_select(list(given), select(*given.values()))
    number = db.session.execute(written.returning(WebinarEvent.number)).scalar_one()
    live.announce_as(topic_of(webinar), int(number))
    return int(number)


def last(webinar: Webinar) -> int:
    """Return the number of a room's last entry as the present transaction sees it; 0 where there is no room."""
    asked = select(WebinarRoom.number).where(WebinarRoom.webinar_id == webinar.id)
    return db.session.scalar(asked) or 0


def read(webinar_id: int, after: int, audiences: Collection[str] | None = None) -> Sequence[WebinarEvent]:
    """Return the entries after a number, in order, at most MOST; of ``audiences`` only, or all when None."""
    wanted = select(WebinarEvent).where(WebinarEvent.webinar_id == webinar_id, WebinarEvent.number > after)
    if audiences is not None:
        wanted = wanted.where(WebinarEvent.audience.in_(audiences))
    return db.session.scalars(wanted.order_by(WebinarEvent.number).limit(MOST)).all()
