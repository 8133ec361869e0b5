"""Append a fact: one insert, then the fold of the one participation it belongs to, under that row's lock."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import User
from app.core import clock
from app.core.database import JSON, db
from app.records import projections
from app.records.actions.learners import learner_of
from app.records.counting import spans
from app.records.folding import COLUMNS, FIELDS, FOLDED, ParticipationState, fold, values
from app.records.models import Fact, Participation, Verb

_STATE = tuple(getattr(Participation, name) for name in FIELDS)
_OF_THE_PERSON = ("country", "profession", "gender", "age_group")
_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDraft:
    """A fact as a feature states it. Give ``user_id``, or ``learner_key``, or a ``headcount`` of nameless people.

    ``uuid`` is made by the client so that a repeat is harmless; ``occurred_at`` (aware) defaults to now. ``corrects``
    is the uuid of the fact that this one voids (verb VOIDED) or supersedes; learner, activity, language and (unless it
    voids) time default to that fact's.
    """

    verb: Verb
    activity_key: UUID | None = None
    user_id: int | None = None
    learner_key: UUID | None = None
    result: JSON = field(default_factory=dict)
    language: str = ""
    occurred_at: datetime | None = None
    uuid: UUID | None = None
    headcount: int | None = None
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The fact that a correction speaks of."""

    verb: str
    learner_key: UUID | None
    activity_key: UUID | None
    occurred_at: datetime
    country: str
    profession: str
    gender: str
    age_group: str
    language: str


def append(draft: FactDraft) -> bool:
    """Append a fact and fold it in; False when its uuid is known already (a retry), and then nothing changes.

    Country, profession, gender and age group are the account's at this moment. Raises LookupError for an unknown
    account or corrected fact, ValueError for a naive time.
    """
    row, target = row_of(draft)
    if not insert_fact(row):
        return False
    if target is not None:
        _refold(target, row)
    elif row["learner_key"] and row["activity_key"] and draft.verb in FOLDED:
        _fold_in(Fact(**row))
    return True


def row_of(draft: FactDraft) -> tuple[JSON, Target | None]:
    """Return the row a draft becomes, and the fact it corrects. Raises like :func:`append`."""
    target = _target(draft.corrects) if draft.corrects else None
    occurred_at = draft.occurred_at or (
        target.occurred_at if target and draft.verb != Verb.VOIDED else clock.now()
    )
    if occurred_at.tzinfo is None:
        raise ValueError("occurred_at must be aware")
    learner_key = learner_of(draft.user_id) if draft.user_id is not None else draft.learner_key
    if learner_key is None and draft.headcount is None and target is not None:
        learner_key = target.learner_key
    row = {
        "uuid": draft.uuid or uuids.uuid4(),
        "learner_key": learner_key,
        "activity_key": draft.activity_key or (target.activity_key if target else None),
        "verb": draft.verb.value,
        "result": draft.result,
        "language": draft.language or (target.language if target else ""),
        "headcount": draft.headcount,
        "corrects": draft.corrects,
        "occurred_at": occurred_at,
        **_person(draft.user_id, target if target and target.learner_key == learner_key else None),
    }
    return row, target


def _person(user_id: int | None, target: Target | None) -> JSON:
    """Where from and what they are: a correction keeps what was true then."""
    known = target or (db.session.get(User, user_id) if user_id is not None else None)
    return {name: getattr(known, name) if known is not None else "" for name in _OF_THE_PERSON}


def _target(uuid: UUID) -> Target:
    columns = [getattr(Fact, one.name) for one in fields(Target)]
    found = db.session.execute(select(*columns).where(Fact.uuid == uuid)).one_or_none()
    if found is None:
        raise LookupError(f"no fact {uuid} to correct")
    return Target(*found)


def _refold(target: Target, row: JSON) -> None:
    spans.restand(row["corrects"])
    projections.refold({(target.learner_key, target.activity_key), (row["learner_key"], row["activity_key"])})
    if target.verb == Verb.ACTIVITY_DESCRIBED and target.activity_key:
        projections.redescribe(target.activity_key)


def insert_fact(row: JSON) -> bool:
    """Insert a fact's row; False when its uuid is known. Folding it in is the caller's part."""
    statement = insert(Fact).values(row).on_conflict_do_nothing(index_elements=[Fact.uuid]).returning(Fact.id)
    return db.session.scalar(statement) is not None


def _fold_in(fact: Fact) -> None:
    """Fold one fact into its participation, whose row is locked or, when two come first, made once and then locked."""
    root = func.learner_root(fact.learner_key)
    mine = (Participation.learner_key == root, Participation.activity_key == fact.activity_key)
    while True:
        row = db.session.execute(select(*_STATE).where(*mine).with_for_update()).one_or_none()
        before = ParticipationState(*row) if row else None
        after = fold(before, fact)
        if after == before:
            return
        new: dict[str, Any] = dict(zip(COLUMNS, values(after), strict=True))
        if before is not None:
            db.session.execute(update(Participation).where(*mine).values(new), execution_options=_PLAIN)
            return
        keys = {"learner_key": root, "activity_key": fact.activity_key}
        made = (
            insert(Participation)
            .values(keys | new)
            .on_conflict_do_nothing()
            .returning(Participation.activity_key)
        )
        if db.session.scalar(made) is not None:
            return
