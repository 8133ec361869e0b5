"""Who edits a section just now: a word to the others, never a hindrance. It ends by itself when nobody types."""

from __future__ import annotations

from datetime import timedelta

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.irooms.actions.drafting.revising import told
from app.irooms.drafting_bench import SectionBench
from app.irooms.models.drafting import RoomDraftSection
from app.irooms.trail import note

LASTS = timedelta(minutes=3)


def held_by_other(section: RoomDraftSection, membership_id: int) -> bool:
    """Whether somebody else edits the section now."""
    return is_held(section) and section.held_by != membership_id


def is_held(section: RoomDraftSection) -> bool:
    """Whether somebody edits the section now."""
    return section.held_until is not None and section.held_until > clock.now()


def hold(place: SectionBench, *, take_over: bool = False) -> bool:
    """Say that the person edits the section, for some minutes; False while somebody else does, unless taken over.

    A repeated call puts the end off; the others are told only when the person changes.
    """
    section, member = place.section, place.seat.member_id
    _take_turn(section)
    if held_by_other(section, member) and not take_over:
        return False
    other = is_held(section) and section.held_by != member
    new = not is_held(section) or other
    section.held_by, section.held_until = member, clock.now() + LASTS
    if new:
        section.held_since = clock.now()
        db.session.flush()
        told(place.draft, section)
    if other:
        note(place.seat, Verb.ROOM_DRAFT_TAKEN_OVER, "room_draft_section", section.public_id)
    return True


def release(place: SectionBench) -> None:
    """The person does not edit the section any more."""
    _take_turn(place.section)
    if place.section.held_by == place.seat.member_id:
        let_go(place)
        told(place.draft, place.section)


def let_go(place: SectionBench) -> None:
    """Forget that the person edits the section, where they do; the section is locked by the caller."""
    section = place.section
    if section.held_by == place.seat.member_id:
        section.held_by = section.held_since = section.held_until = None
        db.session.flush()


def _take_turn(section: RoomDraftSection) -> None:
    """Two who begin at once take turns; who only points at the row need not wait."""
    db.session.flush()
    db.session.refresh(section, with_for_update={"key_share": True})
