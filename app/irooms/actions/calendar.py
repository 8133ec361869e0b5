"""The calendar of a room: managers make entries, move them, cancel them. Every change counts the sequence up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.core.texts import lazy_gettext as _l
from app.irooms import discussion_notices as notices
from app.irooms.models.discussion import RoomEvent
from app.irooms.seats import Seat
from app.irooms.trail import log_words, note

LONGEST = timedelta(days=31)
log_words(
    {
        Verb.ROOM_EVENT_MADE: _l("%(who)s added an entry to the calendar"),
        Verb.ROOM_EVENT_CHANGED: _l("%(who)s changed an entry of the calendar"),
        Verb.ROOM_EVENT_CANCELLED: _l("%(who)s cancelled an entry of the calendar"),
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an entry says; times are aware, ``zone`` is the IANA zone it takes place in. Columns of ``room_event``."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""
    link: str = ""
    description: str = ""


def make_event(seat: Seat, plan: Plan) -> RoomEvent:
    """Add an entry; every member is told. Refused to others than managers, in a closed room, for unfit times."""
    _check(seat, plan)
    event = RoomEvent(room_id=seat.room.id, author_id=seat.member_id, created_at=clock.now(), **asdict(plan))
    db.session.add(event)
    db.session.flush()
    note(seat, Verb.ROOM_EVENT_MADE, "room_event", event.public_id, logged=True)
    notices.told_of_event(seat.room, event, "made", seat.member_id)
    return event


def change_event(seat: Seat, event: RoomEvent, plan: Plan) -> bool:
    """Change an entry; False when nothing differs. Members are told when its time or place is another one."""
    _check(seat, plan)
    lock(event)
    require(event.cancelled_at is None, _("This entry was cancelled. Make a new one."))
    before = {name: getattr(event, name) for name in Plan.__dataclass_fields__}
    after = asdict(plan)
    if before == after:
        return False
    for name, value in after.items():
        setattr(event, name, value)
    event.sequence += 1
    event.changed_at = clock.now()
    db.session.flush()
    note(seat, Verb.ROOM_EVENT_CHANGED, "room_event", event.public_id, logged=True)
    if any(before[name] != after[name] for name in ("starts_at", "ends_at", "zone", "place", "link")):
        notices.told_of_event(seat.room, event, "moved", seat.member_id)
    else:
        notices.event_renamed(event)
    return True


def cancel_event(seat: Seat, event: RoomEvent) -> None:
    """Cancel an entry: it stays, and says so, also in calendars that have it already."""
    _require_manager(seat)
    lock(event)
    if event.cancelled_at is not None:
        return
    event.cancelled_at = event.changed_at = clock.now()
    event.sequence += 1
    db.session.flush()
    note(seat, Verb.ROOM_EVENT_CANCELLED, "room_event", event.public_id, logged=True)
    notices.told_of_event(seat.room, event, "cancelled", seat.member_id)


def is_web_address(text: str) -> bool:
    """Whether a link may be followed: http or https, with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _require_manager(seat: Seat) -> None:
    require(seat.manages, _("Only a manager may do this."))
    require(seat.writes, _("The room is closed."))


def _check(seat: Seat, plan: Plan) -> None:
    _require_manager(seat)
    require(plan.ends_at >= plan.starts_at, _("The end lies before the beginning."))
    require(plan.ends_at - plan.starts_at <= LONGEST, _("An entry lasts at most a month."))
    require(not plan.link or is_web_address(plan.link), _("Give a web address that begins with https://"))
