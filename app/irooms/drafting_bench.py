"""A bench: one person before one document of a room, with all that decides what they may do with it."""

from __future__ import annotations

from dataclasses import dataclass

from app.irooms.models import Download, Room, RoomRole
from app.irooms.models.drafting import (
    DraftState,
    RoomDraft,
    RoomDraftComment,
    RoomDraftReader,
    RoomDraftSection,
    RoomDraftSuggestion,
)
from app.irooms.seats import Seat


@dataclass(frozen=True, slots=True)
class Bench:
    """A seat before a document. ``editors`` are the memberships chosen to write it; managers always may.

    ``reader`` is how far the person had read it before.
    """

    seat: Seat
    draft: RoomDraft
    editors: frozenset[int] = frozenset()
    reader: RoomDraftReader | None = None

    @property
    def room(self) -> Room:
        """The document's room."""
        return self.seat.room

    @property
    def edits_by_role(self) -> bool:
        """Whether the person writes the document when it is open: a manager, or a chosen editor."""
        return self.takes_part and (self.seat.manages or self.seat.member_id in self.editors)

    @property
    def takes_part(self) -> bool:
        """Whether the person does more than read here, when the document lets them."""
        member = self.seat.member is not None and self.seat.inside
        return member and self.seat.role != RoomRole.OBSERVER

    @property
    def edits(self) -> bool:
        """Whether the person may change the text now."""
        return self.edits_by_role and self.seat.writes and self.draft.state == DraftState.OPEN

    @property
    def comments(self) -> bool:
        """Whether the person may comment and suggest now."""
        return self.seat.writes and self.draft.state in {DraftState.OPEN, DraftState.LOCKED}

    @property
    def judges(self) -> bool:
        """Whether the person may turn suggestions down and settle comments now; accepting takes :attr:`edits`."""
        return self.comments and self.edits_by_role

    @property
    def manages(self) -> bool:
        """Whether the person may change what the document is, and its state."""
        return self.seat.manages and self.seat.writes

    @property
    def exports(self) -> bool:
        """Whether the person may take the document away: a member, and where files are read only, a manager."""
        member = self.seat.member is not None and self.seat.inside
        return member and self.reads and (self.seat.manages or self.room.download != Download.VIEW)

    @property
    def reads(self) -> bool:
        """Whether the text is open to the person: a withdrawn document is the managers' alone."""
        return self.draft.state != DraftState.WITHDRAWN or self.seat.manages


@dataclass(frozen=True, slots=True)
class SectionBench:
    """A section on its document's bench."""

    bench: Bench
    section: RoomDraftSection

    @property
    def seat(self) -> Seat:
        """The person before the room."""
        return self.bench.seat

    @property
    def draft(self) -> RoomDraft:
        """The section's document."""
        return self.bench.draft


@dataclass(frozen=True, slots=True)
class CommentBench:
    """A comment with its section."""

    place: SectionBench
    comment: RoomDraftComment

    @property
    def bench(self) -> Bench:
        """The document's bench."""
        return self.place.bench


@dataclass(frozen=True, slots=True)
class SuggestionBench:
    """A suggestion with its section."""

    place: SectionBench
    suggestion: RoomDraftSuggestion

    @property
    def bench(self) -> Bench:
        """The document's bench."""
        return self.place.bench

    @property
    def own(self) -> bool:
        """Whether the suggestion is the person's own."""
        member = self.bench.seat.member
        return member is not None and member.id == self.suggestion.author_id
