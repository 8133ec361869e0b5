"""Who took a document away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import db
from app.irooms.models.drafting import RoomDraft, RoomDraftExport

MOST = 100


def exports_of(draft: RoomDraft) -> Sequence[RoomDraftExport]:
    """Return the files that were made of a document, the last first."""
    return db.session.scalars(
        select(RoomDraftExport)
        .where(RoomDraftExport.draft_id == draft.id)
        .order_by(RoomDraftExport.id.desc())
        .limit(MOST)
    ).all()
