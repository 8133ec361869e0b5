"""Facts with their corrections, as one corrects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, column, func, select, text

from app.accounts.models import User
from app.core.database import db
from app.records.actions.corrections import CORRECTABLE
from app.records.corrections.models import EventParticipant, FactCorrection
from app.records.folding import ignored
from app.records.models import Activity, Fact, LearnerAccount, Verb

_MOST = 200
_AROUND = text(
    """
    WITH RECURSIVE keys (key) AS (
        SELECT learner_root(CAST(:learner AS uuid))
        UNION SELECT m.merged_key FROM keys JOIN learner_merge m ON m.into_key = keys.key AND m.undone_at IS NULL
    ), chain AS (
        SELECT fact.uuid, fact.id FROM fact JOIN keys ON fact.learner_key = keys.key WHERE fact.activity_key = :activity
        UNION SELECT uuid, id FROM fact WHERE uuid = :uuid
        UNION SELECT fact.uuid, fact.id FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT uuid FROM chain ORDER BY id DESC LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, whether it counts now, whether a hand may correct it, and why it was made where a hand made it."""

    fact: Fact
    counts: bool
    correctable: bool
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom facts are about: a name where one is known, and the account's public id and address."""

    name: str
    email: str
    public_id: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that somebody made."""

    correction: FactCorrection
    fact: Fact
    corrected: Fact
    by: str
    activity: Activity | None


def around(fact: Fact) -> list[Told]:
    """Return the facts of the same person in the same activity and their corrections, the earliest first."""
    return _told(fact.learner_key, fact.activity_key, fact.uuid)


def of_learner(learner_key: UUID, activity_key: UUID) -> list[Told]:
    """Return the facts of a person in an activity and their corrections, the earliest first."""
    return _told(learner_key, activity_key, None)


def _told(learner_key: UUID | None, activity_key: UUID | None, fact_uuid: UUID | None) -> list[Told]:
    given = {"learner": learner_key, "activity": activity_key, "uuid": fact_uuid, "most": _MOST}
    chain = _AROUND.bindparams(**given).columns(column("uuid", Uuid)).subquery()
    rows = db.session.execute(
        select(Fact, FactCorrection.reason, User.given_name, User.family_name)
        .outerjoin(FactCorrection, FactCorrection.fact_uuid == Fact.uuid)
        .outerjoin(User, User.id == FactCorrection.made_by)
        .join(chain, chain.c.uuid == Fact.uuid)
        .order_by(Fact.id)
    ).all()
    without = ignored([row[0] for row in rows])
    return [
        Told(
            one,
            one.uuid not in without,
            one.uuid not in without and one.verb in CORRECTABLE | {Verb.VOIDED},
            reason or "",
            f"{given_name or ''} {family_name or ''}".strip(),
        )
        for one, reason, given_name, family_name in rows
    ]


def holder(learner_key: UUID | None) -> Holder | None:
    """Return whom a learner is: the account's name, else that on a list; None when nobody is named."""
    if learner_key is None:
        return None
    person = db.session.scalars(
        select(User)
        .join(LearnerAccount, LearnerAccount.user_id == User.id)
        .where(LearnerAccount.learner_key == learner_key, LearnerAccount.cut_at.is_(None))
    ).one_or_none()
    if person is not None:
        return Holder(person.name, person.email, person.public_id)
    listed = db.session.scalars(
        select(EventParticipant)
        .where(EventParticipant.learner_key == learner_key, EventParticipant.erased_at.is_(None))
        .order_by(EventParticipant.id.desc())
        .limit(1)
    ).one_or_none()
    return Holder(listed.name, listed.email, None) if listed is not None and listed.name else None


def made(*, offset: int, limit: int) -> tuple[Sequence[Made], int]:
    """Return the corrections that hands made, the latest first, and how many there are; two queries."""
    corrected = Fact.__table__.alias("corrected")
    rows = db.session.execute(
        select(FactCorrection, Fact, corrected.c.uuid, User.given_name, User.family_name, Activity)
        .join(Fact, Fact.uuid == FactCorrection.fact_uuid)
        .join(corrected, corrected.c.uuid == Fact.corrects)
        .outerjoin(User, User.id == FactCorrection.made_by)
        .outerjoin(Activity, Activity.key == Fact.activity_key)
        .order_by(FactCorrection.made_at.desc(), FactCorrection.fact_uuid)
        .offset(offset)
        .limit(limit)
    ).all()
    facts = {
        one.uuid: one
        for one in db.session.scalars(select(Fact).where(Fact.uuid.in_([row[2] for row in rows])))
    }
    total = db.session.scalar(select(func.count()).select_from(FactCorrection)) or 0
    return [
        Made(correction, fact, facts[uuid], f"{given_name or ''} {family_name or ''}".strip(), activity)
        for correction, fact, uuid, given_name, family_name, activity in rows
    ], total
