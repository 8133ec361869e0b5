"""Suggestions: another text for a section, which an editor accepts or rejects.

A suggestion keeps the version it was made from. When the section has changed meanwhile it is laid over the present
text, as two edits at once are; where both changed the same passage it cannot be taken as it is, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import Refused, require
from app.irooms import drafting_notices as notices
from app.irooms.actions.drafting.revising import (
    require_comments,
    require_edits,
    require_standing,
    take_turn,
    told,
)
from app.irooms.actions.drafting.sections import (
    LONGEST_TEXT,
    Origin,
    Outcome,
    Words,
    merged_words,
    put,
    save,
    tidy,
    version_of,
)
from app.irooms.actions.drafting.unsaved import forget
from app.irooms.drafting_bench import SectionBench, SuggestionBench
from app.irooms.models.drafting import RoomDraftSuggestion, SuggestionState, UnsavedKind, VersionHow
from app.irooms.register import tell
from app.irooms.trail import note
from app.records.models import Verb as Fact


class Overlapping(Refused):
    """The section has changed where the suggestion changes it."""


def suggest(place: SectionBench, words: Words, base_number: int, reason: str = "") -> RoomDraftSuggestion:
    """Suggest another text for a section, made from its version ``base_number``. Refused when it changes nothing."""
    take_turn(place.bench)
    require_comments(place.bench)
    require_standing(place.section)
    wanted = Words(words.heading, tidy(words.text))
    require(wanted != version_of(place.section, base_number), _("Change something before you send it."))
    require(len(wanted.text) <= LONGEST_TEXT, _("A section holds at most 20,000 characters. Divide it."))
    place.draft.last_suggestion += 1
    row = RoomDraftSuggestion(
        draft_id=place.draft.id,
        section_id=place.section.id,
        number=place.draft.last_suggestion,
        author_id=place.seat.member_id,
        base_number=base_number,
        heading=wanted.heading,
        text=wanted.text,
        note=reason,
        state=SuggestionState.WAITING,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    forget(place, UnsavedKind.SUGGESTION)
    _note(place, Verb.ROOM_DRAFT_SUGGESTED, row)
    assert place.seat.member is not None
    tell(place.bench.room, place.seat.member, Fact.CONTRIBUTED, {"what": "suggestion"})
    notices.told_of_suggestion(place, row)
    told(place.draft, place.section)
    return row


def rebased(place: SectionBench, suggestion: RoomDraftSuggestion, base: Words) -> Words | None:
    """Return the section with the suggestion taken, which was made from ``base``; None when they overlap."""
    wanted = Words(suggestion.heading, suggestion.text)
    return merged_words(base, wanted, Words(place.section.heading, place.section.text))


def accept(found: SuggestionBench) -> None:
    """Take a suggestion: it becomes a version of who made it. Raises Overlapping."""
    place, suggestion = found.place, found.suggestion
    take_turn(found.bench)
    lock(place.section)
    lock(suggestion)
    require_edits(found.bench)
    require_standing(place.section)
    _require_waiting(suggestion)
    words = rebased(place, suggestion, version_of(place.section, suggestion.base_number))
    if words is None:
        raise Overlapping(
            _("The section has changed where this suggestion changes it. Take what is good of it by hand.")
        )
    if words != Words(place.section.heading, place.section.text):
        put(place, words, _credited(found))
    _decide(found, SuggestionState.ACCEPTED, Verb.ROOM_DRAFT_SUGGESTION_ACCEPTED)


def accept_all(chosen: Iterable[SuggestionBench]) -> tuple[int, list[SuggestionBench]]:
    """Take several suggestions, oldest first; returns how many were taken, and those that could not be."""
    taken, left = 0, []
    for found in sorted(chosen, key=lambda one: one.suggestion.number):
        try:
            accept(found)
            taken += 1
        except Refused:  # one that overlaps, or was decided on meanwhile, keeps none of the others back
            left.append(found)
    return taken, left


def accept_by_hand(found: SuggestionBench, words: Words, base_number: int, comment: str = "") -> Outcome:
    """Save what an editor made of a section with a suggestion before them; it counts as accepted then."""
    take_turn(found.bench)
    lock(found.suggestion)
    _require_waiting(found.suggestion)
    outcome = save(found.place, words, base_number, comment)
    if outcome != Outcome.OVERLAPPING:
        _decide(found, SuggestionState.ACCEPTED, Verb.ROOM_DRAFT_SUGGESTION_ACCEPTED)
    return outcome


def reject(found: SuggestionBench, reason: str) -> None:
    """Turn a suggestion down, for a reason that who made it reads."""
    take_turn(found.bench)
    lock(found.suggestion)
    require_comments(found.bench)
    require(found.bench.judges, _("You may not change this draft."))
    _require_waiting(found.suggestion)
    require(bool(reason.strip()), _("Say why, so that the next suggestion fits."))
    found.suggestion.reason = reason.strip()
    _decide(found, SuggestionState.REJECTED, Verb.ROOM_DRAFT_SUGGESTION_REJECTED)


def withdraw(found: SuggestionBench) -> None:
    """Take one's own suggestion back."""
    take_turn(found.bench)
    lock(found.suggestion)
    require(found.own, _("This suggestion is somebody else's."))
    require(found.bench.seat.writes, _("The room is closed."))
    _require_waiting(found.suggestion)
    _decide(found, SuggestionState.WITHDRAWN, Verb.ROOM_DRAFT_SUGGESTION_WITHDRAWN)


def _credited(found: SuggestionBench) -> Origin:
    suggestion = found.suggestion
    return Origin(
        VersionHow.SUGGESTION,
        suggestion.base_number,
        suggestion.author_id,
        accepted_by=found.bench.seat.member_id,
        note=suggestion.note,
    )


def _require_waiting(suggestion: RoomDraftSuggestion) -> None:
    require(
        suggestion.state == SuggestionState.WAITING, _("Somebody has decided on this suggestion already.")
    )


def _decide(found: SuggestionBench, state: SuggestionState, verb: Verb) -> None:
    row = found.suggestion
    row.state, row.decided_at, row.decided_by = state, clock.now(), found.bench.seat.member_id
    row.version = found.place.section.version if state == SuggestionState.ACCEPTED else None
    db.session.flush()
    _note(found.place, verb, row)
    if not found.own:
        notices.told_of_decision(found.place, row)
    told(found.bench.draft, found.place.section)


def _note(place: SectionBench, verb: Verb, row: RoomDraftSuggestion) -> None:
    note(place.seat, verb, "room_draft_suggestion", row.public_id, detail={"draft": place.draft.public_id})
