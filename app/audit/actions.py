"""Writing the audit. An entry is one row in the transaction of what it tells; a job seals it within seconds."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import insert, null, update

from app.audit.digests import payload_digest
from app.audit.models import AuditEntry, AuditPayload
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db

_SALT_BYTES = 16


def record(
    actor: Actor | None,
    verb: str,
    object_kind: str,
    object_id: str,
    *,
    detail: JSON | None = None,
    personal: JSON | None = None,
    person_id: int | None = None,
) -> None:
    """Write one entry into the present transaction; takes no lock and never waits.

    ``actor`` None is the platform itself (a job, a command, a stranger). ``object_id`` is the object's public id,
    slug or code, never a name or an address. ``detail`` holds no personal data: it can never be erased. What is
    personal goes into ``personal`` (text, whole numbers, booleans, lists, mappings) with the ``person_id`` it is
    about, and can be erased without breaking the chain. ValueError for a fraction in ``personal``.
    """
    row: dict[str, Any] = {
        "actor_id": actor.user_id if actor else None,
        "verb": str(verb),
        "object_kind": object_kind,
        "object_id": object_id,
        "detail": detail or {},
    }
    if personal is None:
        db.session.execute(insert(AuditEntry).values(row))
        return
    _refuse_fractions(personal)
    salt = secrets.token_bytes(_SALT_BYTES)
    row["personal_digest"] = payload_digest(salt, personal)
    entry_id = db.session.execute(insert(AuditEntry).values(row).returning(AuditEntry.id)).scalar_one()
    db.session.execute(
        insert(AuditPayload).values(entry_id=entry_id, person_id=person_id, salt=salt, payload=personal)
    )


def erase_person(person_id: int, actor: Actor | None = None) -> int:
    """Erase every personal payload about a person, salts included; returns how many. The chain stays valid."""
    erased = db.session.scalars(
        update(AuditPayload)
        .where(AuditPayload.person_id == person_id, AuditPayload.erased_at.is_(None))
        .values(payload=null(), salt=b"", erased_at=clock.now())
        .returning(AuditPayload.entry_id),
        execution_options={"synchronize_session": False},
    ).all()
    record(
        actor, Verb.AUDIT_PAYLOADS_ERASED, "audit_payloads", str(person_id), detail={"payloads": len(erased)}
    )
    return len(erased)


def _refuse_fractions(value: Any) -> None:
    """The database may write a fraction differently from how it came, and its digest would not fit."""
    if isinstance(value, float):
        raise ValueError("a personal payload holds no fractions; write them as text")
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_fractions(one)
