"""Members: let in, changed, renewed, out again. A member's group and live connections follow at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.accounts.locking import lock
from app.accounts.models import User
from app.audit.verbs import Verb
from app.core import clock, scopes
from app.core.database import db
from app.core.events import publish
from app.core.refusal import require
from app.irooms.events import MemberJoined, MemberLeft
from app.irooms.models import Room, RoomAcceptance, RoomMembership, RoomRole, RoomTerms
from app.irooms.policy import may_change
from app.irooms.register import tell
from app.irooms.scopes import room_scope
from app.irooms.seats import Seat, present
from app.irooms.trail import keep, note
from app.irooms.vocabulary import ALIASES
from app.live import actions as live
from app.records.models import Verb as Fact


def admit(
    room: Room, user_id: int, role: str, *, accepts_terms: bool = False, ends: bool = True
) -> RoomMembership:
    """Let a person in: a new member, or the same member again. ``ends`` gives the room's usual end date.

    Who is in already stays as they are.
    """
    lock(room)
    ends_at = clock.now() + timedelta(days=room.membership_days) if ends and room.membership_days else None
    member = db.session.scalars(
        select(RoomMembership).where(RoomMembership.room_id == room.id, RoomMembership.user_id == user_id)
    ).one_or_none()
    if member is not None and holds(member):
        return member
    if member is None:
        member = _new_member(room, user_id)
    member.role, member.ends_at, member.left_at, member.left_how = role, ends_at, None, ""
    member.joined_at = clock.now()
    if accepts_terms:
        member.terms_accepted = room.terms_version
    db.session.flush()
    sync_group(room, member)
    scopes.forget()
    keep(room, member, Verb.ROOM_JOINED, "room_member", member.public_id, detail={"role": role}, logged=True)
    tell(room, member, Fact.JOINED, {"role": role})
    publish(MemberJoined(room.id, member.id))
    return member


def holds(member: RoomMembership) -> bool:
    """Whether a membership holds now."""
    return member.left_at is None and (member.ends_at is None or member.ends_at > clock.now())


def accept_terms(seat: Seat, version: int) -> None:
    """Accept the terms as they are now. Refused when they were changed since they were shown."""
    assert seat.member is not None
    lock(seat.room)
    require(
        version == seat.room.terms_version, _("The terms have just been changed. Please read them again.")
    )
    if seat.member.terms_accepted == version:
        return
    seat.member.terms_accepted = version
    db.session.merge(RoomAcceptance(membership_id=seat.member.id, version=version, accepted_at=clock.now()))
    db.session.flush()
    sync_group(seat.room, seat.member)
    scopes.forget()
    note(
        seat, Verb.ROOM_TERMS_ACCEPTED, "room", seat.room.public_id,
        detail={"version": version}, logged=True, managers_only=True,
    )  # fmt: skip


def change_member(seat: Seat, member: RoomMembership, *, role: str, ends_at: datetime | None) -> bool:
    """Give a member another role or end date (aware; None: no end); False when nothing differs.

    Refused to others than managers, for oneself, for an end that has passed.
    """
    require(may_change(seat, member), _("You may not change this membership."))
    require(ends_at is None or ends_at > clock.now(), _("Choose an end that is still to come."))
    lock(seat.room)
    lock(member)
    require(holds(member), _("This membership has ended."))
    if (member.role, member.ends_at) == (RoomRole(role), ends_at):
        return False
    member.role, member.ends_at = RoomRole(role), ends_at
    db.session.flush()
    sync_group(seat.room, member)
    live.cut(member.user_id, room_scope(seat.room.id))  # what they may follow is asked again
    note(
        seat, Verb.ROOM_MEMBER_CHANGED, "room_member", member.public_id,
        detail={"role": role}, about=member, logged=True,
    )  # fmt: skip
    return True


def renew(seat: Seat, member: RoomMembership) -> None:
    """Give a member the room's usual time again, from now."""
    days = seat.room.membership_days
    change_member(
        seat, member, role=member.role, ends_at=clock.now() + timedelta(days=days) if days else None
    )


def remove(seat: Seat, member: RoomMembership) -> None:
    """Remove a member. Refused to others than managers, and for oneself."""
    require(may_change(seat, member), _("You may not change this membership."))
    lock(seat.room)
    lock(member)
    if member.left_at is None:
        _end(seat.room, member, "removed")
        note(seat, Verb.ROOM_LEFT, "room_member", member.public_id, detail={"how": "removed"}, about=member)


def leave(seat: Seat) -> None:
    """Leave a room. Refused to its last manager."""
    assert seat.member is not None
    lock(seat.room)
    lock(seat.member)
    require(
        not is_last_manager(seat.room, seat.member),
        _("You are the room's only manager. Make somebody else a manager first, or close the room."),
    )
    if seat.member.left_at is None:
        _end(seat.room, seat.member, "left")


def expire_due() -> int:
    """End the memberships whose end has come; returns how many. Access had ended by itself at that moment."""
    due = db.session.scalars(
        select(RoomMembership)
        .where(RoomMembership.left_at.is_(None), RoomMembership.ends_at <= clock.now())
        .order_by(RoomMembership.id)
        .with_for_update(skip_locked=True)
    ).all()
    for member in due:
        _end(db.session.get_one(Room, member.room_id), member, "expired")
    return len(due)


def end_all_of(user_id: int) -> None:
    """End every membership of an account that is closed."""
    rows = db.session.scalars(
        select(RoomMembership)
        .where(RoomMembership.user_id == user_id, RoomMembership.left_at.is_(None))
        .with_for_update()
    ).all()
    for member in rows:
        _end(db.session.get_one(Room, member.room_id), member, "closed")


def is_last_manager(room: Room, member: RoomMembership) -> bool:
    """Whether nobody would manage the room without this member; the room is locked by the caller."""
    others = (
        select(func.count())
        .select_from(RoomMembership)
        .where(RoomMembership.room_id == room.id, RoomMembership.id != member.id)
        .where(RoomMembership.role == RoomRole.MANAGER, present())
    )
    return member.role == RoomRole.MANAGER and room.closed_at is None and not db.session.scalar(others)


def sync_group(room: Room, member: RoomMembership) -> None:
    """Let the member be in the room's group exactly while they are in the room and have accepted its terms."""
    if holds(member) and member.terms_accepted >= room.terms_version:
        accounts.keep_in(room.group_id, member.user_id, member.ends_at)
    else:
        accounts.keep_out(room.group_id, member.user_id)


def sync_groups(room: Room) -> None:
    """Do so for every member, after the terms changed."""
    for member in db.session.scalars(
        select(RoomMembership).where(RoomMembership.room_id == room.id, present())
    ):
        sync_group(room, member)


def terms_of(room: Room) -> RoomTerms | None:
    """Return the terms in force."""
    return db.session.get(RoomTerms, (room.id, room.terms_version)) if room.terms_version else None


def _new_member(room: Room, user_id: int) -> RoomMembership:
    room.last_number += 1
    member = RoomMembership(
        room_id=room.id, user_id=user_id, number=room.last_number, alias=_free_alias(room), left_how=""
    )
    db.session.add(member)
    person = db.session.get_one(User, user_id)
    member.covers = {"topics": [room.topic], "countries": [], "languages": list(person.working_languages)}
    return member


def _free_alias(room: Room) -> str:
    """Return a pseudonym that nobody in the room has or had; the room is locked."""
    taken = set(db.session.scalars(select(RoomMembership.alias).where(RoomMembership.room_id == room.id)))
    words = list(ALIASES)
    while True:
        alias = f"{secrets.choice(words)}-{10 + secrets.randbelow(90 if len(taken) < 2_000 else 99_990)}"
        if alias not in taken:
            return alias


def _end(room: Room, member: RoomMembership, how: str) -> None:
    member.left_at, member.left_how = clock.now(), how
    db.session.flush()
    accounts.keep_out(room.group_id, member.user_id)
    scopes.forget()
    live.cut(member.user_id, room_scope(room.id))
    keep(room, member, Verb.ROOM_LEFT, "room_member", member.public_id, detail={"how": how}, logged=True)
    tell(room, member, Fact.LEFT, {"how": how})
    publish(MemberLeft(room.id, member.id, room.group_id, member.user_id))


def touch(seat: Seat) -> None:
    """Note a visit: what came since the visit before is new. Visits within half an hour are one."""
    member = seat.member
    if member is None:
        return
    now = clock.now()
    if member.visited_at is not None and now - member.visited_at < timedelta(minutes=30):
        return
    member.visited_before, member.visited_at = member.visited_at, now
