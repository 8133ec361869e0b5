"""Suggestions as they would change the text now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.database import db
from app.irooms.actions.drafting.sections import Words
from app.irooms.actions.drafting.suggestions import rebased
from app.irooms.drafting_bench import Bench, SectionBench, SuggestionBench
from app.irooms.models.drafting import (
    RoomDraftSection,
    RoomDraftSuggestion,
    RoomDraftVersion,
    SuggestionState,
)
from app.irooms.queries.drafting.versions import Difference, compared, suggestions_of


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion. ``difference`` is against the text as it is now, or as it was where both changed the same passage.

    ``stale``: it overlaps with what changed since; ``behind``: the section has changed since, and it still fits.
    """

    row: RoomDraftSuggestion
    section: RoomDraftSection
    difference: Difference
    stale: bool
    behind: bool


def proposal_of(found: SuggestionBench) -> Proposal:
    """Return a suggestion as it would change its section. One query."""
    base = db.session.scalars(
        select(RoomDraftVersion).where(
            RoomDraftVersion.section_id == found.place.section.id,
            RoomDraftVersion.number == found.suggestion.base_number,
        )
    ).one()
    return _proposal(found.place, found.suggestion, Words(base.heading, base.text))


def proposals_of(bench: Bench, *, waiting: bool) -> list[Proposal]:
    """Return the suggestions of a document: waiting ones, or those that were decided on. One query."""
    return [
        _proposal(SectionBench(bench, section), row, Words(base.heading, base.text))
        for row, section, base in suggestions_of(bench.draft, waiting=waiting)
    ]


def waiting_benches(bench: Bench, ids: Collection[str]) -> Sequence[SuggestionBench]:
    """Return the waiting suggestions of a document by their ids; others are left out."""
    rows = db.session.execute(
        select(RoomDraftSuggestion, RoomDraftSection)
        .join(RoomDraftSection, RoomDraftSection.id == RoomDraftSuggestion.section_id)
        .where(RoomDraftSuggestion.draft_id == bench.draft.id, RoomDraftSuggestion.public_id.in_(ids))
        .where(RoomDraftSuggestion.state == SuggestionState.WAITING)
    )
    return [SuggestionBench(SectionBench(bench, section), row) for row, section in rows]


def waiting_suggestion(place: SectionBench, public_id: str) -> SuggestionBench | None:
    """Return a waiting suggestion for a section by its id."""
    if not public_id:
        return None
    row = db.session.scalars(
        select(RoomDraftSuggestion)
        .where(RoomDraftSuggestion.section_id == place.section.id)
        .where(RoomDraftSuggestion.public_id == public_id)
        .where(RoomDraftSuggestion.state == SuggestionState.WAITING)
    ).one_or_none()
    return SuggestionBench(place, row) if row else None


def _proposal(place: SectionBench, row: RoomDraftSuggestion, base: Words) -> Proposal:
    section = place.section
    waits = row.state == SuggestionState.WAITING
    result = rebased(place, row, base) if waits else None
    if result is None:
        shown = compared((base.heading, base.text), (row.heading, row.text))
        return Proposal(row, section, shown, stale=waits, behind=False)
    shown = compared((section.heading, section.text), (result.heading, result.text))
    return Proposal(row, section, shown, stale=False, behind=row.base_number < section.version)
