"""Figures of a closed period, frozen: what was counted, how it was defined, and a digest that shows any change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.audit import actions as audit
from app.audit.digests import canonical
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.i18n import LANGUAGES
from app.core.ids import public_id
from app.core.refusal import Refused
from app.records import history
from app.records.figures.models import Snapshot
from app.records.indicators import FAMILIES
from app.records.measuring import Figure, asked, count
from app.records.models import KindRule
from app.records.questions import Question

FORMAT = 1


def freeze(actor: Actor | None, name: str, question: Question, ids: Iterable[str], **more: JSON) -> Snapshot:
    """Count figures and keep them for good; ``more`` are further members of the content.

    Refused where the period has not ended: what is still happening cannot be frozen. LookupError for a figure that is
    not known.
    """
    if question.end is None or question.end >= clock.now().astimezone(UTC).date():
        raise Refused(_("Choose a period that has ended."))
    at = history.as_of(question.as_of).instant
    fixed = replace(question, as_of=at)
    content = content_of(fixed, count(asked(ids, fixed), at).values()) | more
    made = Snapshot(
        public_id=public_id(),
        name=name,
        starts_on=question.start,
        ends_on=question.end,
        as_of=at,
        content=content,
        digest=digest(content),
        made_by=actor.user_id if actor else None,
    )
    db.session.add(made)
    db.session.flush()
    detail = {"name": name, "digest": made.digest, "question": fixed.as_json()}
    audit.record(actor, Verb.SNAPSHOT_FROZEN, "snapshot", made.public_id, detail=detail)
    return made


def content_of(question: Question, figures: Iterable[Figure]) -> JSON:
    """Return what a snapshot keeps: the question, each figure with its words, and the kinds that count as training."""
    return {
        "format": FORMAT,
        "question": question.as_json(),
        "figures": {one.id: _figure(one) for one in figures},
        "kinds": _kinds(question.as_of),
    }


def digest(content: JSON) -> str:
    """Return the SHA-256 of a content's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def holds(snapshot: Snapshot) -> bool:
    """Whether a snapshot is as it was frozen."""
    return digest(snapshot.content) == snapshot.digest


def latest(limit: int = 50) -> list[Snapshot]:
    """Return the snapshots, the newest first."""
    return list(db.session.scalars(select(Snapshot).order_by(Snapshot.id.desc()).limit(limit)))


def _figure(one: Figure) -> JSON:
    names, definitions = {}, {}
    for language in LANGUAGES:
        with force_locale(language):
            names[language], definitions[language] = str(one.indicator.name), str(one.indicator.definition)
    return {
        "value": one.value,
        "unit": one.indicator.unit.value,
        "indicator": one.indicator.id,
        "version": one.indicator.version,
        "names": names,
        "definitions": definitions,
        "question": one.question.as_json(),
    }


def _kinds(at: datetime | None) -> list[JSON]:
    """The rules by which kinds count as training that were valid at an instant."""
    rows = db.session.scalars(select(KindRule).order_by(KindRule.kind, KindRule.version))
    return [
        {
            "kind": row.kind,
            "version": row.version,
            "counts_as_training": row.counts_as_training,
            "valid_from": row.valid_from.astimezone(UTC).isoformat(),
        }
        for row in rows
        if at is None or row.valid_from <= at
    ]


def all_ids() -> list[str]:
    """Return the ids of all indicators, family by family."""
    return [one.id for family in FAMILIES.values() for one in family]
