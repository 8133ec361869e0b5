"""Learners: the keys that facts are written under, their links to accounts, and their merges."""

from __future__ import annotations

import uuid
from uuid import UUID

from sqlalchemy import insert, select

from app.accounts.models import User
from app.core.database import db
from app.records.models import Learner, LearnerAccount

_CACHE = "learner keys"


def learner_of(user_id: int) -> UUID:
    """Return the learner key of an account, making one at the first call. LookupError for an unknown account.

    Looked up once per transaction.
    """
    known = _known()
    if user_id not in known:
        known[user_id] = _linked(user_id) or _link(user_id)
    return known[user_id]


def _known() -> dict[int, UUID]:
    """Keys found in the present transaction; another transaction may have undone or cut a link."""
    session = db.session()
    transaction, known = session.info.get(_CACHE, (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        known = {}
        if not session.in_transaction():
            session.begin()
        session.info[_CACHE] = (session.get_transaction(), known)
    return known  # type: ignore[no-any-return]


def _linked(user_id: int) -> UUID | None:
    return db.session.scalar(
        select(LearnerAccount.learner_key).where(
            LearnerAccount.user_id == user_id, LearnerAccount.cut_at.is_(None)
        )
    )


def _link(user_id: int) -> UUID:
    """Make the link under the lock of the account, so that two first facts get one key."""
    locked = db.session.scalar(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    if locked is None:
        raise LookupError(f"no account {user_id}")
    found = _linked(user_id)
    if found is not None:
        return found
    key = uuid.uuid4()
    db.session.execute(insert(Learner).values(key=key))
    db.session.execute(insert(LearnerAccount).values(learner_key=key, user_id=user_id))
    return key
