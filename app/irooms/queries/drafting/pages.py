"""A document as it is read: its sections in parts, the texts of one part, who edits where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import ScalarSelect, case, func, select

from app.core.database import db
from app.irooms.drafting.anchors import marked
from app.irooms.drafting_bench import Bench
from app.irooms.drafting_pages import rendered
from app.irooms.faces import Face, faces
from app.irooms.models import RoomMembership
from app.irooms.models.drafting import (
    RoomDraft,
    RoomDraftComment,
    RoomDraftSection,
    RoomDraftSuggestion,
    SuggestionState,
)
from app.irooms.queries.drafting.threads import Thread, in_order, spans_of, threads_of
from app.irooms.seats import present

PART = 20
"""So many sections stand on one page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A section in its document. ``text`` is empty where only the outline is wanted; ``place`` counts from 0."""

    id: int
    public_id: str
    number: int
    heading: str
    text: str
    version: int
    revision: int
    news: int
    changed_by: int
    changed_at: datetime
    held_by: int | None
    held_since: datetime | None
    held_until: datetime | None
    comments: int
    suggestions: int
    place: int = 0

    def holder(self, now: datetime, me: int) -> int | None:
        """Return who else edits the section now."""
        held = self.held_until is not None and self.held_until > now
        return self.held_by if held and self.held_by != me else None


@dataclass(frozen=True, slots=True)
class Part:
    """Some sections of a document in their order; ``number`` counts from 1 up to ``count``."""

    number: int
    count: int
    sections: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page of a document shows: the outline, the sections of the part, their comments, everybody's faces."""

    part: Part
    outline: Sequence[Entry]
    entries: Sequence[Entry]
    threads: Sequence[Thread]
    faces: Mapping[int, Face]

    def html(self, entry: Entry) -> Markup:
        """Return a section's text with the passages of its comments marked."""
        spans = spans_of(self.threads, entry.id, entry.text, self.faces)
        return marked(rendered(entry.text), spans)


def part_of(draft: RoomDraft, number: int) -> Part:
    """Return a part of the document by its number; the nearest one where there is none of that number."""
    count = max(1, -(-len(draft.outline) // PART))
    chosen = max(1, min(number, count))
    return Part(chosen, count, frozenset(draft.outline[(chosen - 1) * PART : chosen * PART]))


def part_with(draft: RoomDraft, section: RoomDraftSection) -> int:
    """Return the number of the part that a section stands in; 1 for one that was removed."""
    return draft.outline.index(section.number) // PART + 1 if section.number in draft.outline else 1


def reading(bench: Bench, number: int) -> Reading:
    """Return a part of the document. Three queries."""
    part = part_of(bench.draft, number)
    outline = outline_of(bench.draft, part.sections)
    entries = [one for one in outline if one.number in part.sections]
    threads = threads_of(bench.draft, [one.id for one in entries])
    ordered = in_order(threads, {one.id: one.place for one in entries})
    return Reading(part, outline, entries, ordered, faces(bench.room, _people(bench, entries, threads)))


def outline_of(draft: RoomDraft, with_text: Collection[int] = frozenset()) -> list[Entry]:
    """Return the sections that stand, in order, with the texts of those whose numbers are in ``with_text``."""
    text = case((RoomDraftSection.number.in_(with_text), RoomDraftSection.text), else_="")
    rows = db.session.execute(
        select(
            RoomDraftSection.id,
            RoomDraftSection.public_id,
            RoomDraftSection.number,
            RoomDraftSection.heading,
            text.label("text"),
            RoomDraftSection.version,
            RoomDraftSection.revision,
            RoomDraftSection.news,
            RoomDraftSection.changed_by,
            RoomDraftSection.changed_at,
            RoomDraftSection.held_by,
            RoomDraftSection.held_since,
            RoomDraftSection.held_until,
            _open_comments().label("comments"),
            _waiting_suggestions().label("suggestions"),
        ).where(RoomDraftSection.draft_id == draft.id, RoomDraftSection.removed_at.is_(None))
    )
    order = {number: place for place, number in enumerate(draft.outline)}
    found = [Entry(**row._mapping, place=order[row.number]) for row in rows if row.number in order]
    return sorted(found, key=lambda one: one.place)


def removed_sections(draft: RoomDraft) -> Sequence[RoomDraftSection]:
    """Return the sections that were taken out, the last one first."""
    return db.session.scalars(
        select(RoomDraftSection)
        .where(RoomDraftSection.draft_id == draft.id, RoomDraftSection.removed_at.is_not(None))
        .order_by(RoomDraftSection.removed_at.desc())
    ).all()


def possible_editors(bench: Bench) -> Sequence[tuple[str, Face]]:
    """Return the members who may be chosen to write the document, by their ids in the room, in the order of labels."""
    ids = db.session.scalars(
        select(RoomMembership.id).where(
            RoomMembership.room_id == bench.room.id,
            RoomMembership.role.in_(("expert", "member", "manager")),
            RoomMembership.id.not_in(bench.editors),
            present(),
        )
    ).all()
    found = faces(bench.room, ids)
    return sorted(((face.id, face) for face in found.values()), key=lambda one: one[1].label.casefold())


def section_numbered(draft: RoomDraft, number: int) -> RoomDraftSection:
    """Return a section of the document by its number. Raises NoResultFound."""
    return db.session.scalars(
        select(RoomDraftSection).where(
            RoomDraftSection.draft_id == draft.id, RoomDraftSection.number == number
        )
    ).one()


def faces_of(bench: Bench, threads: Sequence[Thread]) -> Mapping[int, Face]:
    """Return the faces of everybody in some threads."""
    return faces(bench.room, [one for thread in threads for one in thread.people()])


def _people(bench: Bench, entries: Sequence[Entry], threads: Sequence[Thread]) -> Iterator[int | None]:
    yield from bench.editors
    yield bench.draft.created_by
    for entry in entries:
        yield from (entry.changed_by, entry.held_by)
    for thread in threads:
        yield from thread.people()


def _open_comments() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(RoomDraftComment)
        .where(RoomDraftComment.section_id == RoomDraftSection.id, RoomDraftComment.resolved_at.is_(None))
        .correlate(RoomDraftSection)
        .scalar_subquery()
    )


def _waiting_suggestions() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(RoomDraftSuggestion)
        .where(RoomDraftSuggestion.section_id == RoomDraftSection.id)
        .where(RoomDraftSuggestion.state == SuggestionState.WAITING)
        .correlate(RoomDraftSection)
        .scalar_subquery()
    )
