"""Verifying the audit: the chain from its first entry, the payloads, and the copies of the head kept elsewhere.

Everything streams: a million entries take bounded memory. It may run while people work and the sealer seals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from app.audit.chain import Entry, Head, Walk, explain
from app.audit.comparison import Comparison
from app.audit.digests import payload_digest
from app.audit.findings import Finding, Kind
from app.audit.models import AuditEntry, AuditHead, AuditPayload
from app.audit.verbs import Verb
from app.core.database import db

_AT_A_TIME = 1_000
_LISTED = 1_000
_BACKDATED = timedelta(days=1)


@dataclass(slots=True)
class Verdict:
    """What a verification saw. Nothing found means that the chain, payloads and copies agree."""

    sealed: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    payloads: int = 0
    erased: int = 0
    copies: int = 0
    findings: list[Finding] = field(default_factory=list)
    unlisted: int = 0

    @property
    def fine(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.findings

    def add(self, kind: Kind, seq: int | None, words: str) -> None:
        """Keep a finding; beyond a thousand only their number."""
        if len(self.findings) < _LISTED:
            self.findings.append(Finding(kind, seq, words))
        else:
            self.unlisted += 1


def verify(copy: Path | None) -> Verdict:
    """Verify everything and return what was found. ``copy`` None: there is no copy to hold against the chain.

    The copy's end is noted first and the head is read before and after the entries, so that what is sealed meanwhile
    is not taken for tampering.
    """
    verdict = Verdict()
    size = copy.stat().st_size if copy is not None and copy.exists() else None
    walk = Walk(_head())
    _walk_entries(walk, verdict)
    walk.finish(_head())
    verdict.sealed = walk.taken
    _check_erasures(verdict)
    comparison = Comparison(walk)
    if copy is not None:
        comparison.check(copy, size)
    verdict.copies = comparison.lines
    found = [*explain(walk, comparison.known), *comparison.findings, *verdict.findings]
    verdict.findings = sorted(found, key=lambda one: (one.seq is None, one.seq or 0))
    return verdict


def _head() -> Head | None:
    row = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    return None if row is None else Head(row.seq, row.hash)


# ------------------------------------------------------------------------------------------------ entries


def _rows() -> Iterator[Any]:
    entry, payload = AuditEntry, AuditPayload
    wanted = (
        select(
            entry.id, entry.seq, entry.hash, entry.at, entry.actor_id, entry.verb, entry.object_kind, entry.object_id,
            entry.detail, entry.personal_digest, payload.entry_id, payload.salt, payload.payload, payload.erased_at,
        )
        .outerjoin(payload, payload.entry_id == entry.id)
        .order_by(entry.seq, entry.id)
        .execution_options(yield_per=_AT_A_TIME)
    )  # fmt: skip
    yield from db.session.execute(wanted)


def _walk_entries(walk: Walk, verdict: Verdict) -> None:
    """Walk every sealed entry; unsealed ones (last in this order) are counted. Payloads are checked on the way."""
    latest: datetime | None = None
    for row in _rows():
        _check_payload(row, verdict)
        if row.seq is None:
            verdict.unsealed += 1
            verdict.oldest_unsealed = min(row.at, verdict.oldest_unsealed or row.at)
            continue
        entry = Entry(*row[:10]) if row.hash is not None else Entry(row.id, row.seq, b"", *row[3:10])
        walk.take(entry)
        if latest is not None and row.at < latest - _BACKDATED:
            words = f"{entry} claims to be over a day older than what was sealed before it"
            verdict.add(Kind.INSERTION, row.seq, words)
        latest = row.at if latest is None else max(latest, row.at)


# ----------------------------------------------------------------------------------------------- payloads


def _check_payload(row: Any, verdict: Verdict) -> None:
    """Hold the personal payload against the digest in its entry."""
    where = f"the personal payload of {f'seq {row.seq}' if row.seq else 'an unsealed entry'} (id {row.id})"
    if row.entry_id is None:
        if row.personal_digest is not None:
            verdict.add(Kind.DELETION, row.seq, f"{where} is gone")
        return
    verdict.payloads += 1
    if row.personal_digest is None:
        verdict.add(Kind.INSERTION, row.seq, f"{where} was added; the entry knows of none")
    elif row.erased_at is not None and row.payload is None:
        verdict.erased += 1
    elif row.payload is None:
        verdict.add(Kind.DELETION, row.seq, f"{where} was emptied without being erased")
    elif payload_digest(row.salt, row.payload) != row.personal_digest:
        verdict.add(Kind.EDIT, row.seq, f"{where} was changed")


def _check_erasures(verdict: Verdict) -> None:
    """An erased payload without an entry that tells of the erasure was not erased by us."""
    rows = db.session.execute(
        text(
            "SELECT e.seq, e.id FROM audit_payload AS p JOIN audit_entry AS e ON e.id = p.entry_id "
            "WHERE p.erased_at IS NOT NULL AND NOT EXISTS (SELECT FROM audit_entry AS told WHERE told.verb = :verb "
            "AND told.object_kind = 'audit_payloads' AND told.object_id = p.person_id::text AND told.id > p.entry_id) "
            "ORDER BY e.seq LIMIT :most"
        ),
        {"verb": str(Verb.AUDIT_PAYLOADS_ERASED), "most": _LISTED},
    )
    for row in rows:
        words = f"the personal payload of seq {row.seq} (id {row.id}) was erased, and no entry says so"
        verdict.add(Kind.DELETION, row.seq, words)
