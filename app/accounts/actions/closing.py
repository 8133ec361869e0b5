"""The end of an account."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, update

from app.accounts import notices, queries
from app.accounts.events import AccountClosed
from app.accounts.locking import lock
from app.accounts.models import ApiToken, GroupMembership, RoleGrant, Standing, User
from app.accounts.refusal import require
from app.accounts.sessions import revoke_all
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.mail import send
from app.core.permissions import Permission


def close_account(actor: Actor | None, person: User) -> None:
    """Close one's own account: roles, groups, tokens and every sign-in end. What was learned stays in the register.

    Refused for another's account and for the last administrator's.
    """
    require(actor is None or actor.user_id == person.id, _("Only the person can close the account."))
    _close(actor, person)
    send(notices.account_closed(person))


def close_second_account(actor: Actor | None, person: User) -> None:
    """Close an account of somebody who has another one. Refused without the right to vet, and for one's own."""
    require(
        actor is None or (actor.may(Permission.PEOPLE_VET) and actor.user_id != person.id),
        _("You may not close this account."),
    )
    _close(actor, person)
    send(notices.second_account_closed(person))


def _close(actor: Actor | None, person: User) -> None:
    lock(person)
    require(person.standing != Standing.CLOSED, _("This account is closed already."))
    require(
        not queries.is_last_administrator(person),
        _("You are the only administrator; make another one first."),
    )
    now = clock.now()
    person.standing = Standing.CLOSED
    person.active = False
    person.closed_at = now
    _end_rights(person.id)
    revoke_all(person.id)
    db.session.flush()
    record(actor, Verb.PERSON_CLOSED, "person", person.public_id, person_id=person.id)
    publish(AccountClosed(person.id))


def _end_rights(user_id: int) -> None:
    now = clock.now()
    lasting = or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    db.session.execute(update(RoleGrant).where(RoleGrant.user_id == user_id, lasting).values(ends_at=now))
    db.session.execute(
        update(GroupMembership)
        .where(GroupMembership.user_id == user_id, GroupMembership.left_at.is_(None))
        .values(left_at=now)
    )
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
