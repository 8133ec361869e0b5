"""Correct a fact by hand: take it back, or put another in its place. Each is a new fact with a reason and a name."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select, text

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.refusal import require
from app.records import projections
from app.records.actions.facts import insert_fact
from app.records.corrections.models import FactCorrection
from app.records.counting import spans
from app.records.folding import ACCESSES, ENTRIES, ParticipationState, fold_all, ignored
from app.records.models import Fact, LearnerAccount, Verb

CORRECTABLE = ENTRIES | ACCESSES | {Verb.WITHDRAWN, Verb.NOMINATED}
"""What a hand may correct. Certificates are revoked and accounts changed where they are kept, not in the register."""
_CARRIED = (
    "learner_key",
    "activity_key",
    "verb",
    "result",
    "country",
    "profession",
    "gender",
    "age_group",
    "language",
    "headcount",
    "occurred_at",
)
_AROUND = text(
    """
    WITH RECURSIVE keys (key) AS (
        SELECT learner_root(CAST(:learner AS uuid))
        UNION SELECT m.merged_key FROM keys JOIN learner_merge m ON m.into_key = keys.key AND m.undone_at IS NULL
    ), chain AS (
        SELECT fact.* FROM fact JOIN keys ON fact.learner_key = keys.key WHERE fact.activity_key = :activity
        UNION SELECT fact.* FROM fact WHERE fact.uuid = :uuid
        UNION SELECT fact.* FROM chain JOIN fact ON fact.corrects = chain.uuid
    )
    SELECT uuid, verb, corrects, result, country, profession, language, occurred_at,
           coalesce(learner_key IN (SELECT key FROM keys) AND activity_key = :activity, false) AS own
    FROM chain
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a fact should say instead; None (and in ``result`` a missing member) leaves it as it is.

    ``occurred_at`` is aware. ``learner_key`` moves the fact to somebody else. A member of ``result`` that is None goes.
    """

    occurred_at: datetime | None = None
    learner_key: UUID | None = None
    country: str | None = None
    profession: str | None = None
    gender: str | None = None
    age_group: str | None = None
    language: str | None = None
    headcount: int | None = None
    result: JSON = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """One participation before and after a correction; None: there is none."""

    before: ParticipationState | None
    after: ParticipationState | None


def void(actor: Actor | None, fact_uuid: UUID, reason: str) -> UUID:
    """Take a fact back, or bring back what a voiding fact took; return the uuid of the fact that says so.

    LookupError for an unknown fact, Refused when it no longer counts or is not for hands to correct.
    """
    target = _locked(fact_uuid)
    _require_correctable(target, voiding=True)
    row = _row(target, verb=Verb.VOIDED.value, result={}, headcount=None, occurred_at=clock.now())
    row |= {"learner_key": target.learner_key}
    _correct(actor, target, row, reason, AuditVerb.FACT_VOIDED, [])
    return UUID(str(row["uuid"]))


def supersede(actor: Actor | None, fact_uuid: UUID, changes: Changes, reason: str) -> UUID:
    """Put a changed fact in the place of one; return its uuid.

    LookupError for an unknown fact, ValueError for a naive time, Refused when the fact no longer counts, is not for
    hands to correct, or nothing would change.
    """
    target = _locked(fact_uuid)
    _require_correctable(target, voiding=False)
    row = _row(target, **_changed(target, changes))
    names = sorted(name for name in _CARRIED if row[name] != getattr(target, name))
    require(bool(names), _("Nothing would change."))
    require(row["occurred_at"] <= clock.now(), _("This cannot have happened in the future."))
    _correct(actor, target, row, reason, AuditVerb.FACT_SUPERSEDED, names)
    return UUID(str(row["uuid"]))


def preview(fact_uuid: UUID, changes: Changes | None) -> Preview:
    """Return the participation of a fact's person before and after a correction (``changes`` None: its voiding).

    Nothing is written. LookupError for an unknown fact.
    """
    target = _found(select(Fact).where(Fact.uuid == fact_uuid))
    given = {"learner": target.learner_key, "activity": target.activity_key, "uuid": fact_uuid}
    facts = list(db.session.execute(_AROUND, given))
    before = _folded(facts)
    values = {"verb": Verb.VOIDED.value} if changes is None else _changed(target, changes)
    instead = Fact(**_row(target, **values))
    mine = instead.learner_key == target.learner_key
    after = _folded([*facts, _Hypothetical(instead, own=mine)])
    return Preview(before, after)


class _Hypothetical:
    """A fact that is not written, as the fold reads facts."""

    def __init__(self, fact: Fact, *, own: bool) -> None:
        self._fact = fact
        self.own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fact, name)


def _folded(facts: list[Any]) -> ParticipationState | None:
    without = ignored(facts)
    return fold_all(fact for fact in facts if fact.own and fact.uuid not in without)


def _found(query: Any) -> Fact:
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise LookupError("no such fact")
    assert isinstance(found, Fact)
    return found


def _locked(fact_uuid: UUID) -> Fact:
    """The fact, held so that two hands do not correct it at once."""
    return _found(select(Fact).where(Fact.uuid == fact_uuid).with_for_update(key_share=True))


def counts(fact_uuid: UUID) -> bool:
    """Whether a fact counts now: nothing that counts itself voids it or stands in its place."""
    chain = text(
        """
        WITH RECURSIVE chain AS (
            SELECT uuid, verb, corrects FROM fact WHERE uuid = :uuid
            UNION SELECT fact.uuid, fact.verb, fact.corrects FROM chain JOIN fact ON fact.corrects = chain.uuid
        ) SELECT uuid, verb, corrects FROM chain
        """
    )
    return fact_uuid not in ignored(db.session.execute(chain, {"uuid": fact_uuid}))


def _require_correctable(target: Fact, *, voiding: bool) -> None:
    allowed = CORRECTABLE | ({Verb.VOIDED} if voiding else frozenset())
    require(
        target.verb in allowed and target.activity_key is not None,
        _("This kind of fact is changed where it is made, not in the register."),
    )
    require(
        counts(target.uuid), _("This fact was corrected already. Correct the one that stands in its place.")
    )


def _row(target: Fact, **changed: Any) -> JSON:
    carried: JSON = {name: getattr(target, name) for name in _CARRIED}
    return carried | changed | {"uuid": uuids.uuid4(), "corrects": target.uuid}


def _changed(target: Fact, changes: Changes) -> JSON:
    if changes.occurred_at is not None and changes.occurred_at.tzinfo is None:
        raise ValueError("occurred_at must be aware")
    given = {one.name: getattr(changes, one.name) for one in fields(Changes) if one.name != "result"}
    changed: JSON = {name: value for name, value in given.items() if value is not None}
    result = {name: value for name, value in (target.result | changes.result).items() if value is not None}
    return changed | {"result": result}


def _correct(
    actor: Actor | None, target: Fact, row: JSON, reason: str, verb: AuditVerb, names: list[str]
) -> None:
    insert_fact(row)
    spans.restand(row["uuid"])
    db.session.execute(
        insert(FactCorrection).values(
            fact_uuid=row["uuid"], reason=reason, made_by=actor.user_id if actor else None
        )
    )
    projections.refold({(target.learner_key, target.activity_key), (row["learner_key"], row["activity_key"])})
    detail = {"by": str(row["uuid"]), "verb": target.verb, "fields": names}
    audit.record(
        actor,
        verb,
        "fact",
        str(target.uuid),
        detail=detail,
        personal={"reason": reason},
        person_id=_account_of(target.learner_key),
    )


def _account_of(learner_key: UUID | None) -> int | None:
    if learner_key is None:
        return None
    return db.session.scalar(
        select(LearnerAccount.user_id).where(
            LearnerAccount.learner_key == learner_key, LearnerAccount.cut_at.is_(None)
        )
    )
