"""Learners: the keys that facts are written under, their links to accounts, and their merges."""

from __future__ import annotations

import uuid
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.records import projections
from app.records.corrections.models import DistinctLearners
from app.records.counting import rollups
from app.records.models import Learner, LearnerAccount, LearnerMerge, Participation

_CACHE = "learner keys"
_HOLD_FACTS = text("LOCK TABLE fact IN SHARE ROW EXCLUSIVE MODE")


def learner_of(user_id: int) -> UUID:
    """Return the learner key of an account, making one at the first call. LookupError for an unknown account.

    Looked up once per transaction.
    """
    known = _known()
    if user_id not in known:
        known[user_id] = _linked(user_id) or _link(user_id)
    return known[user_id]


def cut_link(user_id: int, actor: Actor | None = None) -> bool:
    """Cut a person from their learner key, for erasure: facts and counts stay, nothing leads back.

    False when there is no link. What the person does afterwards is written under a new key.
    """
    cut = db.session.scalar(
        update(LearnerAccount)
        .where(LearnerAccount.user_id == user_id, LearnerAccount.cut_at.is_(None))
        .values(cut_at=clock.now(), user_id=None)
        .returning(LearnerAccount.id),
        execution_options={"synchronize_session": False},
    )
    _known().pop(user_id, None)
    if cut is None:
        return False
    audit.record(actor, AuditVerb.LEARNER_CUT, "learner_account", str(cut))
    return True


def merge(actor: Actor | None, merged: UUID, into: UUID, reason: str) -> None:
    """State that two learners are one person: from now on ``merged`` counts as ``into``.

    No fact changes. ValueError when they are one already or ``merged`` stands for another. Appends wait meanwhile, so
    none is folded under a key that has just been given up.
    """
    db.session.execute(_HOLD_FACTS)
    if _root(into) == _root(merged):
        raise ValueError("these learners are one person already")
    if _root(merged) != merged:
        raise ValueError("this learner was merged into another; separate it first")
    activities = _activities_of(merged)
    db.session.execute(insert(LearnerMerge).values(merged_key=merged, into_key=into, reason=reason))
    gone = delete(Participation).where(Participation.learner_key == merged)
    db.session.execute(gone, execution_options={"synchronize_session": False})
    projections.refold((into, activity) for activity in activities)
    rollups.due([merged, into])
    detail = {"into": str(into), "reason": reason}
    audit.record(actor, AuditVerb.LEARNERS_MERGED, "learner", str(merged), detail=detail)


def separate(actor: Actor | None, merged: UUID, reason: str) -> None:
    """Undo the present merge of ``merged``: both count for themselves again. LookupError when there is none."""
    db.session.execute(_HOLD_FACTS)
    into = db.session.scalar(
        update(LearnerMerge)
        .where(LearnerMerge.merged_key == merged, LearnerMerge.undone_at.is_(None))
        .values(undone_at=func.clock_timestamp())
        .returning(LearnerMerge.into_key),
        execution_options={"synchronize_session": False},
    )
    if into is None:
        raise LookupError(f"learner {merged} is not merged")
    activities = _activities_of(_root(into))
    projections.refold((key, activity) for key in (merged, into) for activity in activities)
    rollups.due([merged, into])
    detail = {"from": str(into), "reason": reason}
    audit.record(actor, AuditVerb.LEARNERS_SEPARATED, "learner", str(merged), detail=detail)


def keep_apart(actor: Actor | None, one: UUID, other: UUID, reason: str) -> None:
    """State that two learners who look alike are two people, so that they are not offered for merging again."""
    first, second = sorted((one, other))
    kept = upsert(DistinctLearners).values(
        one_key=first, other_key=second, reason=reason, decided_by=actor.user_id if actor else None
    )
    if db.session.scalar(kept.on_conflict_do_nothing().returning(DistinctLearners.one_key)) is None:
        return
    detail = {"other": str(second), "reason": reason}
    audit.record(actor, AuditVerb.LEARNERS_DISTINCT, "learner", str(first), detail=detail)


def _root(key: UUID) -> UUID:
    found = db.session.scalar(select(func.learner_root(key)))
    assert isinstance(found, UUID)
    return found


def _activities_of(root: UUID) -> list[UUID]:
    of_root = select(Participation.activity_key).where(Participation.learner_key == root)
    return list(db.session.scalars(of_root))


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
