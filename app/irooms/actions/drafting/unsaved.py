"""What somebody has typed and not saved yet, kept for them alone; a lost line or a closed page loses nothing."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.irooms.drafting_bench import SectionBench
from app.irooms.models.drafting import RoomDraftUnsaved, UnsavedKind

LONGEST = 40_000


def keep(
    place: SectionBench, kind: UnsavedKind, base_number: int, heading: str, text: str, note: str = ""
) -> None:
    """Keep what the person has typed in place of what was kept before."""
    row = {
        "section_id": place.section.id,
        "membership_id": place.seat.member_id,
        "kind": kind,
        "base_number": base_number,
        "heading": heading,
        "text": text[:LONGEST],
        "note": note,
        "saved_at": clock.now(),
    }
    new = insert(RoomDraftUnsaved).values(row)
    changed = {name: new.excluded[name] for name in ("base_number", "heading", "text", "note", "saved_at")}
    db.session.execute(
        new.on_conflict_do_update(index_elements=["section_id", "membership_id", "kind"], set_=changed)
    )


def kept(place: SectionBench, kind: UnsavedKind) -> RoomDraftUnsaved | None:
    """Return what the person has typed and not saved; None when there is nothing."""
    return db.session.scalars(
        select(RoomDraftUnsaved)
        .where(RoomDraftUnsaved.section_id == place.section.id)
        .where(RoomDraftUnsaved.membership_id == place.seat.member_id, RoomDraftUnsaved.kind == kind)
        .execution_options(populate_existing=True)
    ).one_or_none()


def forget(place: SectionBench, kind: UnsavedKind) -> None:
    """Throw away what was kept: it was saved, or is not wanted."""
    db.session.execute(
        delete(RoomDraftUnsaved).where(
            RoomDraftUnsaved.section_id == place.section.id,
            RoomDraftUnsaved.membership_id == place.seat.member_id,
            RoomDraftUnsaved.kind == kind,
        ),
        execution_options={"synchronize_session": False},
    )
