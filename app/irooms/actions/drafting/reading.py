"""Reading a document: how far somebody has read, and the trail of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.irooms.drafting_bench import Bench
from app.irooms.models import RoomLog
from app.irooms.models.drafting import RoomDraftReader
from app.irooms.trail import note

SAME_VISIT = timedelta(minutes=30)


def saw(bench: Bench) -> int:
    """Note that somebody was shown the document; returns the revision up to which they had seen it before this visit.

    A first look at a revision is in the trail; members see in the room's log what was read by who broke the glass.
    """
    if bench.seat.member is None:
        _saw_through_glass(bench)
        return bench.draft.revision
    reader, now = bench.reader, clock.now()
    before = bench.draft.revision if reader is None else reader.before
    if reader is not None and now - reader.seen_at >= SAME_VISIT:
        before = reader.revision
    if reader is not None and reader.revision == bench.draft.revision and reader.before == before:
        return before
    _keep(bench, before)
    if reader is None or reader.revision < bench.draft.revision:
        detail = {"revision": bench.draft.revision}
        note(bench.seat, Verb.ROOM_DRAFT_READ, "room_draft", bench.draft.public_id, detail=detail)
    return before


def _saw_through_glass(bench: Bench) -> None:
    """Note the first look at a revision since the glass was broken; an open page asks again and again."""
    detail = {"draft": bench.draft.public_id, "revision": bench.draft.revision}
    since = bench.seat.glass.starts_at if bench.seat.glass else clock.now()
    noted = select(RoomLog.id).where(
        RoomLog.room_id == bench.room.id,
        RoomLog.verb == Verb.ROOM_DRAFT_READ,
        RoomLog.detail == detail,
        RoomLog.at >= since,
    )
    if db.session.scalar(noted.limit(1)) is None:
        note(
            bench.seat, Verb.ROOM_DRAFT_READ, "room_draft", bench.draft.public_id, detail=detail, logged=True
        )


def _keep(bench: Bench, before: int) -> None:
    row = {
        "draft_id": bench.draft.id,
        "membership_id": bench.seat.member_id,
        "revision": bench.draft.revision,
        "before": before,
        "seen_at": clock.now(),
    }
    new = insert(RoomDraftReader).values(row)
    changed = {name: new.excluded[name] for name in ("revision", "before", "seen_at")}
    db.session.execute(new.on_conflict_do_update(index_elements=["draft_id", "membership_id"], set_=changed))
