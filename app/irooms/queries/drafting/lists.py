"""The documents of a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, case, func, literal, or_, select

from app.core.database import db
from app.irooms.models.drafting import (
    DraftState,
    RoomDraft,
    RoomDraftComment,
    RoomDraftEditor,
    RoomDraftReader,
    RoomDraftSuggestion,
    SuggestionState,
)
from app.irooms.seats import Seat

_STATES = {DraftState.OPEN: 0, DraftState.LOCKED: 1, DraftState.PUBLISHED: 2, DraftState.WITHDRAWN: 3}


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in the list: how much waits in it, whether the person writes it, and changed since they read it."""

    draft: RoomDraft
    comments: int
    suggestions: int
    writes: bool
    new: bool


def drafts_of(seat: Seat) -> Sequence[Listed]:
    """Return the documents of a room, open ones first, each with the latest change first. One query."""
    member = seat.member.id if seat.member else 0
    comments = (
        select(func.count())
        .select_from(RoomDraftComment)
        .where(RoomDraftComment.draft_id == RoomDraft.id, RoomDraftComment.resolved_at.is_(None))
        .scalar_subquery()
    )
    waiting = (
        select(func.count())
        .select_from(RoomDraftSuggestion)
        .where(RoomDraftSuggestion.draft_id == RoomDraft.id)
        .where(RoomDraftSuggestion.state == SuggestionState.WAITING)
        .scalar_subquery()
    )
    chosen = and_(RoomDraftEditor.draft_id == RoomDraft.id, RoomDraftEditor.membership_id == member)
    read = and_(RoomDraftReader.draft_id == RoomDraft.id, RoomDraftReader.membership_id == member)
    rows = db.session.execute(
        select(
            RoomDraft,
            comments,
            waiting,
            or_(literal(seat.manages), RoomDraftEditor.membership_id.is_not(None)),
            and_(RoomDraft.revision > func.coalesce(RoomDraftReader.revision, 0), literal(member > 0)),
        )
        .outerjoin(RoomDraftEditor, chosen)
        .outerjoin(RoomDraftReader, read)
        .where(RoomDraft.room_id == seat.room.id)
        .order_by(case(_STATES, value=RoomDraft.state), RoomDraft.changed_at.desc(), RoomDraft.id)
    )
    return [Listed(*row) for row in rows]


def changed_since(seat: Seat, moment: datetime, limit: int) -> ScalarSelect[Any]:
    """Return the documents that changed since ``moment``, the latest first, without withdrawn ones.

    It is a part of a statement, whose answer is a list of ``[id, title]``, or None.
    """
    latest = (
        select(RoomDraft.public_id, RoomDraft.title)
        .where(RoomDraft.room_id == seat.room.id, RoomDraft.changed_at > moment)
        .where(RoomDraft.state != DraftState.WITHDRAWN)
        .order_by(RoomDraft.changed_at.desc())
        .limit(limit)
        .subquery()
    )
    pair = func.json_build_array(latest.c.public_id, latest.c.title)
    return select(func.json_agg(pair)).scalar_subquery()
