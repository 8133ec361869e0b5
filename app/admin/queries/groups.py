"""Groups with how many are in them, and who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Group, GroupMembership, User
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Counted:
    """A group and how many are in it now."""

    group: Group
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, since when."""

    person: User
    since: datetime


def groups(*, offset: int, limit: int) -> tuple[Sequence[Counted], int]:
    """Return groups, open ones first, by name, and how many there are."""
    present = (
        select(func.count())
        .where(GroupMembership.group_id == Group.id, GroupMembership.left_at.is_(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Group, present)
        .where(Group.owner == "")
        .order_by(Group.closed_at.is_not(None), func.lower(Group.name), Group.id)
        .offset(offset)
        .limit(limit)
    )
    total = db.session.scalar(select(func.count()).select_from(Group).where(Group.owner == "")) or 0
    return [Counted(*row) for row in rows], total


def members(group_id: int, *, offset: int, limit: int) -> tuple[Sequence[Member], int]:
    """Return who is in a group now, by family name, and how many there are."""
    present = GroupMembership.group_id == group_id, GroupMembership.left_at.is_(None)
    rows = db.session.execute(
        select(User, GroupMembership.joined_at)
        .join(GroupMembership, GroupMembership.user_id == User.id)
        .where(*present)
        .order_by(func.lower(User.family_name), User.id)
        .offset(offset)
        .limit(limit)
    )
    total = db.session.scalar(select(func.count()).select_from(GroupMembership).where(*present)) or 0
    return [Member(*row) for row in rows], total
