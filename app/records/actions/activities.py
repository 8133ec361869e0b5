"""Describe an activity: a fact when something changed, and its row."""

from __future__ import annotations

import uuid

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.records.folding import Description, activity_row, described
from app.records.models import Activity, Fact, Verb


def describe_activity(description: Description) -> None:
    """Record what an activity is and keep its row; nothing is written when nothing changed."""
    row = activity_row(description, clock.now())
    before = db.session.execute(
        select(Activity.__table__).where(Activity.key == description.activity_key).with_for_update()
    ).one_or_none()
    if before is not None and _same(before._asdict(), row):
        return
    db.session.execute(
        plain_insert(Fact).values(
            uuid=uuid.uuid4(),
            activity_key=description.activity_key,
            verb=Verb.ACTIVITY_DESCRIBED.value,
            result=described(description),
            occurred_at=row["described_at"],
        )
    )
    kept = insert(Activity).values(row)
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=[Activity.key],
            set_={name: kept.excluded[name] for name in row if name != "key"},
            where=Activity.described_at <= kept.excluded.described_at,
        )
    )


def _same(before: dict[str, object], row: dict[str, object]) -> bool:
    return all(before[name] == value for name, value in row.items() if name != "described_at")
