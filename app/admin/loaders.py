"""The only way a staff page gets an object. The page's rule has said who may; what is not there is the same 404."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select, select
from werkzeug.exceptions import NotFound

from app.accounts.models import Group, RoleGrant, Standing, User, VettingDecision, WebSession
from app.admin.queries.country_sets import Shown, set_named
from app.core.access import Actor
from app.core.database import db
from app.core.models import OutboxMail
from app.records.groupings.models import FreeSet

Found = TypeVar("Found")


def _one(query: Select[Found]) -> Found:
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def person(actor: Actor, person_id: str) -> User:
    """Return the person with this public id."""
    return _one(select(User).where(User.public_id == person_id))


def applicant(actor: Actor, person_id: str) -> User:
    """Return somebody who applied and confirmed the address: waiting, or decided once. Never oneself."""
    decided = select(VettingDecision.id).where(VettingDecision.user_id == User.id).exists()
    waiting = User.standing.in_([Standing.PENDING.value, Standing.DECLINED.value])
    return _one(select(User).where(User.public_id == person_id, waiting | decided, User.id != actor.user_id))


def grant(actor: Actor, person_id: str, grant_id: str) -> RoleGrant:
    """Return a grant of this person."""
    return _one(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(User.public_id == person_id, RoleGrant.public_id == grant_id)
    )


def session_row(actor: Actor, person_id: str, session_id: str) -> WebSession:
    """Return a sign-in of this person."""
    return _one(
        select(WebSession)
        .join(User, User.id == WebSession.user_id)
        .where(User.public_id == person_id, WebSession.public_id == session_id)
    )


def group(actor: Actor, group_id: str) -> Group:
    """Return the group with this public id, closed ones too."""
    return _one(select(Group).where(Group.public_id == group_id, Group.owner == ""))


def mail(actor: Actor, mail_id: str) -> OutboxMail:
    """Return the mail with this public id."""
    return _one(select(OutboxMail).where(OutboxMail.public_id == mail_id))


def country_set(actor: Actor, set_name: str) -> Shown:
    """Return a country set, built-in or made by staff, retired ones too."""
    found = set_named(set_name)
    if found is None:
        raise NotFound
    return found


def free_country_set(actor: Actor, set_name: str) -> FreeSet:
    """Return a country set that staff made: only those take a new version."""
    return _one(select(FreeSet).where(FreeSet.public_id == set_name))
