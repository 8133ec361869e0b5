"""Roles are granted from a day to a day, for a scope; ending a grant keeps its history."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.accounts import queries
from app.accounts.countries import COUNTRIES
from app.accounts.events import RightsChanged
from app.accounts.locking import lock
from app.accounts.models import Role, RoleGrant, User
from app.accounts.policy import may_grant
from app.accounts.refusal import by, require
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import EVERYWHERE, Actor
from app.core.database import db
from app.core.events import publish

_COURSE = re.compile(r"course:[a-z0-9][a-z0-9-]{0,79}")


def valid_scope(scope: str) -> bool:
    """Whether ``scope`` is everywhere, one course or one country."""
    kind, _colon, value = scope.partition(":")
    return scope == EVERYWHERE or bool(_COURSE.fullmatch(scope)) or (kind == "country" and value in COUNTRIES)


def grant_role(
    actor: Actor | None,
    person: User,
    role: Role,
    scope: str = EVERYWHERE,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    note: str = "",
) -> RoleGrant:
    """Grant ``role`` for ``scope`` (``*``, ``course:<slug>``, ``country:<CC>``) and return the grant.

    Refused for what the actor does not hold, a wrong scope or period, and a grant the person has already.
    """
    start = starts_at or clock.now()
    require(valid_scope(scope), _("Choose everywhere, one course or one country."))
    require(ends_at is None or ends_at > start, _("The end must be after the beginning."))
    require(actor is None or may_grant(actor, role, scope), _("You can grant only what you hold yourself."))
    require(person.active, _("This account is closed or suspended."))
    lock(person)
    require(not _held(person, role, scope, start, ends_at), _("This role is granted for that time already."))
    grant = RoleGrant(
        user_id=person.id,
        role=role.value,
        scope=scope,
        starts_at=start,
        ends_at=ends_at,
        granted_by=by(actor),
        note=note,
    )
    db.session.add(grant)
    db.session.flush()
    record(
        actor, Verb.ROLE_GRANTED, "person", person.public_id, detail=_described(grant), person_id=person.id
    )
    return grant


def end_grant(actor: Actor | None, grant: RoleGrant) -> None:
    """End a grant now. Refused for what the actor does not hold, and for the last administrator."""
    lock(grant)
    person = db.session.get_one(User, grant.user_id)
    now = clock.now()
    require(
        actor is None or may_grant(actor, Role(grant.role), grant.scope),
        _("You can end only what you hold yourself."),
    )
    require(grant.ends_at is None or grant.ends_at > now, _("This role has ended already."))
    if grant.role == Role.ADMINISTRATOR:
        require(
            not queries.is_last_administrator(person),
            _("This is the only administrator; make another one first."),
        )
    grant.ends_at = max(now, grant.starts_at)
    db.session.flush()
    publish(RightsChanged(person.id))
    record(actor, Verb.ROLE_ENDED, "person", person.public_id, detail=_described(grant), person_id=person.id)


def _described(grant: RoleGrant) -> dict[str, str]:
    period = {
        "starts_at": grant.starts_at.isoformat(),
        "ends_at": grant.ends_at.isoformat() if grant.ends_at else "",
    }
    return {"role": grant.role, "scope": grant.scope, **period}


def _held(person: User, role: Role, scope: str, starts_at: datetime, ends_at: datetime | None) -> bool:
    """Whether a grant of the same role and scope overlaps the period."""
    overlapping = select(RoleGrant.id).where(
        RoleGrant.user_id == person.id,
        RoleGrant.role == role.value,
        RoleGrant.scope == scope,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > starts_at),
    )
    if ends_at is not None:
        overlapping = overlapping.where(RoleGrant.starts_at < ends_at)
    return db.session.execute(overlapping.limit(1)).first() is not None
