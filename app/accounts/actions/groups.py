"""Groups (cohorts): made, filled, emptied, closed. Courses, rooms and webinars meet through them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.events import RightsChanged
from app.accounts.locking import lock
from app.accounts.models import Group, GroupMembership, User
from app.accounts.refusal import by, require
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.permissions import Permission


def create_group(actor: Actor | None, name: str, description: str = "") -> Group:
    """Make a group. Refused without a name."""
    _check(actor)
    require(bool(name.strip()), _("Give the group a name."))
    group = Group(name=name.strip(), description=description.strip(), created_at=clock.now())
    db.session.add(group)
    db.session.flush()
    record(actor, Verb.GROUP_CREATED, "group", group.public_id, detail={"name": group.name})
    return group


def rename_group(actor: Actor | None, group: Group, name: str, description: str = "") -> bool:
    """Change what a group is called and what it is for; False when nothing differs. Refused without a name."""
    _check(actor)
    require(group.closed_at is None, _("This group is closed."))
    require(bool(name.strip()), _("Give the group a name."))
    if (group.name, group.description) == (name.strip(), description.strip()):
        return False
    group.name, group.description = name.strip(), description.strip()
    db.session.flush()
    record(actor, Verb.GROUP_RENAMED, "group", group.public_id, detail={"name": group.name})
    return True


def add_to_group(actor: Actor | None, group: Group, person: User) -> bool:
    """Put a person into a group; False when they are in it already."""
    _check(actor)
    require(group.closed_at is None, _("This group is closed."))
    row = {"group_id": group.id, "user_id": person.id, "joined_at": clock.now(), "added_by": by(actor)}
    added = db.session.execute(
        insert(GroupMembership).values(row).on_conflict_do_nothing().returning(GroupMembership.id)
    ).scalar_one_or_none()
    if added is None:
        return False
    record(
        actor,
        Verb.GROUP_MEMBER_ADDED,
        "group",
        group.public_id,
        personal={"person": person.public_id},
        person_id=person.id,
    )
    return True


def remove_from_group(actor: Actor | None, group: Group, person: User) -> bool:
    """End a membership now; False when there was none. The history stays."""
    _check(actor)
    ended = db.session.execute(
        update(GroupMembership)
        .where(
            GroupMembership.group_id == group.id,
            GroupMembership.user_id == person.id,
            GroupMembership.left_at.is_(None),
        )
        .values(left_at=clock.now())
        .returning(GroupMembership.id)
    ).scalar_one_or_none()
    if ended is None:
        return False
    publish(RightsChanged(person.id))
    record(
        actor,
        Verb.GROUP_MEMBER_REMOVED,
        "group",
        group.public_id,
        personal={"person": person.public_id},
        person_id=person.id,
    )
    return True


def close_group(actor: Actor | None, group: Group) -> None:
    """Close a group: every membership ends, nobody joins any more."""
    _check(actor)
    lock(group)
    require(group.closed_at is None, _("This group is closed."))
    group.closed_at = clock.now()
    left = db.session.scalars(
        update(GroupMembership)
        .where(GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None))
        .values(left_at=group.closed_at)
        .returning(GroupMembership.user_id)
    )
    for user_id in left.all():
        publish(RightsChanged(user_id))
    record(actor, Verb.GROUP_CLOSED, "group", group.public_id)


def own_group(owner: str, name: str) -> Group:
    """Make a group that a feature keeps (``owner`` names it); the feature audits who is in it."""
    group = Group(name=name, owner=owner, created_at=clock.now())
    db.session.add(group)
    db.session.flush()
    return group


def keep_in(group_id: int, user_id: int, ends_at: datetime | None = None) -> None:
    """Let a person be in a feature's group until ``ends_at`` (None: no end); who is in it already gets the new end."""
    row = {"group_id": group_id, "user_id": user_id, "joined_at": clock.now(), "ends_at": ends_at}
    statement = insert(GroupMembership).values(row)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[GroupMembership.group_id, GroupMembership.user_id],
            index_where=GroupMembership.left_at.is_(None),
            set_={"ends_at": ends_at},
        )
    )


def keep_out(group_id: int, user_id: int | None = None) -> None:
    """End a person's (None: everybody's) presence in a feature's group now."""
    present = (GroupMembership.group_id == group_id, GroupMembership.left_at.is_(None))
    whose = () if user_id is None else (GroupMembership.user_id == user_id,)
    db.session.execute(update(GroupMembership).where(*present, *whose).values(left_at=clock.now()))


def _check(actor: Actor | None) -> None:
    require(actor is None or actor.may(Permission.GROUPS_MANAGE), _("You may not manage groups."))
