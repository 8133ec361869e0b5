"""Documents, sections, comments and suggestions of a room, for who may have them; everything else is the room's 404.

Who may write by their role gets a writing page although the document was locked or the room closed meanwhile: then the
action says so, and what was typed is kept.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import ARRAY, BigInteger, Row, Select, and_, cast, func, select

from app.core.access import Actor
from app.core.database import db
from app.irooms import loaders
from app.irooms.drafting_bench import Bench, CommentBench, SectionBench, SuggestionBench
from app.irooms.models import RoomMembership
from app.irooms.models.drafting import (
    RoomDraft,
    RoomDraftComment,
    RoomDraftEditor,
    RoomDraftReader,
    RoomDraftSection,
    RoomDraftSuggestion,
    RoomDraftVersion,
)
from app.irooms.seats import Seat

Wanted: TypeAlias = Select[*tuple[Any, ...]]
Found: TypeAlias = Row[*tuple[Any, ...]]


def shown(actor: Actor, slug: str, draft_id: str) -> Bench:
    """A document of a room whose content is open to the actor; withdrawn ones, too: the page says so."""
    seat = loaders.entered(actor, slug)
    return _bench(
        seat, db.session.execute(_drafts(seat).where(RoomDraft.public_id == draft_id)).one_or_none()
    )


def draft(actor: Actor, slug: str, draft_id: str) -> Bench:
    """A document whose text is open to the actor."""
    return _reading(shown(actor, slug, draft_id))


def edited(actor: Actor, slug: str, draft_id: str) -> Bench:
    """A document that the actor writes."""
    return _editing(draft(actor, slug, draft_id))


def managed(actor: Actor, slug: str, draft_id: str) -> Bench:
    """A document of an open room that the actor manages."""
    bench = draft(actor, slug, draft_id)
    if not bench.manages:
        raise loaders.nothing(bench.seat)
    return bench


def exported(actor: Actor, slug: str, draft_id: str) -> Bench:
    """A document that the actor may take away."""
    bench = draft(actor, slug, draft_id)
    if not bench.exports:
        raise loaders.nothing(bench.seat)
    return bench


def section(actor: Actor, slug: str, draft_id: str, section_id: str) -> SectionBench:
    """A section that stands, or stood, in a document whose text is open to the actor."""
    seat = loaders.entered(actor, slug)
    wanted = _with(seat, RoomDraftSection, RoomDraftSection.draft_id == RoomDraft.id)
    row = db.session.execute(
        wanted.where(RoomDraft.public_id == draft_id, RoomDraftSection.public_id == section_id)
    ).one_or_none()
    bench = _reading(_bench(seat, row))
    return SectionBench(bench, row[-1])  # type: ignore[index]  # _bench raised for None


def standing_section(actor: Actor, slug: str, draft_id: str, section_id: str) -> SectionBench:
    """A section that stands in a document whose text is open to the actor."""
    place = section(actor, slug, draft_id, section_id)
    if place.section.removed_at is not None:
        raise loaders.nothing(place.seat)
    return place


def edited_section(actor: Actor, slug: str, draft_id: str, section_id: str) -> SectionBench:
    """A section of a document that the actor writes."""
    place = section(actor, slug, draft_id, section_id)
    _editing(place.bench)
    return place


def annotated_section(actor: Actor, slug: str, draft_id: str, section_id: str) -> SectionBench:
    """A section that the actor may comment on, or for which they may suggest another text."""
    place = standing_section(actor, slug, draft_id, section_id)
    if not place.bench.takes_part:
        raise loaders.nothing(place.seat)
    return place


def version(
    actor: Actor, slug: str, draft_id: str, section_id: str, number: str
) -> tuple[SectionBench, RoomDraftVersion]:
    """A version of a section in a document whose text is open to the actor."""
    place = section(actor, slug, draft_id, section_id)
    return place, _version(place, number)


def edited_version(
    actor: Actor, slug: str, draft_id: str, section_id: str, number: str
) -> tuple[SectionBench, RoomDraftVersion]:
    """A version of a section that the actor writes."""
    place = edited_section(actor, slug, draft_id, section_id)
    return place, _version(place, number)


def comment(actor: Actor, slug: str, draft_id: str, comment_id: str) -> CommentBench:
    """A comment in a document that the actor takes part in."""
    seat = loaders.entered(actor, slug)
    wanted = _with(seat, RoomDraftSection, RoomDraftSection.draft_id == RoomDraft.id)
    on = RoomDraftComment.section_id == RoomDraftSection.id
    row = db.session.execute(
        wanted.add_columns(RoomDraftComment)
        .join(RoomDraftComment, on)
        .where(RoomDraft.public_id == draft_id, RoomDraftComment.public_id == comment_id)
    ).one_or_none()
    bench = _reading(_bench(seat, row))
    if not bench.takes_part:
        raise loaders.nothing(seat)
    return CommentBench(SectionBench(bench, row[-2]), row[-1])  # type: ignore[index]  # as above


def suggestion(actor: Actor, slug: str, draft_id: str, suggestion_id: str) -> SuggestionBench:
    """A suggestion in a document whose text is open to the actor."""
    seat = loaders.entered(actor, slug)
    wanted = _with(seat, RoomDraftSection, RoomDraftSection.draft_id == RoomDraft.id)
    on = RoomDraftSuggestion.section_id == RoomDraftSection.id
    row = db.session.execute(
        wanted.add_columns(RoomDraftSuggestion)
        .join(RoomDraftSuggestion, on)
        .where(RoomDraft.public_id == draft_id, RoomDraftSuggestion.public_id == suggestion_id)
    ).one_or_none()
    bench = _reading(_bench(seat, row))
    return SuggestionBench(SectionBench(bench, row[-2]), row[-1])  # type: ignore[index]  # as above


def decided_suggestion(actor: Actor, slug: str, draft_id: str, suggestion_id: str) -> SuggestionBench:
    """A suggestion that is the actor's to accept or to reject."""
    found = suggestion(actor, slug, draft_id, suggestion_id)
    _editing(found.bench)
    return found


def own_suggestion(actor: Actor, slug: str, draft_id: str, suggestion_id: str) -> SuggestionBench:
    """A suggestion that the actor made."""
    found = suggestion(actor, slug, draft_id, suggestion_id)
    if not found.own or not found.bench.takes_part:
        raise loaders.nothing(found.bench.seat)
    return found


def chosen_editor(actor: Actor, slug: str, draft_id: str, member_id: str) -> tuple[Bench, RoomMembership]:
    """Somebody who writes a document that the actor manages."""
    bench = managed(actor, slug, draft_id)
    found = db.session.scalars(
        select(RoomMembership).where(
            RoomMembership.room_id == bench.room.id, RoomMembership.public_id == member_id
        )
    ).one_or_none()
    if found is None or found.id not in bench.editors:
        raise loaders.nothing(bench.seat)
    return bench, found


# ------------------------------------------------------------------------------------------------ finding


def _drafts(seat: Seat) -> Wanted:
    """The documents of a room, each with its editors and how far the person has read it."""
    editors = (
        select(func.coalesce(func.array_agg(RoomDraftEditor.membership_id), cast([], ARRAY(BigInteger))))
        .where(RoomDraftEditor.draft_id == RoomDraft.id)
        .correlate(RoomDraft)
        .scalar_subquery()
    )
    own = RoomDraftReader.membership_id == (seat.member.id if seat.member else 0)
    return (
        select(RoomDraft, editors, RoomDraftReader)
        .outerjoin(RoomDraftReader, and_(RoomDraftReader.draft_id == RoomDraft.id, own))
        .where(RoomDraft.room_id == seat.room.id)
    )


def _with(seat: Seat, model: Any, on: Any) -> Wanted:
    return _drafts(seat).add_columns(model).join(model, on)


def _bench(seat: Seat, row: Found | None) -> Bench:
    if row is None:
        raise loaders.nothing(seat)
    return Bench(seat, row[0], frozenset(row[1]), row[2])


def _reading(bench: Bench) -> Bench:
    if not bench.reads:
        raise loaders.nothing(bench.seat)
    return bench


def _editing(bench: Bench) -> Bench:
    if not bench.edits_by_role:
        raise loaders.nothing(bench.seat)
    return bench


def _version(place: SectionBench, number: str) -> RoomDraftVersion:
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
    found = db.session.scalars(
        select(RoomDraftVersion).where(
            RoomDraftVersion.section_id == place.section.id, RoomDraftVersion.number == wanted
        )
    ).one_or_none()
    if found is None:
        raise loaders.nothing(place.seat)
    return found
