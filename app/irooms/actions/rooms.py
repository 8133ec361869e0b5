"""Rooms as such: opened, given a policy and terms, closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from app.accounts import actions as accounts
from app.accounts.locking import lock
from app.accounts.models import Group
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.membership import admit, sync_groups
from app.irooms.models import Download, Entry, IdentityMode, Room, RoomMembership, RoomRole, RoomTerms
from app.irooms.policy import hides_more, may_open
from app.irooms.register import describe_room
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.records.models import Activity

GROUP_OWNER = "room"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who gets in and what they see; the members are columns of ``room``."""

    listed: bool = False
    entry: str = Entry.INVITATION
    entry_group_id: int | None = None
    second_factor: bool = False
    membership_days: int | None = None
    identity: str = IdentityMode.NAME
    download: str = Download.STAMPED
    mail_names: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a room is for."""

    title: str
    topic: str = "other"
    purpose: str = ""
    languages: list[str] = field(default_factory=list)


def open_room(actor: Actor, about: About, policy: Policy, terms: str = "") -> Seat:
    """Open a room; the actor is its first manager. Refused for who may not open rooms, and for an unfit policy."""
    require(may_open(actor), _("You may not open rooms."))
    _check(policy)
    group = accounts.own_group(GROUP_OWNER, "")
    room = Room(group_id=group.id, created_by=actor.user_id, created_at=clock.now(), last_number=0)
    _apply(room, about, policy)
    db.session.add(room)
    db.session.flush()
    _sync_factor(room)
    if terms.strip():
        _add_terms(room, terms)
    describe_room(room)
    assert actor.user_id is not None
    member = admit(room, actor.user_id, RoomRole.MANAGER, accepts_terms=True, ends=False)
    seat = Seat(actor, room, member)
    note(seat, Verb.ROOM_OPENED, "room", room.public_id, logged=True)
    return seat


def change_room(seat: Seat, about: About, policy: Policy) -> bool:
    """Change what a room is for and its policy; False when nothing differs.

    Refused when the identity mode would show more than was promised to those who joined under it.
    """
    require(seat.manages, _("Only a manager may do this."))
    lock(seat.room)
    room = seat.room
    _check(policy)
    before = asdict(_policy_of(room)) | asdict(_about_of(room))
    require(
        hides_more(room.identity, policy.identity) or not _others_have_joined(room),
        _("Members joined under the promise that less is shown of them. This cannot be taken back."),
    )
    require(
        policy.identity != IdentityMode.PSEUDONYM or not _hosts_training(room),
        _(
            "A course is for this room’s members only; the list of its participants would name them. Open it first."
        ),
    )
    after = asdict(policy) | asdict(about)
    if before == after:
        return False
    _apply(room, about, policy)
    db.session.flush()
    _sync_factor(room)
    describe_room(room)
    changed = sorted(name for name, value in after.items() if before[name] != value)
    note(seat, Verb.ROOM_POLICY_CHANGED, "room", room.public_id, detail={"changed": changed}, logged=True)
    return True


def set_terms(seat: Seat, text: str) -> int:
    """Write a new version of the terms, which members accept before they go on; empty: none. Returns the version."""
    require(seat.manages, _("Only a manager may do this."))
    lock(seat.room)
    version = _add_terms(seat.room, text) if text.strip() else _drop_terms(seat.room)
    assert seat.member is not None
    seat.member.terms_accepted = version  # who writes them accepts them
    db.session.flush()
    sync_groups(seat.room)
    note(seat, Verb.ROOM_TERMS_SET, "room", seat.room.public_id, detail={"version": version}, logged=True)
    return version


def close_room(seat: Seat) -> None:
    """Close a room: members may still read, nobody writes, nobody comes in."""
    require(seat.manages, _("Only a manager may do this."))
    lock(seat.room)
    require(seat.room.closed_at is None, _("The room is closed already."))
    seat.room.closed_at = clock.now()
    db.session.flush()
    note(seat, Verb.ROOM_CLOSED, "room", seat.room.public_id, logged=True)


def _check(policy: Policy) -> None:
    require(
        policy.entry != Entry.GROUP or policy.entry_group_id is not None,
        _("Choose the group that may come in."),
    )
    require(
        policy.entry != Entry.REQUEST or policy.listed,
        _("Nobody can ask to come into a room that is not listed. List it, or choose another entry."),
    )


def _apply(room: Room, about: About, policy: Policy) -> None:
    for name, value in (asdict(about) | asdict(policy)).items():
        setattr(room, name, value)


def _policy_of(room: Room) -> Policy:
    return Policy(**{name: getattr(room, name) for name in Policy.__dataclass_fields__})


def _about_of(room: Room) -> About:
    return About(**{name: getattr(room, name) for name in About.__dataclass_fields__})


def _others_have_joined(room: Room) -> bool:
    joined = select(func.count()).select_from(RoomMembership).where(RoomMembership.room_id == room.id)
    return int(db.session.scalar(joined) or 0) > 1


def _hosts_training(room: Room) -> bool:
    hosted = select(Activity.key).where(Activity.group_id == room.group_id).limit(1)
    return db.session.scalar(hosted) is not None


def _sync_factor(room: Room) -> None:
    """The room's group asks for what the room asks for, so that its courses do, too."""
    db.session.execute(
        update(Group)
        .where(Group.id == room.group_id)
        .values(second_factor=room.second_factor, name=room.title)
    )


def _add_terms(room: Room, text: str) -> int:
    last = db.session.scalar(select(func.max(RoomTerms.version)).where(RoomTerms.room_id == room.id)) or 0
    room.terms_version = last + 1
    db.session.add(
        RoomTerms(room_id=room.id, version=room.terms_version, text=text.strip(), created_at=clock.now())
    )
    db.session.flush()
    return room.terms_version


def _drop_terms(room: Room) -> int:
    room.terms_version = 0
    return 0
