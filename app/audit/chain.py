"""Walking the chain from its first entry to its head, and telling what was done to it where it does not hold.

The walk keeps an anchor: the last position that is certain, with its hash. An entry that fits after the anchor moves it
on. One that does not is doubted until a later entry tells why: it fits after the doubted entry's stored hash (whose
content was edited), after the hash the doubted content gives (whose hash was edited), after the anchor (the doubted
entry was inserted), or only some positions further on (entries before it were deleted and the rest renumbered). What
stays open is a *place* without its entry or an *entry* without its place; at the end entries are tried in places, which
tells a swap from an edit and an insertion from a move. Memory does not grow with the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.audit.digests import FIRST, entry_hash
from app.audit.findings import Finding, Kind

_DOUBTS = 50
_FURTHEST_SHIFT = 1_000
_SHIFT_SEARCHES = 200
_OPEN = 300
_STRETCHES = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed entry as the database holds it."""

    id: int
    seq: int
    hash: bytes
    at: datetime
    actor_id: int | None
    verb: str
    object_kind: str
    object_id: str
    detail: Any
    personal_digest: bytes | None

    def hashed(self, previous: bytes, position: int) -> bytes:
        """Return the hash this content has after ``previous`` at ``position``."""
        return entry_hash(
            previous,
            seq=position,
            id=self.id,
            at=self.at,
            actor_id=self.actor_id,
            verb=self.verb,
            object_kind=self.object_kind,
            object_id=self.object_id,
            detail=self.detail,
            personal_digest=self.personal_digest,
        )

    def fits(self, previous: bytes, position: int) -> bool:
        """Whether the stored hash says that this entry was sealed after ``previous`` at ``position``."""
        return self.hashed(previous, position) == self.hash

    def __str__(self) -> str:
        return f"seq {self.seq} (id {self.id})"


@dataclass(frozen=True, slots=True)
class Place:
    """Positions ``first``..``last`` whose entries are not there; ``previous`` is the hash before them, if certain."""

    first: int
    last: int
    previous: bytes
    following: Entry | None
    renumbered: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """An entry that does not fit. ``position`` None: inserted. ``alone``: the entry before it does fit."""

    entry: Entry
    position: int | None
    previous: bytes
    previous_id: int = 0
    alone: bool = True
    hash_only: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head row: how many entries are sealed, and the hash of the last."""

    seq: int
    hash: bytes


class Walk:
    """One walk along the chain. Feed entries in the order of seq with :meth:`take`, then call :meth:`finish`."""

    def __init__(self, head: Head | None) -> None:
        self.head = head
        self.position = 0
        self.hash = FIRST
        self.last_id = 0
        self.taken = 0
        self.stretches: list[tuple[int, int]] = []
        self.unlisted = 0
        self.places: list[Place] = []
        self.suspects: list[Suspect] = []
        self.shifted: dict[int, tuple[int, int]] = {}
        self.findings: list[Finding] = []
        self._offset = 0
        self._last_seq = 0
        self._doubts: list[Entry] = []
        self.at_head: bytes | None = FIRST if head is not None and head.seq == 0 else None
        self._searches = 0

    def take(self, entry: Entry) -> None:
        """Take the next entry."""
        self.taken += 1
        expected = self.position + 1
        if not self._doubts and entry.seq + self._offset == expected and entry.fits(self.hash, expected):
            self._anchor(entry, expected)
        else:
            self._consider(entry)

    def _anchor(self, entry: Entry, position: int) -> None:
        self.position, self.hash, self.last_id, self._last_seq = position, entry.hash, entry.id, entry.seq
        if self.head is not None and position == self.head.seq:
            self.at_head = entry.hash

    def _consider(self, entry: Entry) -> None:
        if entry.fits(self.hash, self.position + 1):
            self._after_anchor(entry)
        elif self._doubts and entry.seq == self._last_seq + 1 and self._explains_doubts(entry):
            return
        elif entry.seq > self._last_seq + 1:
            self._after_gap(entry)
        else:
            self._doubt(entry)

    def _doubt(self, entry: Entry) -> None:
        self._doubts.append(entry)
        self._last_seq = entry.seq
        if len(self._doubts) >= _DOUBTS:
            self._settle_as_edits()

    def _after_anchor(self, entry: Entry) -> None:
        """The entry follows the anchor: whatever was doubted in between does not belong there."""
        position = self.position + 1
        if not self._doubts and self._last_seq + 1 != entry.seq:
            text = f"{entry} and those after it were renumbered; it was sealed as seq {position}"
            self._find(Kind.EDIT, entry.seq, text)
        for doubted in self._doubts:
            self._suspect(Suspect(doubted, None, self.hash, self.last_id))
        self._doubts.clear()
        if entry.seq != position and len(self.shifted) < _OPEN:
            self.shifted[entry.id] = (entry.seq, position)
        self._offset = position - entry.seq
        self._anchor(entry, position)

    def _explains_doubts(self, entry: Entry) -> bool:
        """Whether this entry, next in number, tells what is wrong with the doubted ones; if so, move on to it."""
        doubted, position = self._doubts[-1], self.position + len(self._doubts) + 1
        if entry.fits(doubted.hash, position):
            self._settle_as_edits()
        elif len(self._doubts) == 1 and entry.fits(doubted.hashed(self.hash, position - 1), position):
            self._suspect(Suspect(doubted, position - 1, self.hash, self.last_id, hash_only=True))
            self._doubts.clear()
        elif missing := self._missing_before(doubted, entry, position):
            self._settle_as_deletion(missing)
            position += missing
        else:
            return False
        self._anchor(entry, position)
        return True

    def _missing_before(self, doubted: Entry, entry: Entry, position: int) -> int:
        """How many positions further on ``entry`` was sealed after ``doubted``; 0 when at none."""
        if len(self._doubts) > 2 or self._searches >= _SHIFT_SEARCHES:
            return 0
        self._searches += 1
        return next((n for n in range(1, _FURTHEST_SHIFT + 1) if entry.fits(doubted.hash, position + n)), 0)

    def _settle_as_edits(self) -> None:
        """Every doubted entry stands where it was sealed, but changed; go on after the last."""
        previous, position, last_id = self.hash, self.position, self.last_id
        for number, doubted in enumerate(self._doubts):
            position += 1
            self._suspect(Suspect(doubted, position, previous, last_id, alone=number == 0))
            previous, last_id = doubted.hash, doubted.id
        if self._doubts:
            self._anchor(self._doubts[-1], position)
        self._doubts.clear()

    def _settle_as_deletion(self, missing: int) -> None:
        """``missing`` entries are gone before the last doubted one, and the numbers were closed up."""
        following = self._doubts.pop()
        self._settle_as_edits()
        first = self.position + 1
        self._open(Place(first, first + missing - 1, self.hash, following, renumbered=True))
        self._offset += missing

    def _after_gap(self, entry: Entry) -> None:
        """Numbers are missing before the entry; it cannot be checked itself, what follows it can."""
        if self.head is not None and entry.seq + self._offset > max(
            self.head.seq, self.position + len(self._doubts)
        ):
            self._suspect(Suspect(entry, None, self.hash, self.last_id))
            return
        self._settle_as_edits()
        position = entry.seq + self._offset
        self._open(Place(self.position + 1, position - 1, self.hash, entry))
        self._anchor(entry, position)

    def finish(self, now: Head | None) -> None:
        """Hold the end against the head; ``now`` is the head after the walk (a sealer may have gone on)."""
        head = self.head
        if head is None or now is None:
            self._settle_as_edits()
            self._find(Kind.DELETION, None, "the head row of the chain is gone")
            return
        self._settle_end(head)
        if self.position < head.seq and head.hash != self.hash:
            self._open(Place(self.position + 1, head.seq, self.hash, None))
        if self.position > now.seq:
            where = f"seq {now.seq + 1} to {self.position} (last id {self.last_id})"
            self._find(
                Kind.INSERTION,
                now.seq + 1,
                f"{where} beyond the head, which was not moved on or was set back",
            )

    def _settle_end(self, head: Head) -> None:
        if not self._doubts:
            return
        last, position = self._doubts[-1], self.position + len(self._doubts)
        if head.hash == self.hash:
            for doubted in self._doubts:
                self._suspect(Suspect(doubted, None, self.hash, self.last_id))
            self._doubts.clear()
        elif len(self._doubts) == 1 and head.hash == last.hashed(self.hash, position):
            self._suspect(Suspect(last, position, self.hash, self.last_id, hash_only=True))
            self._doubts.clear()
            self.position, self.hash = position, head.hash
        elif head.hash == last.hash and head.seq > position:
            self._settle_as_deletion(head.seq - position)
            self._anchor(last, head.seq)
        else:
            self._settle_as_edits()

    def _find(self, kind: Kind, seq: int | None, text: str) -> None:
        self.findings.append(Finding(kind, seq, text))

    def _suspect(self, suspect: Suspect) -> None:
        if len(self.suspects) < _OPEN:
            self.suspects.append(suspect)
        elif self.stretches and self.stretches[-1][1] == suspect.entry.seq - 1:
            self.stretches[-1] = (self.stretches[-1][0], suspect.entry.seq)
        elif len(self.stretches) < _STRETCHES:
            self.stretches.append((suspect.entry.seq, suspect.entry.seq))
        else:
            self.unlisted += 1

    def _open(self, place: Place) -> None:
        if len(self.places) < _OPEN:
            self.places.append(place)
        else:
            self.unlisted += 1


def interesting(walk: Walk) -> set[int]:
    """Positions whose hash in a copy would tell more: those just before a suspect."""
    return {suspect.position - 1 for suspect in walk.suspects if suspect.position is not None}


def explain(walk: Walk, known: Mapping[int, bytes]) -> list[Finding]:
    """Return every finding of a finished walk in the order of the chain.

    ``known`` maps positions to hashes that a copy vouches for (:func:`interesting` says which are of use).
    """
    puzzle = _Puzzle(walk, known)
    found = [*walk.findings, *puzzle.solve()]
    found += [
        Finding(Kind.EDIT, first, f"seq {first} to {last} do not fit") for first, last in walk.stretches
    ]
    if walk.unlisted:
        found.append(
            Finding(Kind.EDIT, None, f"{walk.unlisted} further places do not fit and are not listed")
        )
    return sorted(found, key=lambda one: (one.seq is None, one.seq or 0))


class _Puzzle:
    """Tries entries without a place in places without their entry."""

    def __init__(self, walk: Walk, known: Mapping[int, bytes]) -> None:
        self._walk = walk
        self._known = known
        self._suspects = {suspect.entry.id: suspect for suspect in walk.suspects}
        self._belongs: dict[int, int] = {}
        self._at: dict[int, Entry] = {}
        self._filled: set[int] = set()

    def solve(self) -> list[Finding]:
        """Return what the places and suspects come to."""
        for place in self._walk.places:
            self._fill(place)
        for suspect in self._walk.suspects:
            self._find_owner(suspect)
        for suspect in self._walk.suspects:
            self._acquit(suspect)
        return [*self._swaps(), *self._edits_and_insertions(), *self._deletions(), *self._head()]

    def _fill(self, place: Place) -> None:
        previous = place.previous
        for position in range(place.first, min(place.last, place.first + _OPEN) + 1):
            found = self._entry_for(previous, position)
            if found is None:
                return
            self._belongs[found.id] = position
            self._at[position] = found
            self._filled.add(position)
            previous = found.hash

    def _entry_for(self, previous: bytes, position: int) -> Entry | None:
        loose = (one.entry for one in self._suspects.values() if one.entry.id not in self._belongs)
        return next((entry for entry in loose if entry.fits(previous, position)), None)

    def _find_owner(self, suspect: Suspect) -> None:
        """Whose place the suspect stands in: by an entry's own hash, or by content that gives the hash kept here."""
        if suspect.position is None:
            return
        for other in self._suspects.values():
            if other is suspect or other.entry.id in self._belongs:
                continue
            swapped = replace(other.entry, id=suspect.entry.id)
            if other.entry.fits(suspect.previous, suspect.position) or suspect.entry.hash in (
                other.entry.hashed(suspect.previous, suspect.position),
                swapped.hashed(suspect.previous, suspect.position),
            ):
                self._belongs[other.entry.id] = suspect.position
                self._at[suspect.position] = other.entry
                return

    def _acquit(self, suspect: Suspect) -> None:
        """An entry is as it was when only the one before it is not, or when it stands where it belongs."""
        position = suspect.position
        if position is None or suspect.entry.id in self._belongs:
            return
        owner = self._at.get(position - 1)
        if owner is not None and suspect.entry.fits(owner.hash, position):
            del self._suspects[suspect.entry.id]

    def _swaps(self) -> list[Finding]:
        moved = {id: (self._suspects[id].entry.seq, position) for id, position in self._belongs.items()}
        moved = {id: (stands, belongs) for id, (stands, belongs) in moved.items() if stands != belongs}
        partners = {**self._walk.shifted, **moved}
        found: list[Finding] = []
        told: set[int] = set()
        for id, (stands, belongs) in sorted(moved.items(), key=lambda item: item[1]):
            if id in told:
                continue
            other = next(
                (one for one, way in partners.items() if way == (belongs, stands) and one != id), None
            )
            told |= {id} if other is None else {id, other}
            if other is None:
                text = f"seq {stands} (id {id}) was moved; it was sealed as seq {belongs}"
            else:
                text = f"seq {stands} (id {id}) and seq {belongs} (id {other}) changed places"
            found.append(Finding(Kind.SWAP, min(stands, belongs), text))
        return found

    def _edits_and_insertions(self) -> list[Finding]:
        return [
            self._insertion(one) if one.position is None else self._edit(one)
            for one in self._suspects.values()
            if one.entry.id not in self._belongs
        ]

    def _insertion(self, suspect: Suspect) -> Finding:
        text = f"{suspect.entry} was added to the chain; no entry was sealed there"
        return Finding(Kind.INSERTION, suspect.entry.seq, text)

    def _edit(self, suspect: Suspect) -> Finding:
        entry, position = suspect.entry, suspect.position
        assert position is not None
        if suspect.hash_only:
            return Finding(Kind.EDIT, entry.seq, f"{entry}: its hash was changed, its content was not")
        if not suspect.alone:
            text = f"{entry} does not fit after the entry before it, which was changed too"
            return Finding(Kind.EDIT, entry.seq, text)
        vouched = self._known.get(position - 1)
        if vouched is not None and vouched != suspect.previous and entry.fits(vouched, position):
            changed = f"seq {entry.seq - 1} (id {suspect.previous_id})"
            text = f"{changed} was changed and its hash made to fit; a copy knows the right one"
            return Finding(Kind.EDIT, entry.seq - 1, text)
        if vouched == suspect.previous or position == 1:
            return Finding(Kind.EDIT, entry.seq, f"{entry} was changed after it was sealed")
        other = f"or seq {entry.seq - 1} (id {suspect.previous_id}) was, and its hash made to fit"
        return Finding(Kind.EDIT, entry.seq, f"{entry} was changed after it was sealed, {other}")

    def _deletions(self) -> list[Finding]:
        found = []
        for place in self._walk.places:
            first = next((n for n in range(place.first, place.last + 1) if n not in self._filled), None)
            if first is not None:
                found.append(self._deletion(place, first))
        return found

    def _deletion(self, place: Place, first: int) -> Finding:
        count = place.last - first + 1
        where = f"seq {first}" if count == 1 else f"seq {first} to {place.last} ({count} entries)"
        if place.following is None:
            return Finding(
                Kind.TRUNCATION, first, f"{where} cut off from the end; the head row knows of them"
            )
        after = "and the later ones renumbered" if place.renumbered else "which cannot be checked itself"
        return Finding(Kind.DELETION, first, f"{where} gone before id {place.following.id}, {after}")

    def _head(self) -> list[Finding]:
        """The head row may hold another hash than the entry at its position (or the one that belongs there)."""
        head, stands = self._walk.head, self._walk.at_head
        if head is None or stands is None or stands == head.hash:
            return []
        owner = self._at.get(head.seq)
        if owner is not None and owner.hash == head.hash:
            return []
        text = f"the head row does not hold the hash of seq {head.seq}"
        return [Finding(Kind.EDIT, head.seq, text)]
