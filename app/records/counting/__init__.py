"""What figures are counted from: facts with the spans in which they were believed, tallies and sums."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from app.core.database import db
from app.records.counting import rollups, spans, versions


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Rows that a rebuild wrote."""

    counted_facts: int
    activity_versions: int
    people: int


def rebuild() -> Rebuilt:
    """Make everything that figures are counted from again from facts. Appends wait meanwhile."""
    db.session.execute(text("LOCK TABLE fact IN SHARE MODE"))
    spans.restand_all()
    versions.redescribe_all()
    db.session.execute(text("ANALYZE counted_fact, activity_version"))
    people = rollups.rebuild()
    rows = [
        db.session.scalar(text(f"SELECT count(*) FROM {one}")) for one in ("counted_fact", "activity_version")
    ]
    return Rebuilt(int(rows[0] or 0), int(rows[1] or 0), people)
