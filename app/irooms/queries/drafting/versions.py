"""What a document and its sections were: history, earlier texts, the whole as it was at a revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database import db
from app.irooms.drafting.words import Gap, Line, Run, difference, folded_lines, lines_of
from app.irooms.models.drafting import (
    RoomDraft,
    RoomDraftChange,
    RoomDraftMilestone,
    RoomDraftSection,
    RoomDraftSuggestion,
    RoomDraftVersion,
    SuggestionState,
)

HISTORY_PAGE = 50
MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Past:
    """A change of a document, with the section it was about and the version it made."""

    change: RoomDraftChange
    section_id: str
    heading: str
    version: RoomDraftVersion | None
    milestone: RoomDraftMilestone | None


@dataclass(frozen=True, slots=True)
class WasSection:
    """A section as it was at a revision."""

    id: int
    public_id: str
    heading: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How one text became another: the heading's runs, the lines of the text with what did not change folded."""

    heading: Sequence[Run]
    lines: Sequence[Line | Gap]

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return (
            not any(line.changed for line in self.lines if isinstance(line, Line)) and len(self.heading) <= 1
        )


class Fate(StrEnum):
    """What became of a section between two revisions."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SectionFate:
    """A section between two revisions; ``moved`` when it stands elsewhere among those that stayed."""

    fate: Fate
    moved: bool
    before: WasSection | None
    after: WasSection | None

    @property
    def shown(self) -> WasSection:
        """The section as it was last."""
        found = self.after or self.before
        assert found is not None
        return found


def history(draft: RoomDraft, before: int | None = None) -> tuple[Sequence[Past], int | None]:
    """Return a page of a document's changes, the last one first, and from where the next page goes on."""
    version = and_(
        RoomDraftVersion.section_id == RoomDraftChange.section_id,
        RoomDraftVersion.number == RoomDraftChange.version,
    )
    named = and_(
        RoomDraftMilestone.draft_id == RoomDraftChange.draft_id,
        RoomDraftMilestone.revision == RoomDraftChange.revision,
    )
    wanted = (
        select(RoomDraftChange, RoomDraftSection.public_id, RoomDraftSection.heading, RoomDraftVersion,
               RoomDraftMilestone)
        .outerjoin(RoomDraftSection, RoomDraftSection.id == RoomDraftChange.section_id)
        .outerjoin(RoomDraftVersion, version)
        .outerjoin(RoomDraftMilestone, named)
        .where(RoomDraftChange.draft_id == draft.id)
    )  # fmt: skip
    if before is not None:
        wanted = wanted.where(RoomDraftChange.revision < before)
    rows = db.session.execute(
        wanted.order_by(RoomDraftChange.revision.desc(), RoomDraftMilestone.id).limit(HISTORY_PAGE + 1)
    ).all()
    page = [Past(row[0], row[1] or "", row[2] or "", row[3], row[4]) for row in rows[:HISTORY_PAGE]]
    return page, (page[-1].change.revision if len(rows) > HISTORY_PAGE else None)


def milestones(draft: RoomDraft) -> Sequence[RoomDraftMilestone]:
    """Return the named versions of a document, the last one first."""
    return db.session.scalars(
        select(RoomDraftMilestone)
        .where(RoomDraftMilestone.draft_id == draft.id)
        .order_by(RoomDraftMilestone.id.desc())
    ).all()


def versions_of(section: RoomDraftSection) -> Sequence[RoomDraftVersion]:
    """Return the versions of a section, the last one first."""
    return db.session.scalars(
        select(RoomDraftVersion)
        .where(RoomDraftVersion.section_id == section.id)
        .order_by(RoomDraftVersion.number.desc())
        .limit(MOST_VERSIONS)
    ).all()


def texts_of(section: RoomDraftSection, *numbers: int) -> Mapping[int, RoomDraftVersion]:
    """Return versions of a section by their numbers; one that there is not is left out."""
    rows = db.session.scalars(
        select(RoomDraftVersion).where(
            RoomDraftVersion.section_id == section.id, RoomDraftVersion.number.in_(numbers)
        )
    )
    return {row.number: row for row in rows}


def suggestions_of(
    draft: RoomDraft, *, section: RoomDraftSection | None = None, waiting: bool = True, limit: int = 100
) -> Sequence[tuple[RoomDraftSuggestion, RoomDraftSection, RoomDraftVersion]]:
    """Return suggestions with their sections and the versions they were made from: waiting ones, or the others."""
    base = and_(
        RoomDraftVersion.section_id == RoomDraftSuggestion.section_id,
        RoomDraftVersion.number == RoomDraftSuggestion.base_number,
    )
    state = RoomDraftSuggestion.state
    wanted = (
        select(RoomDraftSuggestion, RoomDraftSection, RoomDraftVersion)
        .join(RoomDraftSection, RoomDraftSection.id == RoomDraftSuggestion.section_id)
        .join(RoomDraftVersion, base)
        .where(RoomDraftSuggestion.draft_id == draft.id)
        .where(state == SuggestionState.WAITING if waiting else state != SuggestionState.WAITING)
    )
    if section is not None:
        wanted = wanted.where(RoomDraftSuggestion.section_id == section.id)
    number = RoomDraftSuggestion.number
    rows = db.session.execute(wanted.order_by(number if waiting else number.desc()).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


# ------------------------------------------------------------------------------------------------ at a revision


def at_revision(draft: RoomDraft, revision: int) -> list[WasSection]:
    """Return the sections of a document as they were at a revision, in their order. Two queries."""
    outline = db.session.scalar(
        select(RoomDraftChange.outline)
        .where(RoomDraftChange.draft_id == draft.id, RoomDraftChange.revision <= revision)
        .where(RoomDraftChange.outline.is_not(None))
        .order_by(RoomDraftChange.revision.desc())
        .limit(1)
    )
    order = {number: place for place, number in enumerate(outline or [])}
    rows = db.session.execute(
        select(RoomDraftSection.number, RoomDraftSection.id, RoomDraftSection.public_id,
               RoomDraftVersion.heading, RoomDraftVersion.text, RoomDraftVersion.number)
        .join(RoomDraftVersion, RoomDraftVersion.section_id == RoomDraftSection.id)
        .where(RoomDraftSection.draft_id == draft.id, RoomDraftSection.number.in_(order))
        .where(RoomDraftVersion.revision <= revision)
        .ext(distinct_on(RoomDraftSection.id))
        .order_by(RoomDraftSection.id, RoomDraftVersion.number.desc())
    )  # fmt: skip
    return [WasSection(*row[1:]) for row in sorted(rows, key=lambda row: order[row[0]])]


def between(before: Sequence[WasSection], after: Sequence[WasSection]) -> list[SectionFate]:
    """Return what became of every section, as they stand afterwards; those taken out where they stood."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    stayed_before = [one.id for one in before if one.id in new]
    stayed_after = [one.id for one in after if one.id in old]
    moved = _moved(stayed_before, stayed_after)
    found = [_fate(old.get(one.id), one, moved) for one in after]
    for gone in (one for one in before if one.id not in new):
        ahead = [one.id for one in before[: before.index(gone)]]
        places = [place for place, one in enumerate(found) if one.shown.id in ahead]
        found.insert(places[-1] + 1 if places else 0, SectionFate(Fate.REMOVED, False, gone, None))
    return found


def compared(before: tuple[str, str], after: tuple[str, str]) -> Difference:
    """Return how a section (heading, text) became another one."""
    return Difference(
        difference(before[0], after[0]), folded_lines(lines_of(difference(before[1], after[1])))
    )


def _fate(before: WasSection | None, after: WasSection, moved: frozenset[int]) -> SectionFate:
    if before is None:
        return SectionFate(Fate.ADDED, False, None, after)
    same = (before.heading, before.text) == (after.heading, after.text)
    return SectionFate(Fate.SAME if same else Fate.CHANGED, after.id in moved, before, after)


def _moved(before: Sequence[int], after: Sequence[int]) -> frozenset[int]:
    """Return the fewest sections that, moved, make one order of the other: those outside the longest common order."""
    rank = {one: place for place, one in enumerate(before)}
    best: dict[int, tuple[int, ...]] = {}
    for one in after:
        longest = max((run for last, run in best.items() if rank[last] < rank[one]), key=len, default=())
        best[one] = (*longest, one)
    kept = max(best.values(), key=len, default=())
    return frozenset(after) - frozenset(kept)


def people_in(pasts: Sequence[Past]) -> Iterator[int | None]:
    """Yield the membership numbers of everybody in a page of history."""
    for past in pasts:
        yield past.change.membership_id
        if past.version is not None:
            yield from (past.version.author_id, past.version.accepted_by)
