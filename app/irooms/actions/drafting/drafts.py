"""Documents as such: begun, described, given editors, locked and opened, withdrawn; milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms import drafting_notices as notices
from app.irooms import drafting_search
from app.irooms.actions.drafting.revising import (
    require_edits,
    require_manager,
    revised,
    take_turn,
    told,
)
from app.irooms.actions.drafting.sections import new_section
from app.irooms.drafting_bench import Bench
from app.irooms.models import RoomMembership, RoomRole
from app.irooms.models.drafting import (
    ChangeKind,
    DraftState,
    RoomDraft,
    RoomDraftEditor,
    RoomDraftMilestone,
    RoomDraftSection,
)
from app.irooms.register import tell
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.records.models import Verb as Fact

MOST_DRAFTS = 500
MOST_EDITORS = 50


@dataclass(frozen=True, slots=True)
class About:
    """What a document is: title, purpose, language (BCP 47)."""

    title: str
    purpose: str
    language: str


def begin(seat: Seat, about: About, headings: Sequence[str] = ()) -> Bench:
    """Begin a document with empty sections of these headings. Refused to others than managers."""
    draft = RoomDraft(
        room_id=seat.room.id,
        title=about.title,
        purpose=about.purpose,
        language=about.language,
        created_by=seat.member_id if seat.member else 0,
        created_at=clock.now(),
        changed_at=clock.now(),
        state=DraftState.OPEN,
        outline=[],
        revision=0,
        last_section=0,
        last_comment=0,
        last_suggestion=0,
        news=0,
        published=False,
    )
    bench = Bench(seat, draft)
    require_manager(bench)
    held = select(func.count()).select_from(RoomDraft).where(RoomDraft.room_id == seat.room.id)
    require(int(db.session.scalar(held) or 0) < MOST_DRAFTS, _("A room holds at most 500 drafts."))
    db.session.add(draft)
    db.session.flush()
    revised(bench, ChangeKind.BEGUN, reordered=True)
    for heading in headings:
        new_section(bench, heading, "", at=len(draft.outline))
    note(seat, Verb.ROOM_DRAFT_BEGUN, "room_draft", draft.public_id, logged=True)
    assert seat.member is not None
    tell(seat.room, seat.member, Fact.CONTRIBUTED, {"what": "draft"})
    told(draft)
    return bench


def describe(bench: Bench, about: About) -> bool:
    """Change what is said about a document; False when nothing differs. Refused to others than managers."""
    require_manager(bench)
    take_turn(bench)
    draft = bench.draft
    if About(draft.title, draft.purpose, draft.language) == about:
        return False
    draft.title, draft.purpose, draft.language = about.title, about.purpose, about.language
    revised(bench, ChangeKind.DESCRIBED)
    note(bench.seat, Verb.ROOM_DRAFT_CHANGED, "room_draft", draft.public_id)
    _index_all(bench)
    told(draft)
    return True


def choose_editor(bench: Bench, member: RoomMembership) -> None:
    """Let a member write the document. Refused for observers and who is no longer in the room."""
    require_manager(bench)
    take_turn(bench)
    require(
        member.room_id == bench.room.id and member.left_at is None and member.role != RoomRole.OBSERVER,
        _("Choose a member who takes part in the room."),
    )
    if member.id in bench.editors:
        return
    require(len(bench.editors) < MOST_EDITORS, _("At most 50 people write one draft."))
    row = {"draft_id": bench.draft.id, "membership_id": member.id, "added_at": clock.now()}
    db.session.execute(insert(RoomDraftEditor).values(row).on_conflict_do_nothing())
    note(
        bench.seat, Verb.ROOM_DRAFT_EDITOR_ADDED, "room_draft", bench.draft.public_id,
        about=member, logged=True,
    )  # fmt: skip
    notices.told_of_editing(bench, member)
    told(bench.draft)


def drop_editor(bench: Bench, member: RoomMembership) -> None:
    """Let a member write the document no longer."""
    require_manager(bench)
    take_turn(bench)
    gone = delete(RoomDraftEditor).where(
        RoomDraftEditor.draft_id == bench.draft.id, RoomDraftEditor.membership_id == member.id
    )
    db.session.execute(gone)
    note(
        bench.seat, Verb.ROOM_DRAFT_EDITOR_REMOVED, "room_draft", bench.draft.public_id,
        about=member, logged=True,
    )  # fmt: skip
    told(bench.draft)


def lock_text(bench: Bench) -> None:
    """Let the text stay as it is, while members comment and suggest."""
    _turn(bench, DraftState.LOCKED, ChangeKind.LOCKED, Verb.ROOM_DRAFT_LOCKED, {DraftState.OPEN})


def reopen(bench: Bench) -> None:
    """Open a locked, published or withdrawn document again; what was published stays."""
    before = {DraftState.LOCKED, DraftState.PUBLISHED, DraftState.WITHDRAWN}
    withdrawn = bench.draft.state == DraftState.WITHDRAWN
    _turn(bench, DraftState.OPEN, ChangeKind.REOPENED, Verb.ROOM_DRAFT_REOPENED, before)
    if withdrawn:
        _index_all(bench)


def withdraw(bench: Bench, reason: str) -> None:
    """Withdraw a document: only managers read it from now on, nobody finds it. Members read the reason."""
    require(bool(reason.strip()), _("Say why. Members will read it."))
    before = {DraftState.OPEN, DraftState.LOCKED, DraftState.PUBLISHED}
    _turn(
        bench, DraftState.WITHDRAWN, ChangeKind.WITHDRAWN, Verb.ROOM_DRAFT_WITHDRAWN, before, reason.strip()
    )
    _index_all(bench)


def name_milestone(bench: Bench, name: str, text: str = "") -> RoomDraftMilestone:
    """Give the document as it is now a name. Refused to who does not write it, and for a name that is there already."""
    take_turn(bench)
    require_edits(bench)
    return keep_milestone(bench, name, text)


def keep_milestone(bench: Bench, name: str, text: str = "") -> RoomDraftMilestone:
    """Do so for who may; the document is locked by the caller."""
    draft = bench.draft
    same = select(RoomDraftMilestone.id).where(
        RoomDraftMilestone.draft_id == draft.id, RoomDraftMilestone.name == name
    )
    require(db.session.scalar(same) is None, _("A version of this name is there already."))
    row = RoomDraftMilestone(
        draft_id=draft.id,
        revision=draft.revision,
        name=name,
        note=text,
        created_by=bench.seat.member_id,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    note(
        bench.seat,
        Verb.ROOM_DRAFT_MILESTONE,
        "room_draft",
        draft.public_id,
        detail={"revision": draft.revision},
    )
    return row


def _turn(
    bench: Bench, state: DraftState, kind: ChangeKind, verb: Verb, before: set[DraftState], reason: str = ""
) -> None:
    require_manager(bench)
    take_turn(bench)
    require(DraftState(bench.draft.state) in before, _("Somebody changed the state of this draft meanwhile."))
    bench.draft.state, bench.draft.state_reason = state, reason
    revised(bench, kind)
    db.session.flush()
    note(bench.seat, verb, "room_draft", bench.draft.public_id, logged=True)
    told(bench.draft)


def _index_all(bench: Bench) -> None:
    db.session.flush()
    sections = db.session.scalars(
        select(RoomDraftSection).where(RoomDraftSection.draft_id == bench.draft.id)
    ).all()
    drafting_search.index_sections(bench.room, bench.draft, sections)
