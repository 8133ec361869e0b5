"""What every change of a document goes through: its turn, its revision, the announcement."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.core.texts import lazy_gettext as _l
from app.irooms.drafting_bench import Bench
from app.irooms.models.drafting import (
    ChangeKind,
    DraftState,
    RoomDraft,
    RoomDraftChange,
    RoomDraftComment,
    RoomDraftSection,
)
from app.irooms.trail import log_words
from app.live.actions import announce

log_words(
    {
        Verb.ROOM_DRAFT_BEGUN: _l("%(who)s began a draft"),
        Verb.ROOM_DRAFT_READ: _l("A platform administrator read a draft"),
        Verb.ROOM_DRAFT_LOCKED: _l("%(who)s locked a draft"),
        Verb.ROOM_DRAFT_REOPENED: _l("%(who)s opened a draft again"),
        Verb.ROOM_DRAFT_WITHDRAWN: _l("%(who)s withdrew a draft"),
        Verb.ROOM_DRAFT_PUBLISHED: _l("%(who)s published a draft"),
        Verb.ROOM_DRAFT_EXPORTED: _l("%(who)s took a draft away as a file"),
        Verb.ROOM_DRAFT_EDITOR_ADDED: _l("%(who)s chose %(about)s to write a draft"),
        Verb.ROOM_DRAFT_EDITOR_REMOVED: _l("%(who)s let %(about)s write a draft no longer"),
    }
)


def live_topic(draft: RoomDraft) -> str:
    """Return what a page of the document follows."""
    return f"room:{draft.room_id}:draft:{draft.public_id}"


def take_turn(bench: Bench) -> None:
    """Hold the document until the transaction ends and read it again: changes take turns, sections lie within it."""
    lock(bench.draft)


def require_edits(bench: Bench) -> None:
    """Refuse where the person may not change the text, or nobody may now. The document is locked by the caller."""
    require(bench.edits_by_role, _("You may not change this draft."))
    require(bench.seat.writes, _("The room is closed."))
    require(bench.draft.state == DraftState.OPEN, _("This draft is not open: its text stays as it is."))


def require_comments(bench: Bench) -> None:
    """Refuse where the person may not comment or suggest, or nobody may now."""
    require(bench.takes_part, _("You may only read this draft."))
    require(bench.seat.writes, _("The room is closed."))
    require(bench.comments, _("This draft is closed: nothing is added any more."))


def require_manager(bench: Bench) -> None:
    """Refuse to others than managers, and in a closed room."""
    require(bench.seat.manages, _("Only a manager may do this."))
    require(bench.seat.writes, _("The room is closed."))


def require_standing(section: RoomDraftSection) -> None:
    """Refuse where the section was removed."""
    require(section.removed_at is None, _("This section was removed."))


def revised(
    bench: Bench,
    kind: ChangeKind,
    section: RoomDraftSection | None = None,
    *,
    version: int | None = None,
    reordered: bool = False,
) -> int:
    """Give the document its next revision and return it; ``reordered`` keeps the order of sections with it."""
    draft = bench.draft
    draft.revision += 1
    draft.changed_at = clock.now()
    row = {
        "draft_id": draft.id,
        "revision": draft.revision,
        "kind": kind,
        "section_id": section.id if section else None,
        "version": version,
        "outline": list(draft.outline) if reordered else None,
        "membership_id": bench.seat.member_id,
        "at": draft.changed_at,
    }
    db.session.execute(insert(RoomDraftChange).values(row))
    return draft.revision


def told(draft: RoomDraft, *changed: RoomDraftSection | RoomDraftComment) -> None:
    """Announce a change; without ``changed`` it is the document as such: its sections, their order, its state.

    What changed is marked with the number of the announcement, by which an open page asks for what is new. Called
    once an action, when nothing can be refused any more.
    """
    _take_turns([one.id for one in changed if isinstance(one, RoomDraftSection)])
    number = announce(live_topic(draft))
    for one in changed:
        one.news = number
    if not changed:
        draft.news = number


def _take_turns(section_ids: list[int]) -> None:
    """Hold sections before the topic: who says that they edit one holds only these two, in this order."""
    if section_ids:
        rows = select(RoomDraftSection.id).where(RoomDraftSection.id.in_(section_ids))
        db.session.execute(rows.with_for_update(key_share=True))
