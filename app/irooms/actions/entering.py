"""Ways into a room: an invitation accepted, a request approved, a group one is in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts.locking import lock
from app.accounts.models import User
from app.accounts.queries import by_email
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.mail import send
from app.core.refusal import require
from app.irooms import notices
from app.irooms.actions.membership import admit
from app.irooms.models import Room, RoomInvitation, RoomMembership, RoomRequest, RoomRole
from app.irooms.policy import may_ask_to_enter, may_walk_in
from app.irooms.scopes import managers_scope
from app.irooms.seats import Seat, present
from app.irooms.trail import keep, note
from app.notifications.actions import notify

INVITATION_LIFE = timedelta(days=14)


def invite(seat: Seat, email: str, role: str) -> RoomInvitation:
    """Invite an address (normalised) by mail; a second invitation replaces the first. Refused for who is in already."""
    require(seat.manages, _("Only a manager may do this."))
    require(seat.room.closed_at is None, _("The room is closed."))
    known = by_email(email)
    require(known is None or not _is_member(seat.room, known), _("This person is in the room already."))
    _withdraw_open(seat.room, email)
    token = secrets.token_urlsafe(32)
    row = RoomInvitation(
        room_id=seat.room.id,
        email=email,
        role=RoomRole(role),
        digest=digest(token),
        invited_by=seat.member_id,
        created_at=clock.now(),
        expires_at=clock.now() + INVITATION_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    send(notices.invitation(seat.room, row, token, known))
    note(
        seat, Verb.ROOM_INVITED, "room_invitation", row.public_id,
        detail={"role": role}, logged=True, managers_only=True,
    )  # fmt: skip
    return row


def revoke(seat: Seat, invitation: RoomInvitation) -> None:
    """Take an invitation back; its link is dead at once."""
    require(seat.manages, _("Only a manager may do this."))
    lock(invitation)
    require(invitation.accepted_at is None, _("This invitation was accepted already."))
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        note(
            seat, Verb.ROOM_INVITATION_REVOKED, "room_invitation", invitation.public_id,
            logged=True, managers_only=True,
        )  # fmt: skip


def accept(actor: Actor, invitation: RoomInvitation) -> Room:
    """Come in by an invitation to one's own address; once. Refused when it was used, revoked, or has expired."""
    lock(invitation)
    require(
        open_to(actor, invitation), _("This invitation was used already, was taken back, or has expired.")
    )
    room = db.session.get_one(Room, invitation.room_id)
    require(room.closed_at is None, _("The room is closed."))
    invitation.accepted_at = clock.now()
    assert actor.user_id is not None
    admit(room, actor.user_id, invitation.role)
    return room


def open_to(actor: Actor, invitation: RoomInvitation) -> bool:
    """Whether the invitation may still be accepted by the actor."""
    return (
        actor.approved
        and actor.email == invitation.email
        and invitation.accepted_at is None
        and invitation.revoked_at is None
        and invitation.expires_at > clock.now()
    )


def ask(seat: Seat, reason: str) -> RoomRequest:
    """Ask to come in, with a reason. Refused where requests are not taken or one waits already."""
    require(may_ask_to_enter(seat), _("This room takes no requests."))
    require(bool(reason.strip()), _("Say why you would like to come in."))
    lock(seat.room)
    require(waiting_request(seat) is None, _("Your request is waiting already."))
    row = RoomRequest(
        room_id=seat.room.id, user_id=seat.actor.user_id, reason=reason.strip(), created_at=clock.now()
    )
    db.session.add(row)
    db.session.flush()
    keep(seat.room, None, Verb.ROOM_REQUESTED, "room_request", row.public_id, actor=seat.actor, logged=True,
         managers_only=True)  # fmt: skip
    notify(
        managers_of(seat.room),
        "room.requested",
        managers_scope(seat.room.id),
        notices.room_params(seat.room),
        topic=f"room:{seat.room.id}:requests",
    )
    return row


def withdraw_request(seat: Seat) -> None:
    """Take one's waiting request back."""
    row = waiting_request(seat)
    if row is not None:
        row.state, row.decided_at = "withdrawn", clock.now()


def decide(seat: Seat, request: RoomRequest, *, approve: bool, answer: str = "") -> None:
    """Approve or decline a request (a reason for declining is told to who asked). Refused when it was decided."""
    require(seat.manages, _("Only a manager may do this."))
    lock(request)
    require(request.state == "waiting", _("This request has been decided already."))
    require(approve or bool(answer.strip()), _("Say why, in a sentence that the person can use."))
    request.state = "approved" if approve else "declined"
    request.answer, request.decided_at = answer.strip(), clock.now()
    note(
        seat, Verb.ROOM_REQUEST_DECIDED, "room_request", request.public_id,
        detail={"decision": request.state}, logged=True, managers_only=True,
    )  # fmt: skip
    if approve:
        admit(seat.room, request.user_id, RoomRole.MEMBER)
    send(notices.decision(seat.room, request, db.session.get_one(User, request.user_id)))


def walk_in(seat: Seat) -> RoomMembership:
    """Come in as one of the group that may."""
    require(may_walk_in(seat), _("You cannot come in this way."))
    assert seat.actor.user_id is not None
    return admit(seat.room, seat.actor.user_id, RoomRole.MEMBER)


def waiting_request(seat: Seat) -> RoomRequest | None:
    """Return the actor's own request that waits."""
    return db.session.scalars(
        select(RoomRequest).where(
            RoomRequest.room_id == seat.room.id,
            RoomRequest.user_id == (seat.actor.user_id or 0),
            RoomRequest.state == "waiting",
        )
    ).one_or_none()


def managers_of(room: Room) -> list[int]:
    """Return the accounts of a room's present managers."""
    return list(
        db.session.scalars(
            select(RoomMembership.user_id).where(
                RoomMembership.room_id == room.id, RoomMembership.role == RoomRole.MANAGER, present()
            )
        )
    )


def digest(token: str) -> bytes:
    """Return what is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).digest()


def _is_member(room: Room, person: User) -> bool:
    found = select(RoomMembership.id).where(
        RoomMembership.room_id == room.id, RoomMembership.user_id == person.id, present()
    )
    return db.session.scalar(found) is not None


def _withdraw_open(room: Room, email: str) -> None:
    db.session.execute(
        update(RoomInvitation)
        .where(RoomInvitation.room_id == room.id, RoomInvitation.email == email)
        .where(RoomInvitation.accepted_at.is_(None), RoomInvitation.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
