"""What was typed and not posted is kept, one draft a person and place, until it is posted or emptied."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.irooms.actions.discussion.words import (
    MOST_ATTACHMENTS,
    MOST_MENTIONS,
    Words,
    content_of,
    people,
)
from app.irooms.models.discussion import RoomPost, RoomPostDraft
from app.irooms.queries.discussion.attachments import readable
from app.irooms.seats import Seat

NEW = "new"
"""The place of a topic that is not started yet."""


def keep(seat: Seat, place: str, typed: Words) -> bool:
    """Keep what was typed at ``place`` (a topic's public id, or :data:`NEW`), in place of what was kept there.

    False when it was posted meanwhile: a late save brings no draft back.
    """
    if _was_posted(seat, typed.client_id):
        return False
    content = content_of(seat, typed)
    if not (content.text or content.title or content.attachments or content.mentions or content.quote_of):
        forget(seat, place)
        return True
    values = {
        "client_id": typed.client_id,
        "title": content.title,
        "text": content.text,
        "language": content.language,
        "quote_of_id": content.quote_of.id if content.quote_of else None,
        "quote_text": content.quote_text,
        "mentions": content.mentions,
        "attachments": content.attachments,
        "saved_at": clock.now(),
    }
    kept = insert(RoomPostDraft).values(membership_id=seat.member_id, place=place, **values)
    db.session.execute(
        kept.on_conflict_do_update(index_elements=["membership_id", "place"], set_=values),
        execution_options={"populate_existing": True},
    )
    return True


def forget(seat: Seat, place: str, client_id: UUID | None = None) -> None:
    """Drop the draft of a place; with ``client_id`` only if it is still that one."""
    gone = delete(RoomPostDraft).where(
        RoomPostDraft.membership_id == seat.member_id, RoomPostDraft.place == place
    )
    db.session.execute(gone if client_id is None else gone.where(RoomPostDraft.client_id == client_id))


def add_mentions(seat: Seat, place: str, members: Sequence[str]) -> None:
    """Add members (by their ids in the room) to those that a draft mentions; the draft is made where there is none."""
    _add(seat, place, "mentions", list(people(seat, members)), MOST_MENTIONS)


def add_attachments(seat: Seat, place: str, resources: Sequence[str]) -> None:
    """Add resources (by their ids) that the person may see to those that a draft attaches."""
    _add(seat, place, "attachments", readable(seat, resources), MOST_ATTACHMENTS)


def _add(seat: Seat, place: str, name: str, numbers: list[int], most: int) -> None:
    if not numbers:
        return
    draft = db.session.get(RoomPostDraft, (seat.member_id, place), populate_existing=True)
    if draft is None:
        draft = RoomPostDraft(membership_id=seat.member_id, place=place, mentions=[], attachments=[])
        db.session.add(draft)
    setattr(draft, name, list(dict.fromkeys([*getattr(draft, name), *numbers]))[:most])
    draft.saved_at = clock.now()
    db.session.flush()


def _was_posted(seat: Seat, client_id: UUID) -> bool:
    found = select(RoomPost.id).where(RoomPost.author_id == seat.member_id, RoomPost.client_id == client_id)
    return db.session.scalar(found) is not None
