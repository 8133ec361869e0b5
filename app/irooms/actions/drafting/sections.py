"""Sections: added, saved, moved, removed and brought back. Every save is a version; nobody's words are lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms import drafting_search
from app.irooms.actions.drafting.anchoring import follow_passages
from app.irooms.actions.drafting.holding import let_go
from app.irooms.actions.drafting.revising import (
    require_edits,
    require_standing,
    revised,
    take_turn,
    told,
)
from app.irooms.actions.drafting.unsaved import forget
from app.irooms.drafting.merging import merged, merged_line
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.models.drafting import (
    ChangeKind,
    RoomDraftSection,
    RoomDraftVersion,
    UnsavedKind,
    VersionHow,
)
from app.irooms.register import tell
from app.irooms.trail import note
from app.records.models import Verb as Fact

MOST_SECTIONS = 300
LONGEST_TEXT = 20_000
LONGEST_HEADING = 200


class Outcome(StrEnum):
    """What became of a text that was to be saved."""

    SAVED = "saved"
    MERGED = "merged"
    SAME = "same"
    OVERLAPPING = "overlapping"


@dataclass(frozen=True, slots=True)
class Words:
    """The heading and the text (Markdown) of a section."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from, as the columns of a version say it."""

    how: VersionHow
    base_number: int
    author_id: int
    accepted_by: int | None = None
    note: str = ""


def tidy(text: str) -> str:
    """Return a text as it is kept: its line breaks as one character, no blanks at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def add_section(bench: Bench, words: Words, after: RoomDraftSection | None) -> RoomDraftSection:
    """Add a section behind another one (None: at the beginning). Refused to who does not write the document."""
    take_turn(bench)
    require_edits(bench)
    require(after is None or after.removed_at is None, _("This section was removed."))
    outline = bench.draft.outline
    at = outline.index(after.number) + 1 if after is not None else 0
    section = new_section(bench, words.heading, tidy(words.text), at=at)
    told(bench.draft)
    _contributed(bench)
    return section


def new_section(bench: Bench, heading: str, text: str, *, at: int) -> RoomDraftSection:
    """Make a section at a place of the outline; the document is locked by the caller, who may do it."""
    draft = bench.draft
    require(len(draft.outline) < MOST_SECTIONS, _("A draft has at most 300 sections."))
    draft.last_section += 1
    section = RoomDraftSection(
        draft_id=draft.id,
        number=draft.last_section,
        heading=heading,
        text=text,
        version=1,
        changed_by=bench.seat.member_id,
        changed_at=clock.now(),
        news=0,
    )
    db.session.add(section)
    db.session.flush()
    draft.outline = [*draft.outline[:at], section.number, *draft.outline[at:]]
    revision = revised(bench, ChangeKind.SECTION_ADDED, section, version=1, reordered=True)
    section.revision = revision
    _keep_version(section, Origin(VersionHow.FIRST, 0, bench.seat.member_id))
    drafting_search.index_section(bench.room, draft, section)
    _note(bench, Verb.ROOM_DRAFT_SECTION_ADDED, section)
    return section


def save(place: SectionBench, words: Words, base_number: int, comment: str = "") -> Outcome:
    """Save what somebody made of a section, having begun from its version ``base_number``.

    When others saved meanwhile, both changes become one text if they do not overlap; if they do, nothing is saved and
    the person decides (``OVERLAPPING``). Refused to who does not write the document, or while nobody may.
    """
    take_turn(place.bench)
    lock(place.section)
    require_edits(place.bench)
    require_standing(place.section)
    section = place.section
    base = version_of(section, base_number)
    wanted = Words(words.heading, tidy(words.text))
    found = merged_words(base, wanted, Words(section.heading, section.text))
    if found is None:
        return Outcome.OVERLAPPING
    same = found == Words(section.heading, section.text)
    how = VersionHow.EDIT if found == wanted else VersionHow.MERGE
    if not same:
        put(place, found, Origin(how, base_number, place.seat.member_id, note=comment))
        _contributed(place.bench)
    forget(place, UnsavedKind.EDIT)  # behind everything that could still be refused
    let_go(place)
    told(place.draft, section)
    if same:
        return Outcome.SAME
    return Outcome.MERGED if how == VersionHow.MERGE else Outcome.SAVED


def restore(place: SectionBench, version: RoomDraftVersion) -> bool:
    """Bring an older version back as a new one; False when the section says that already."""
    take_turn(place.bench)
    lock(place.section)
    require_edits(place.bench)
    require_standing(place.section)
    words = Words(version.heading, version.text)
    if words == Words(place.section.heading, place.section.text):
        return False
    put(place, words, Origin(VersionHow.RESTORED, version.number, place.seat.member_id))
    _contributed(place.bench)
    return True


def move(place: SectionBench, to: int) -> None:
    """Move a section to place ``to`` (from 0) of the document."""
    take_turn(place.bench)
    require_edits(place.bench)
    lock(place.section)
    require_standing(place.section)
    outline = [one for one in place.draft.outline if one != place.section.number]
    outline.insert(max(0, min(to, len(outline))), place.section.number)
    if outline == place.draft.outline:
        return
    place.draft.outline = outline
    revised(place.bench, ChangeKind.SECTION_MOVED, place.section, reordered=True)
    _note(place.bench, Verb.ROOM_DRAFT_SECTION_MOVED, place.section)
    told(place.draft)


def remove(place: SectionBench) -> None:
    """Take a section out; its versions, comments and suggestions stay and it can be brought back."""
    take_turn(place.bench)
    require_edits(place.bench)
    lock(place.section)
    if place.section.removed_at is not None:
        return
    place.section.removed_at, place.section.removed_by = clock.now(), place.seat.member_id
    place.draft.outline = [one for one in place.draft.outline if one != place.section.number]
    revised(place.bench, ChangeKind.SECTION_REMOVED, place.section, reordered=True)
    db.session.flush()
    drafting_search.index_section(place.bench.room, place.draft, place.section)
    _note(place.bench, Verb.ROOM_DRAFT_SECTION_REMOVED, place.section)
    told(place.draft)


def bring_back(place: SectionBench) -> None:
    """Put a removed section back, at the end."""
    take_turn(place.bench)
    require_edits(place.bench)
    lock(place.section)
    if place.section.removed_at is None:
        return
    require(len(place.draft.outline) < MOST_SECTIONS, _("A draft has at most 300 sections."))
    place.section.removed_at = place.section.removed_by = None
    place.draft.outline = [*place.draft.outline, place.section.number]
    revised(place.bench, ChangeKind.SECTION_BROUGHT_BACK, place.section, reordered=True)
    db.session.flush()
    drafting_search.index_section(place.bench.room, place.draft, place.section)
    _note(place.bench, Verb.ROOM_DRAFT_SECTION_BROUGHT_BACK, place.section)
    told(place.draft)


def put(place: SectionBench, words: Words, origin: Origin) -> int:
    """Make ``words`` the section's next version and return its number; document and section are locked by the caller.

    Its comments follow their passages, the index and open pages are told.
    """
    section, before = place.section, place.section.text
    require(len(words.text) <= LONGEST_TEXT, _("A section holds at most 20,000 characters. Divide it."))
    section.heading, section.text = words.heading, words.text
    section.version += 1
    section.changed_by, section.changed_at = origin.author_id, clock.now()
    section.revision = revised(place.bench, ChangeKind.SECTION_SAVED, section, version=section.version)
    _keep_version(section, origin)
    moved = follow_passages(section, before)
    drafting_search.index_section(place.bench.room, place.draft, section)
    _note(place.bench, Verb.ROOM_DRAFT_SECTION_SAVED, section, version=section.version)
    told(place.draft, section, *moved)
    return section.version


def merged_words(base: Words, mine: Words, theirs: Words) -> Words | None:
    """Return a section with the changes of both sides; None when they overlap."""
    heading = merged_line(base.heading, mine.heading, theirs.heading)
    text = merged(base.text, mine.text, theirs.text)
    return None if heading is None or text is None else Words(heading, text)


def version_of(section: RoomDraftSection, number: int) -> Words:
    """Return what a version of a section says. Refused for one that there is not."""
    row = db.session.execute(
        select(RoomDraftVersion.heading, RoomDraftVersion.text).where(
            RoomDraftVersion.section_id == section.id, RoomDraftVersion.number == number
        )
    ).one_or_none()
    require(row is not None, _("The version you began from is not there. Load the page again."))
    assert row is not None
    return Words(row.heading, row.text)


def _keep_version(section: RoomDraftSection, origin: Origin) -> None:
    db.session.add(
        RoomDraftVersion(
            section_id=section.id,
            number=section.version,
            revision=section.revision,
            heading=section.heading,
            text=section.text,
            author_id=origin.author_id,
            accepted_by=origin.accepted_by,
            base_number=origin.base_number,
            how=origin.how,
            note=origin.note,
            written_at=section.changed_at,
        )
    )
    db.session.flush()


def _note(bench: Bench, verb: Verb, section: RoomDraftSection, **detail: int) -> None:
    note(
        bench.seat,
        verb,
        "room_draft_section",
        section.public_id,
        detail={"draft": bench.draft.public_id, **detail},
    )


def _contributed(bench: Bench) -> None:
    assert bench.seat.member is not None
    tell(bench.room, bench.seat.member, Fact.CONTRIBUTED, {"what": "draft"})
