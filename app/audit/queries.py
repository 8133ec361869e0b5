"""Reading the audit: the newest entries, filtered pages, and where sealing stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from app.audit.models import AuditEntry, AuditHead, AuditPayload
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Sealing:
    """Where sealing stands; ``verified`` is the last verification: when, and what its entry tells."""

    seq: int
    sealed_at: datetime | None
    unsealed: int
    oldest_unsealed: datetime | None
    verified_at: datetime | None
    verified: dict[str, Any]

    @property
    def late(self) -> bool:
        """Whether something has waited so long to be sealed that the job cannot be running."""
        return self.oldest_unsealed is not None and clock.now() - self.oldest_unsealed > timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; empty values ask for all."""

    verb: str = ""
    object_kind: str = ""
    object_id: str = ""
    person_id: int | None = None
    person_public_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def newest(count: int) -> Sequence[Any]:
    """Return the newest ``count`` entries, oldest first, without payloads."""
    entry = AuditEntry
    rows = db.session.execute(
        select(entry.id, entry.seq, entry.at, entry.actor_id, entry.verb, entry.object_kind, entry.object_id)
        .order_by(entry.id.desc())
        .limit(count)
    ).all()
    return rows[::-1]


def entries(wanted: Wanted, *, before: int | None, count: int) -> Sequence[Any]:
    """Return up to ``count`` entries with their payloads, newest first, below id ``before``."""
    entry, payload = AuditEntry, AuditPayload
    query = (
        select(
            entry.id, entry.seq, entry.at, entry.actor_id, entry.verb, entry.object_kind, entry.object_id, entry.detail,
            payload.payload, payload.erased_at,
        )
        .outerjoin(payload, payload.entry_id == entry.id)
        .order_by(entry.id.desc())
        .limit(count)
    )  # fmt: skip
    if before is not None:
        query = query.where(entry.id < before)
    return db.session.execute(_narrowed(query, wanted)).all()


def _narrowed(query: Any, wanted: Wanted) -> Any:
    entry = AuditEntry
    equal = {
        entry.verb: wanted.verb,
        entry.object_kind: wanted.object_kind,
        entry.object_id: wanted.object_id,
    }
    for column, value in equal.items():
        if value:
            query = query.where(column == value)
    if wanted.person_id is not None:
        query = query.where(_concerns(wanted.person_id, wanted.person_public_id))
    if wanted.since is not None:
        query = query.where(entry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(entry.at < wanted.until)
    return query


def _concerns(person_id: int, public_id: str) -> ColumnElement[bool]:
    """What a person did, what was done to them, and what tells of them."""
    entry, payload = AuditEntry, AuditPayload
    return or_(
        entry.actor_id == person_id,
        and_(entry.object_kind == "person", entry.object_id == public_id),
        entry.id.in_(select(payload.entry_id).where(payload.person_id == person_id)),
    )


def sealing() -> Sealing:
    """Return where sealing stands; one query."""
    entry = AuditEntry
    unsealed = entry.seq.is_(None)
    verified = (
        select(entry.at, entry.detail)
        .where(entry.verb == Verb.AUDIT_VERIFIED)
        .order_by(entry.id.desc())
        .limit(1)
        .lateral()
    )
    row = db.session.execute(
        select(
            AuditHead.seq,
            AuditHead.sealed_at,
            select(func.count()).select_from(entry).where(unsealed).scalar_subquery().label("unsealed"),
            select(func.min(entry.at)).where(unsealed).scalar_subquery().label("oldest"),
            verified.c.at.label("verified_at"),
            verified.c.detail.label("verified"),
        ).outerjoin(verified, true())
    ).one_or_none()
    if row is None:
        return Sealing(0, None, 0, None, None, {})
    return Sealing(
        seq=row.seq,
        sealed_at=row.sealed_at if row.seq else None,
        unsealed=row.unsealed,
        oldest_unsealed=row.oldest,
        verified_at=row.verified_at,
        verified=row.verified or {},
    )
