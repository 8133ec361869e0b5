"""What was typed and not posted is kept, one draft a person and place, until it is posted or emptied."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database import db
from app.irooms.actions.discussion.words import Words, content_of
from app.irooms.models.discussion import RoomPost, RoomPostDraft
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


def take_along(seat: Seat, place: str, draft: RoomPostDraft, client_id: UUID) -> None:
    """Keep a draft at another place, too, unless something waits there; it gets a client id of its own."""
    names = ("text", "language", "quote_of_id", "quote_text", "mentions", "attachments")
    values = {name: getattr(draft, name) for name in names}
    row = {"membership_id": seat.member_id, "place": place, "client_id": client_id, "saved_at": clock.now()}
    db.session.execute(insert(RoomPostDraft).values(row | values).on_conflict_do_nothing())


def _was_posted(seat: Seat, client_id: UUID) -> bool:
    found = select(RoomPost.id).where(RoomPost.author_id == seat.member_id, RoomPost.client_id == client_id)
    return db.session.scalar(found) is not None
