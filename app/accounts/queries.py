"""What pages read about people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select, text

from app.accounts.actors import build, of_person
from app.accounts.models import Role, RoleGrant, Standing, User, VettingDecision, WebSession
from app.accounts.sessions import SqlSession, alive, by_number, by_token
from app.core import clock
from app.core.access import Actor
from app.core.database import db

_ADMINISTRATORS = 7202601  # advisory lock: two administrators cannot end each other at once


def person_of(actor: Actor) -> User:
    """Return the account of a signed-in actor; it is in memory already when the actor came from a session."""
    return db.session.get_one(User, actor.user_id)


def by_email(email: str) -> User | None:
    """Return the account with a (normalised) address."""
    return db.session.scalars(select(User).where(User.email == email)).one_or_none()


def decisions_of(user_id: int) -> Sequence[VettingDecision]:
    """Return decisions, questions and answers on an application, oldest first."""
    found = select(VettingDecision).where(VettingDecision.user_id == user_id).order_by(VettingDecision.id)
    return db.session.scalars(found).all()


def open_question(user_id: int) -> VettingDecision | None:
    """Return the question an applicant has still to answer."""
    newest = (
        select(VettingDecision)
        .where(VettingDecision.user_id == user_id)
        .order_by(VettingDecision.id.desc())
        .limit(1)
    )
    found = db.session.scalars(newest).one_or_none()
    return found if found is not None and found.decision == "asked" else None


def sessions_of(user_id: int) -> list[WebSession]:
    """Return a person's living sign-ins, the latest used first."""
    now = clock.now()
    found = db.session.scalars(
        select(WebSession)
        .where(WebSession.user_id == user_id, WebSession.revoked_at.is_(None))
        .order_by(WebSession.last_seen_at.desc())
    )
    return [row for row in found if alive(row, now)]


def actor_by_token(token: str) -> Actor | None:
    """Return who a session's cookie stands for, rights read anew; None when nobody is signed in by it (any more)."""
    return _actor(by_token(token))


def actor_by_session(session_id: int) -> Actor | None:
    """Return who is signed in by a session, rights read anew; None when it has ended."""
    return _actor(by_number(session_id))


def actor_by_person(user_id: int, *, second_factor: bool) -> Actor | None:
    """Return who somebody is now, outside a session; None when their account cannot be used.

    ``second_factor`` says whether they gave one where they were let in.
    """
    person = db.session.get(User, user_id)
    if person is None or not person.is_approved:
        return None
    return of_person(person, second_factor=second_factor and bool(person.tf_primary_method))


def _actor(found: SqlSession | None) -> Actor | None:
    if found is None or found.person is None or not found.person.active:
        return None
    return build(found.person, found.grants, found.groups, session_row=found.row)


def living(session_ids: Collection[int]) -> set[int]:
    """Return those of ``session_ids`` that have not ended."""
    now = clock.now()
    rows = db.session.scalars(
        select(WebSession).where(WebSession.id.in_(session_ids), WebSession.revoked_at.is_(None))
    )
    return {row.id for row in rows if alive(row, now)}


def knows_device(user_id: int, device: str, within: timedelta, but: WebSession | None) -> bool:
    """Whether a person signed in with such a device lately (not counting the session ``but``), or never with any."""
    earlier = (
        select(WebSession.device)
        .where(WebSession.user_id == user_id, WebSession.last_seen_at > clock.now() - within)
        .where(WebSession.id != (but.id if but else 0))
    )
    devices = set(db.session.scalars(earlier.distinct()))
    return not devices or device in devices


def is_last_administrator(person: User) -> bool:
    """Whether nobody else would be an administrator without this person. Holds a lock until the transaction ends."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADMINISTRATORS})
    now = clock.now()
    present = (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .where(User.standing == Standing.APPROVED.value, User.active)
    )
    administrators = set(db.session.scalars(present.distinct()))
    return administrators == {person.id}


def present_grants(user_id: int) -> list[tuple[str, str]]:
    """Return (role, scope) of the grants a person holds now."""
    now = clock.now()
    found = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope)
        .where(RoleGrant.user_id == user_id, RoleGrant.starts_at <= now)
        .where(or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))
        .order_by(RoleGrant.id)
    )
    return [(role, scope) for role, scope in found]


def waiting_count() -> int:
    """Return how many applications wait for a decision."""
    return int(db.session.scalar(select(func.count()).where(User.standing == Standing.PENDING.value)) or 0)
