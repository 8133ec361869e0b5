"""What may be looked at only for a reason that the room's log shows: a room from outside, a name behind a pseudonym."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from app.accounts.models import User
from app.audit.verbs import Verb
from app.core import clock, scopes
from app.core.database import db
from app.core.refusal import require
from app.irooms.models import IdentityMode, RoomGlass, RoomMembership
from app.irooms.policy import may_oversee
from app.irooms.seats import Seat
from app.irooms.trail import keep, note

LONGEST = timedelta(hours=8)
SHORTEST_REASON = 20


def break_glass(seat: Seat, reason: str, hours: int) -> RoomGlass:
    """Open a room's content to an administrator who is no member, for 1..8 hours; the room's log shows it.

    Refused without a reason of at least 20 characters.
    """
    require(may_oversee(seat.actor), _("You may not do this."))
    require(seat.member is None, _("You are a member of this room."))
    require(timedelta(hours=1) <= timedelta(hours=hours) <= LONGEST, _("Choose from one to eight hours."))
    require(
        len(reason.strip()) >= SHORTEST_REASON, _("Give the reason in a full sentence. Members will read it.")
    )
    row = RoomGlass(
        room_id=seat.room.id,
        user_id=seat.actor.user_id,
        reason=reason.strip(),
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=hours),
    )
    db.session.add(row)
    db.session.flush()
    scopes.forget()
    detail = {
        "administrator": seat.actor.name,
        "reason": row.reason,
        "until": row.ends_at.strftime("%Y-%m-%d %H:%M UTC"),
    }
    keep(
        seat.room, None, Verb.ROOM_GLASS_BROKEN, "room", seat.room.public_id,
        actor=seat.actor, detail=detail, logged=True,
    )  # fmt: skip
    return row


def reveal(seat: Seat, member: RoomMembership, reason: str) -> User:
    """Return the account behind a pseudonym, to a manager who gives a reason; the room's log shows both.

    Refused without a reason of at least 20 characters, and where names are shown anyway.
    """
    require(seat.manages, _("Only a manager may do this."))
    require(seat.room.identity != IdentityMode.NAME, _("This room shows names."))
    require(
        len(reason.strip()) >= SHORTEST_REASON, _("Give the reason in a full sentence. Members will read it.")
    )
    note(
        seat, Verb.ROOM_REVEALED, "room_member", member.public_id,
        detail={"reason": reason.strip()}, about=member, logged=True,
    )  # fmt: skip
    return db.session.get_one(User, member.user_id)
