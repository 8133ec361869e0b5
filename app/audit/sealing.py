"""Sealing: one job chains what was committed, in batches, some seconds after it was written.

Requests never touch the head, so they never wait for each other. The lock lets one sealer work at a time; its
transaction makes sure that a sealer killed half-way has sealed nothing. The copy of the head is written after the
commit: a copy never tells of a batch that does not exist, and one that a crash left out is made up for by the next run.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, text, update

from app.audit import copies
from app.audit.copies import Line
from app.audit.digests import entry_hash
from app.audit.models import AuditEntry, AuditHead
from app.core import clock
from app.core.database import after_commit, db
from app.core.i18n import DEFAULT
from app.core.jobs import periodic
from app.core.mail import render_mail, send

EVERY_SECONDS = 5
BATCH = 2_000
BATCHES_A_RUN = 25
MAIL_EVERY = timedelta(hours=1)
_LOCK = 7202611
_SEAL = text(
    "UPDATE audit_entry AS e SET seq = new.seq, hash = new.hash FROM unnest(CAST(:ids AS bigint[]), "
    "CAST(:seqs AS bigint[]), CAST(:hashes AS bytea[])) AS new (id, seq, hash) WHERE e.id = new.id"
)


@periodic("audit.seal", f"* * * * * */{EVERY_SECONDS}")
def seal() -> None:
    """Seal what is committed; does nothing while another sealer works."""
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return
    head = _head()
    _make_up_for_missing_copy(head)
    for _batch in range(BATCHES_A_RUN):
        rows = _unsealed()
        if not rows:
            break
        head = _seal_batch(head, rows)
    _mail_copy(head)


def _head() -> Any:
    return db.session.execute(
        select(AuditHead.seq, AuditHead.hash, AuditHead.sealed_at, AuditHead.mailed_at).with_for_update()
    ).one()


def _unsealed() -> list[Any]:
    entry = AuditEntry
    wanted = select(
        entry.id, entry.at, entry.actor_id, entry.verb, entry.object_kind, entry.object_id, entry.detail,
        entry.personal_digest,
    )  # fmt: skip
    return list(db.session.execute(wanted.where(entry.seq.is_(None)).order_by(entry.id).limit(BATCH)))


def _seal_batch(head: Any, rows: list[Any]) -> Any:
    """Chain ``rows`` (in the order of ids) to ``head`` and return the new head."""
    hashes: list[bytes] = []
    for seq, row in enumerate(rows, start=head.seq + 1):
        hashes.append(entry_hash(hashes[-1] if hashes else head.hash, seq=seq, **row._mapping))
    last_seq = head.seq + len(rows)
    seqs = list(range(head.seq + 1, last_seq + 1))
    db.session.execute(_SEAL, {"ids": [row.id for row in rows], "seqs": seqs, "hashes": hashes})
    new = db.session.execute(
        update(AuditHead)
        .values(seq=last_seq, hash=hashes[-1], sealed_at=func.clock_timestamp())
        .returning(AuditHead.seq, AuditHead.hash, AuditHead.sealed_at, AuditHead.mailed_at),
        execution_options={"synchronize_session": False},
    ).one()
    _copy_to_file(Line(new.seq, rows[-1].id, new.hash, new.sealed_at))
    return new


def _copy_to_file(line: Line) -> None:
    path = copies.file()
    if path is not None:
        after_commit(partial(copies.append, path, line))


def _make_up_for_missing_copy(head: Any) -> None:
    """Write the copy that a crash between commit and copy left out."""
    path = copies.file()
    if path is None or head.seq == 0:
        return
    line = copies.last(path)
    if line is None or (line.seq, line.hash) != (head.seq, head.hash):
        _copy_to_file(_line_of(head))


def _line_of(head: Any) -> Line:
    entry_id = db.session.scalar(select(AuditEntry.id).where(AuditEntry.seq == head.seq))
    return Line(head.seq, entry_id or 0, head.hash, head.sealed_at)


def _mail_copy(head: Any) -> None:
    """Mail the head if it moved since the last mail, at most once an hour."""
    to = copies.address()
    if to is None or head.seq == 0:
        return
    now = clock.now()
    if head.mailed_at is not None and (head.sealed_at <= head.mailed_at or now - head.mailed_at < MAIL_EVERY):
        return
    line = _line_of(head)
    with force_locale(DEFAULT):
        subject = _("Head of the audit: %(seq)s entries", seq=line.seq)
    send(render_mail("audit/mail/head", to=to, language=DEFAULT, subject=subject, line=str(line)))
    db.session.execute(
        update(AuditHead).values(mailed_at=now), execution_options={"synchronize_session": False}
    )
