"""Rules of kinds, with those that hold now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.records.models import KindRule


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a kind's rule, and whether it holds: "present", "future" or "past"."""

    row: KindRule
    state: str


def rules() -> dict[str, list[Rule]]:
    """Return every version by kind, the latest first."""
    now, found = clock.now(), dict[str, list[Rule]]()
    rows = db.session.scalars(
        select(KindRule).order_by(KindRule.kind, KindRule.valid_from.desc(), KindRule.version.desc())
    )
    for row in rows:
        known = found.setdefault(row.kind, [])
        present = any(one.state == "present" for one in known)
        state = "future" if row.valid_from > now else "past" if present else "present"
        known.append(Rule(row, state))
    return found
