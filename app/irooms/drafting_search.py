"""What of a document is found: each section by its heading and text. No author is in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.irooms.models import Room
from app.irooms.models.drafting import DraftState, RoomDraft, RoomDraftSection
from app.irooms.rendering import plain_text
from app.irooms.scopes import room_scope
from app.search import actions as search
from app.search import rebuild, words

KIND = "draft_section"
_BATCH = 200


def index_section(room: Room, draft: RoomDraft, section: RoomDraftSection) -> None:
    """Let a section be found as it is now; not when it was removed or its document withdrawn."""
    if section.removed_at is not None or draft.state == DraftState.WITHDRAWN:
        search.remove(KIND, section.public_id)
    else:
        search.index(document_of(room, draft, section))


def index_sections(room: Room, draft: RoomDraft, sections: Iterable[RoomDraftSection]) -> None:
    """Let every standing section of a document be found, or none when it is withdrawn."""
    if draft.state == DraftState.WITHDRAWN:
        for section in sections:
            search.remove(KIND, section.public_id)
    else:
        search.index_all(document_of(room, draft, one) for one in sections if one.removed_at is None)


def document_of(room: Room, draft: RoomDraft, section: RoomDraftSection) -> search.Document:
    """Return a section as the index holds it."""
    return search.Document(
        kind=KIND,
        key=section.public_id,
        scope=room_scope(room.id),
        language=draft.language,
        title=section.heading,
        parts=[search.Part("text", plain_text(section.text))],
        url=f"/irooms/{room.public_id}/drafts/{draft.public_id}/sections/{section.public_id}",
        facets={"within": draft.title},
        updated_at=section.changed_at,
    )


def documents() -> Iterator[search.Document]:
    """Yield every section that can be found, for making the index again."""
    rows = db.session.execute(
        select(Room, RoomDraft, RoomDraftSection)
        .join(RoomDraft, RoomDraft.room_id == Room.id)
        .join(RoomDraftSection, RoomDraftSection.draft_id == RoomDraft.id)
        .where(RoomDraft.state != DraftState.WITHDRAWN, RoomDraftSection.removed_at.is_(None))
        .order_by(RoomDraftSection.id)
        .execution_options(yield_per=_BATCH)
    )
    for room, draft, section in rows:
        yield document_of(room, draft, section)


words.register(KIND, _l("Drafts"))
rebuild.provide("irooms.drafts", documents)
