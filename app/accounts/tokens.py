"""API tokens: made once and shown once, kept as a digest, scoped, expiring, revocable.

A token stands for its person at the moment it is used. Its scopes only ever take away from what the person may do.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import func, or_, select, update

from app.accounts.models import ApiToken, Standing, User
from app.accounts.policy import may_end_sessions_of
from app.accounts.refusal import require
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.permissions import Permission as P


class Scope(StrEnum):
    """What a token may be used for."""

    ME = "read:me"
    COURSES = "read:courses"
    REPORTS = "read:reports"
    ROOMS = "read:rooms"
    WEBINARS = "read:webinars"


WITHIN: Mapping[Scope, frozenset[P]] = {
    Scope.ME: frozenset(),
    Scope.COURSES: frozenset({P.LEARN, P.COURSES_TEACH, P.COURSES_MANAGE}),
    Scope.REPORTS: frozenset({P.REPORTS_READ, P.REPORTS_EXPORT}),
    Scope.ROOMS: frozenset(),
    Scope.WEBINARS: frozenset({P.WEBINARS_TRAIN, P.WEBINARS_MANAGE}),
}
"""The permissions that a scope leaves to a token, where its person holds them."""

PREFIX = "ctlp_"
DEFAULT_DAYS = 90
MAX_DAYS = 365
MAX_LABEL = 80
MAX_LIVING = 20
TOUCH_AFTER = timedelta(minutes=1)
_RANDOM_BYTES = 32  # 43 characters
_SHAPE = re.compile(PREFIX + "[A-Za-z0-9_-]{43}")
_HINT_LENGTH = 4


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def create(
    actor: Actor | None,
    person: User,
    *,
    scopes: Collection[Scope],
    label: str,
    days: int = DEFAULT_DAYS,
) -> tuple[ApiToken, str]:
    """Make a token for ``person`` and return it with its secret, which is kept nowhere.

    It carries a second factor when the actor's sign-in does; made by the operator (``actor`` None), when the person
    has set one up. Refused for another's account, a closed one, no scope, a period outside 1..365 days, too many.
    """
    require(
        actor is None or (actor.user_id == person.id and actor.token_id is None),
        _("A token is made by its own person."),
    )
    require(bool(scopes), _("Choose at least one thing that the token is for."))
    require(1 <= days <= MAX_DAYS, _("A token lasts from 1 to %(days)d days.", days=MAX_DAYS))
    require(
        0 < len(label) <= MAX_LABEL,
        _("Give the token a name of at most %(length)d characters.", length=MAX_LABEL),
    )
    db.session.refresh(person, with_for_update=True)
    require(person.active and person.standing != Standing.UNCONFIRMED, _("This account cannot be used."))
    require(
        _count_living(person.id) < MAX_LIVING,
        _("There are %(count)d tokens already; revoke one first.", count=MAX_LIVING),
    )
    secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    now = clock.now()
    token = ApiToken(
        user_id=person.id,
        digest=_digest(secret),
        hint=secret[-_HINT_LENGTH:],
        label=label,
        scopes=sorted(Scope(one).value for one in scopes),
        second_factor=actor.second_factor if actor else bool(person.tf_primary_method),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(token)
    db.session.flush()
    detail = {"scopes": token.scopes, "days": days, "second_factor": token.second_factor}
    record(
        actor,
        Verb.TOKEN_CREATED,
        "token",
        token.public_id,
        detail=detail,
        personal={"label": label},
        person_id=person.id,
    )
    return token, secret


def revoke(actor: Actor | None, token: ApiToken) -> bool:
    """End a token for good; False when it was revoked already. Refused for another's without the permission."""
    require(actor is None or may_end_sessions_of(actor, token.user_id), _("You may not revoke this token."))
    revoked = db.session.execute(
        update(ApiToken)
        .where(ApiToken.id == token.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiToken.id)
    ).scalar_one_or_none()
    if revoked is not None:
        record(actor, Verb.TOKEN_REVOKED, "token", token.public_id, person_id=token.user_id)
    return revoked is not None


def find(secret: str, *, note: bool = True) -> tuple[ApiToken, User] | None:
    """Return the living token of a secret and its person; None when it is unknown, over, or its account cannot be used.

    With ``note`` keeps that it was used, at most once a minute.
    """
    if not _SHAPE.fullmatch(secret):
        return None
    now = clock.now()
    found = db.session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.digest == _digest(secret), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .where(User.active, User.standing.not_in([Standing.UNCONFIRMED, Standing.SUSPENDED, Standing.CLOSED]))
    ).one_or_none()
    if found is None:
        return None
    token, person = found
    if note and (token.last_used_at is None or now - token.last_used_at >= TOUCH_AFTER):
        db.session.execute(
            update(ApiToken)
            .where(ApiToken.id == token.id)
            .where(or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - TOUCH_AFTER))
            .values(last_used_at=now),
            execution_options={"synchronize_session": False},
        )
    return token, person


def tokens_of(user_id: int) -> Sequence[ApiToken]:
    """Return a person's tokens that still work, the newest first."""
    return db.session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > clock.now())
        .order_by(ApiToken.id.desc())
    ).all()


def all_tokens(email: str = "") -> Sequence[tuple[ApiToken, User]]:
    """Return tokens that were not revoked with their people, the newest first; of one address when given."""
    statement = (
        select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(ApiToken.revoked_at.is_(None))
    )
    if email:
        statement = statement.where(User.email == email)
    return [(token, person) for token, person in db.session.execute(statement.order_by(ApiToken.id.desc()))]


def by_public_id(public_id: str) -> ApiToken | None:
    """Return a token by its public id."""
    return db.session.scalars(select(ApiToken).where(ApiToken.public_id == public_id)).one_or_none()


def permissions_within(scopes: Collection[str]) -> frozenset[P]:
    """Return the permissions that a token with ``scopes`` may hold at most; an unknown scope gives none."""
    return frozenset[P]().union(*(WITHIN[scope] for scope in Scope if scope.value in scopes))


def _count_living(user_id: int) -> int:
    living = select(func.count()).where(
        ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > clock.now()
    )
    return int(db.session.scalar(living) or 0)
