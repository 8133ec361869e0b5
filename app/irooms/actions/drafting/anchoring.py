"""Comments follow the passages they are about, whenever the text of their section changes."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.irooms.drafting.anchors import Following, Place, Quote
from app.irooms.drafting_pages import plain_of
from app.irooms.models.drafting import RoomDraftComment, RoomDraftSection


def follow_passages(section: RoomDraftSection, before: str) -> list[RoomDraftComment]:
    """Find every passage of a section again after its text (Markdown) was ``before``; returns whose place changed."""
    comments = db.session.scalars(
        select(RoomDraftComment)
        .where(RoomDraftComment.section_id == section.id, RoomDraftComment.quote != "")
        .order_by(RoomDraftComment.id)
        .with_for_update()
    ).all()
    if not comments:
        return []
    change = Following(plain_of(before), plain_of(section.text))
    return [one for one in comments if _placed(one, change.followed(place_of(one), quote_of(one)))]


def place_of(comment: RoomDraftComment) -> Place | None:
    """Return where a comment's passage stands; None when it has none or it cannot be found."""
    if comment.start_at is None or comment.end_at is None:
        return None
    return Place(comment.start_at, comment.end_at, exact=not comment.drifted)


def quote_of(comment: RoomDraftComment) -> Quote:
    """Return the passage as it was marked."""
    return Quote(comment.quote, comment.quote_before, comment.quote_after)


def _placed(comment: RoomDraftComment, place: Place | None) -> bool:
    """Write a place down; True when it shows differently now."""
    shown = (comment.start_at is None, comment.drifted)
    comment.start_at, comment.end_at = (place.start, place.end) if place else (None, None)
    comment.drifted = place is not None and not place.exact
    return shown != (comment.start_at is None, comment.drifted)
