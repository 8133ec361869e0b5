"""What a document was published as, for who may read the collections it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core.database import db
from app.irooms.drafting_bench import Bench
from app.irooms.models.drafting import RoomDraftMilestone, RoomDraftPublication
from app.irooms.models.resources import RoomResource
from app.irooms.queries.resources.collections import tree


@dataclass(frozen=True, slots=True)
class Published:
    """A published version, with the resources that the person may read."""

    publication: RoomDraftPublication
    milestone: RoomDraftMilestone
    resources: Sequence[RoomResource]


def publications_of(bench: Bench) -> list[Published]:
    """Return what a document was published as, the last first. No query where it never was."""
    if not bench.draft.published:
        return []
    pdf, docx = aliased(RoomResource), aliased(RoomResource)
    rows = db.session.execute(
        select(RoomDraftPublication, RoomDraftMilestone, pdf, docx)
        .join(RoomDraftMilestone, RoomDraftMilestone.id == RoomDraftPublication.milestone_id)
        .join(pdf, pdf.id == RoomDraftPublication.pdf_id)
        .join(docx, docx.id == RoomDraftPublication.docx_id)
        .where(RoomDraftPublication.draft_id == bench.draft.id)
        .order_by(RoomDraftPublication.id.desc())
    ).all()
    readable = tree(bench.seat).readable
    return [
        Published(row[0], row[1], [one for one in (row[2], row[3]) if one.collection_id in readable])
        for row in rows
    ]
