"""Which kinds of activity count as training: a new version of a rule, never a change of an old one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import func, insert, select, text

from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.records import queries
from app.records.models import ActivityKind, KindRule

_HOLD_RULES = text("LOCK TABLE kind_rule IN SHARE ROW EXCLUSIVE MODE")


def add_kind_rule(
    actor: Actor | None, kind: ActivityKind, *, counts: bool, valid_from: date, reason: str
) -> KindRule:
    """Let a kind count as training, or not, from the first instant of a day (UTC) on; return the new version.

    Refused for a day that has begun: figures that were given keep the rule that they were given by. Refused too when a
    version for that day or a later one is there, or when nothing would change.
    """
    db.session.execute(_HOLD_RULES)
    begins = datetime.combine(valid_from, time(), UTC)
    require(begins > clock.now(), _("Choose a day to come: figures that were given keep their rule."))
    of_kind = KindRule.kind == kind.value
    version = db.session.scalar(select(func.max(KindRule.version)).where(of_kind)) or 0
    last = db.session.scalar(select(func.max(KindRule.valid_from)).where(of_kind))
    require(last is None or last < begins, _("There is a version for that day or a later one already."))
    require(queries.counts_as_training(kind.value, begins) != counts, _("Nothing would change."))
    row = {
        "kind": kind.value,
        "version": version + 1,
        "counts_as_training": counts,
        "valid_from": begins,
    }
    db.session.execute(insert(KindRule).values(row))
    detail = {
        "version": row["version"],
        "counts": counts,
        "valid_from": begins.isoformat(),
        "reason": reason,
    }
    audit.record(actor, AuditVerb.KIND_RULE_ADDED, "kind_rule", kind.value, detail=detail)
    return db.session.get_one(KindRule, (kind.value, row["version"]))
