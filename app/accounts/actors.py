"""From a session or an API token to the actor that the gate, policies and jobs work with."""

from __future__ import annotations

from collections.abc import Iterable

from flask import has_request_context, session
from sqlalchemy import or_, select

from app.accounts.models import GroupMembership, Role, RoleGrant, User, WebSession
from app.accounts.policy import NEED_SECOND_FACTOR, permissions_of
from app.accounts.sessions import SqlSession
from app.core import clock
from app.core.access import NOBODY, Actor
from app.core.database import db

_NEED = {role.value for role in NEED_SECOND_FACTOR}


def build(
    person: User,
    grants: Iterable[tuple[str, str]],
    groups: frozenset[int],
    *,
    session_row: WebSession | None = None,
    token_id: int | None = None,
    second_factor: bool | None = None,
) -> Actor:
    """Return the actor of a person with present ``grants`` (role, scope).

    Every approved person is a practitioner. A role that needs a second factor gives nothing until there is one.
    """
    with_factor = bool(person.tf_primary_method) if second_factor is None else second_factor
    given = [(Role.PRACTITIONER.value, "*"), *grants] if person.is_approved else []
    effective = [(role, scope) for role, scope in given if with_factor or role not in _NEED]
    return Actor(
        user_id=person.id,
        public_id=person.public_id,
        email=person.email,
        name=person.name,
        language=person.language,
        zone=person.zone,
        country=person.country,
        approved=person.is_approved,
        second_factor=with_factor,
        session_id=session_row.id if session_row else None,
        token_id=token_id,
        roles=frozenset(role for role, _ in given),
        groups=groups if person.is_approved else frozenset(),
        permissions=permissions_of(effective),
    )


def from_session() -> Actor:
    """Return who the present session belongs to; NOBODY for a visitor or a closed account."""
    present = session._get_current_object() if has_request_context() else None  # type: ignore[attr-defined]
    if not isinstance(present, SqlSession) or present.person is None or not present.person.active:
        return NOBODY
    return build(present.person, present.grants, present.groups, session_row=present.row)


def of_person(person: User) -> Actor:
    """Return the actor for a person outside a session: in a job, a command, a token, a test."""
    now = clock.now()
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope)
        .where(RoleGrant.user_id == person.id, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
    )
    groups = db.session.scalars(
        select(GroupMembership.group_id).where(GroupMembership.user_id == person.id, GroupMembership.left_at.is_(None))
    )
    return build(person, [(role, scope) for role, scope in grants], frozenset(groups))
