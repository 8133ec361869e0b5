"""The audited import: the only way into the register for facts that were recorded elsewhere, earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core.access import Actor
from app.core.database import db
from app.records import projections
from app.records.actions.facts import FactDraft, insert_fact, row_of
from app.records.counting import spans
from app.records.models import ImportBatch, Verb

_BATCH = text("SELECT set_config('ctlp.import_batch', :batch, true)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFact:
    """A fact from elsewhere: as it was stated, and when it was recorded there (aware; None: unknown, so now).

    Country, profession, gender and age group are those of that time; the account's of today are never taken.
    """

    draft: FactDraft
    recorded_at: datetime | None = None
    country: str = ""
    profession: str = ""
    gender: str = ""
    age_group: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: its batch, facts added, facts whose uuid was known already."""

    batch_id: int
    added: int
    known: int


def import_facts(actor: Actor | None, source: str, rows: Iterable[ImportedFact], note: str = "") -> Imported:
    """Add facts from ``source`` as one batch, fold them in, and say so in the audit.

    Give every draft a uuid that stays the same, then a repeated import adds nothing. Raises like
    :func:`~app.records.actions.append`; nothing is kept then.
    """
    batch_id = _open(actor, source, note)
    touched: set[projections.Pair] = set()
    added = known = 0
    for row in rows:
        pairs = _add(row, batch_id)
        touched |= pairs
        added, known = (added + 1, known) if pairs else (added, known + 1)
    db.session.execute(_BATCH, {"batch": ""})
    projections.refold(touched)
    for activity_key in {key for learner_key, key in touched if learner_key is None and key is not None}:
        projections.redescribe(activity_key)
    detail = {"source": source, "added": added, "known": known}
    audit.record(actor, AuditVerb.REGISTER_IMPORTED, "import_batch", str(batch_id), detail=detail)
    return Imported(batch_id, added, known)


def _open(actor: Actor | None, source: str, note: str) -> int:
    made = insert(ImportBatch).values(source=source, note=note, imported_by=actor.user_id if actor else None)
    batch_id = db.session.scalars(made.returning(ImportBatch.id)).one()
    db.session.execute(_BATCH, {"batch": str(batch_id)})
    return batch_id


def _add(imported: ImportedFact, batch_id: int) -> set[projections.Pair]:
    """Insert one fact and return what it touches; nothing when it is known."""
    row, target = row_of(imported.draft)
    row |= {
        "country": imported.country,
        "profession": imported.profession,
        "gender": imported.gender,
        "age_group": imported.age_group,
        "batch_id": batch_id,
        "recorded_at": imported.recorded_at,
    }
    if not insert_fact(row):
        return set()
    touched: set[projections.Pair] = {(row["learner_key"], row["activity_key"])}
    if target is not None:
        spans.restand(row["corrects"])
        touched.add((target.learner_key, target.activity_key))
    if imported.draft.verb == Verb.ACTIVITY_DESCRIBED:
        touched.add((None, row["activity_key"]))
    return touched
