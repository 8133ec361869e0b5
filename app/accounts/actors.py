"""From a session or an API token to the actor that the gate, policies and jobs work with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from flask import has_request_context, request, session
from sqlalchemy import literal, or_, select

from app.accounts import tokens
from app.accounts.models import ApiToken, Group, GroupMembership, Role, RoleGrant, User, WebSession
from app.accounts.policy import NEED_SECOND_FACTOR, permissions_of
from app.accounts.sessions import SqlSession
from app.core import clock
from app.core.access import NOBODY, Actor
from app.core.database import db
from app.core.errors import api_path

_NEED = {role.value for role in NEED_SECOND_FACTOR}


@dataclass(frozen=True, slots=True)
class TokenActor(Actor):
    """Somebody who came with an API token: their person, with no more than the token's scopes leave."""

    token_scopes: frozenset[str] = frozenset()


def build(
    person: User,
    grants: Iterable[tuple[str, str]],
    groups: frozenset[int],
    *,
    session_row: WebSession | None = None,
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
        roles=frozenset(role for role, _ in given),
        groups=groups if person.is_approved else frozenset(),
        permissions=permissions_of(effective),
    )


def from_request() -> Actor:
    """Return who asks: under /api/ the bearer of a token and nobody else, elsewhere whom the session belongs to."""
    return from_bearer() if has_request_context() and api_path() else from_session()


def from_session() -> Actor:
    """Return who the present session belongs to; NOBODY for a visitor or a closed account."""
    present = session._get_current_object() if has_request_context() else None  # type: ignore[attr-defined]
    if not isinstance(present, SqlSession) or present.person is None or not present.person.active:
        return NOBODY
    return build(present.person, present.grants, present.groups, session_row=present.row)


def from_bearer() -> Actor:
    """Return whom the request's token stands for; NOBODY without a living one."""
    sent = request.authorization
    found = tokens.find(sent.token) if sent is not None and sent.type == "bearer" and sent.token else None
    return of_token(*found) if found else NOBODY


def of_token(token: ApiToken, person: User) -> TokenActor:
    """Return the actor for the bearer of a token: what its person may do now, within the token's scopes.

    A role that needs a second factor gives nothing to a token made without one, or when the person has none any more.
    """
    held = of_person(person, second_factor=token.second_factor and bool(person.tf_primary_method))
    within = tokens.permissions_within(token.scopes)
    values = {one.name: getattr(held, one.name) for one in fields(Actor)} | {
        "token_id": token.id,
        "permissions": {one: scopes for one, scopes in held.permissions.items() if one in within},
    }
    return TokenActor(**values, token_scopes=frozenset(token.scopes))


def of_person(person: User, *, second_factor: bool | None = None) -> Actor:
    """Return the actor for a person outside a session: in a job, a command, a token, a test.

    ``second_factor`` says whether they gave one; left out, whether they have set one up.
    """
    now = clock.now()
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope)
        .where(RoleGrant.user_id == person.id, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
    )
    factor = bool(person.tf_primary_method) if second_factor is None else second_factor
    groups = db.session.scalars(
        select(GroupMembership.group_id)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(GroupMembership.user_id == person.id, GroupMembership.left_at.is_(None))
        .where(or_(GroupMembership.ends_at.is_(None), GroupMembership.ends_at > now))
        .where(or_(~Group.second_factor, literal(factor)))
    )
    return build(
        person, [(role, scope) for role, scope in grants], frozenset(groups), second_factor=second_factor
    )
