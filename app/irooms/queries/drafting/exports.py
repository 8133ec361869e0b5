"""Who took a document away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select

from app.core.database import db
from app.irooms.faces import faces
from app.irooms.models import Room
from app.irooms.models.drafting import RoomDraft, RoomDraftExport
from app.irooms.models.resources import Act
from app.irooms.queries.resources.reading import Traced, provide_codes

MOST = 100


def exports_of(draft: RoomDraft) -> Sequence[RoomDraftExport]:
    """Return the files that were made of a document, the last first."""
    return db.session.scalars(
        select(RoomDraftExport)
        .where(RoomDraftExport.draft_id == draft.id)
        .order_by(RoomDraftExport.id.desc())
        .limit(MOST)
    ).all()


def traced(code: str, room: Room | None) -> Traced | None:
    """Return what a code in the mark of a draft's file leads to, within ``room`` where given."""
    wanted = (
        select(RoomDraftExport, RoomDraft, Room)
        .join(RoomDraft, RoomDraft.id == RoomDraftExport.draft_id)
        .join(Room, Room.id == RoomDraft.room_id)
        .where(RoomDraftExport.code == code)
    )
    row = db.session.execute(wanted if room is None else wanted.where(Room.id == room.id)).one_or_none()
    if row is None:
        return None
    export, draft, owner = row
    face = faces(owner, [export.membership_id])[export.membership_id]
    url = url_for("irooms.draft", slug=owner.public_id, draft_id=draft.public_id)
    return Traced(
        owner, face.label, face.id, Act.DOWNLOAD, export.exported_at, export.exported_at, "", draft.title,
        draft.language, export.revision, export.code, "", None, page_sent=False, url=url,
    )  # fmt: skip


provide_codes("drafts", traced)
