"""Holding the copies of the head against the chain.

The chain may hold in itself and still not be what it was: its end cut off, an older state restored, or something
changed and every later hash computed anew. Only a copy kept elsewhere tells. Lines that are not on the chain
(*strays*) are taken together while they follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select, text

from app.audit import copies
from app.audit.chain import Walk, interesting
from app.audit.copies import Line, Unreadable
from app.audit.findings import Finding, Kind
from app.audit.models import AuditEntry
from app.core.database import db

_AT_A_TIME = 1_000
_LISTED = 1_000
_BLIND = "truncation and rollback cannot be seen"


@dataclass(slots=True)
class _Strays:
    """Neighbouring lines that are not on the chain; ``before`` is the last line before them that is.

    ``present``: of how many the position is taken by another entry. ``went_back``: the line after them counts fewer.
    """

    first: Line
    last: Line
    before: Line | None
    count: int = 0
    present: int = 0
    went_back: bool = False

    @property
    def since(self) -> int:
        """The last position that is certain."""
        return self.before.seq if self.before else 0

    def __str__(self) -> str:
        if self.count == 1:
            return f"1 line of the copy (seq {self.first.seq})"
        return f"{self.count} lines of the copy (seq {self.first.seq} to {self.last.seq})"


class Comparison:
    """One comparison of a copy with a walked chain. ``known``: hashes before suspects, as the copy has them."""

    def __init__(self, walk: Walk) -> None:
        self.lines = 0
        self.known: dict[int, bytes] = {}
        self.findings: list[Finding] = []
        self._walk = walk
        self._wanted = interesting(walk)
        self._disturbed = _disturbed(walk)
        self._good: Line | None = None
        self._strays: _Strays | None = None

    def check(self, copy: Path, size: int | None) -> None:
        """Check every line up to octet ``size`` (None: the file was not there when the verification began)."""
        lines = copies.read(copy, size) if size is not None else iter(())
        while chunk := list(islice(lines, _AT_A_TIME)):
            self._check_chunk(chunk)
        self._tell()
        if not self.lines and self._walk.taken:
            missing = (
                "holds no copy of the head" if size is not None else "is not there, so no copy of the head"
            )
            self._find(Kind.COPY, None, f"{copy} {missing}: {_BLIND}")

    def _find(self, kind: Kind, seq: int | None, words: str) -> None:
        if len(self.findings) < _LISTED:
            self.findings.append(Finding(kind, seq, words))

    def _check_chunk(self, chunk: Iterable[Line | Unreadable]) -> None:
        seqs = {line.seq for line in chunk if isinstance(line, Line)}
        found = db.session.execute(select(AuditEntry.seq, AuditEntry.hash).where(AuditEntry.seq.in_(seqs)))
        rows = {row.seq: row.hash for row in found}
        for line in chunk:
            if isinstance(line, Unreadable):
                self._find(Kind.COPY, None, f"line {line.number} of the copy cannot be read")
            else:
                self._check_line(line, line.seq in rows, rows.get(line.seq))

    def _check_line(self, line: Line, present: bool, found: bytes | None) -> None:
        self.lines += 1
        if line.seq in self._wanted:
            self.known[line.seq] = line.hash
        if self._strays is not None and (found == line.hash or line.seq <= self._strays.last.seq):
            self._strays.went_back = line.seq <= self._strays.last.seq
            self._tell()
        if found != line.hash:
            strays = self._strays = self._strays or _Strays(line, line, self._good)
            strays.last, strays.count, strays.present = line, strays.count + 1, strays.present + present
        elif self._good is None or line.seq > self._good.seq:
            self._good = line

    def _tell(self) -> None:
        """Tell what the strays that just ended mean."""
        strays, self._strays = self._strays, None
        if strays is None:
            return
        told = any(strays.since < seq <= strays.last.seq for seq in self._disturbed)
        if told and not strays.went_back:
            return  # the chain itself told it, and better
        if strays.went_back or _went_on_from_older_state(strays):
            state = f"the database was set back to seq {strays.since} or a little later and went on"
            self._find(Kind.ROLLBACK, strays.since + 1, f"{state}; {strays} not on the chain")
        elif not strays.present:
            ends = self._walk.position
            words = (
                f"the chain ends at seq {ends}, the copy knows of seq {strays.last.seq}: the end was cut off"
            )
            self._find(Kind.TRUNCATION, ends + 1, words)
        else:
            self._tell_rewritten(strays)

    def _tell_rewritten(self, strays: _Strays) -> None:
        """Something between two lines was changed and every later hash computed anew; tell what by how ids moved."""
        line, since = strays.first, strays.since
        where = f"between seq {since + 1} and {line.seq}, and every later hash made anew"
        more = _more_than_then(strays.last)
        falling = _ids_fall(since, line.seq)
        if more > 0:
            self._find(Kind.INSERTION, since + 1, f"{_entries(more)} added {where}")
        elif more < 0:
            missing = _missing_ids(strays.before.entry_id if strays.before else 0, line.entry_id)
            self._find(Kind.DELETION, since + 1, f"{_entries(-more)} deleted {where}{missing}")
        elif falling is not None:
            self._find(
                Kind.SWAP,
                falling,
                f"seq {falling} and {falling + 1} do not stand in order: entries changed places {where}",
            )
        else:
            self._find(Kind.EDIT, since + 1, f"an entry was changed {where}")


def _disturbed(walk: Walk) -> set[int]:
    """The positions at which the chain itself does not hold."""
    seqs = [one.seq for one in walk.findings if one.seq is not None]
    seqs += [place.first for place in walk.places]
    seqs += [seq for suspect in walk.suspects for seq in (suspect.entry.seq - 1, suspect.entry.seq)]
    return set(seqs)


def _went_on_from_older_state(strays: _Strays) -> bool:
    """Whether the newest entry the strays know is gone, and younger ones follow all the same."""
    entry, last = AuditEntry, strays.last
    survived = select(entry.id).where(entry.id == last.entry_id, entry.seq.is_not(None), entry.at <= last.at)
    if db.session.scalar(survived) is not None:
        return False
    newest = select(entry.at).where(entry.seq.is_not(None)).order_by(entry.seq.desc()).limit(1)
    end: datetime | None = db.session.scalar(newest)
    return end is not None and end > last.at


def _more_than_then(line: Line) -> int:
    """How many entries more the chain holds up to the one that ended it when the line was written; negative: fewer."""
    entry = AuditEntry
    stands = db.session.scalar(select(entry.seq).where(entry.id == line.entry_id))
    if stands is not None and stands >= line.seq:
        return stands - line.seq
    then = select(func.count()).select_from(entry).where(entry.seq.is_not(None), entry.at <= line.at)
    return (db.session.scalar(then) or 0) - line.seq


def _entries(count: int) -> str:
    return "1 entry was" if count == 1 else f"{count} entries were"


def _missing_ids(after: int, until: int) -> str:
    """Name ids that no entry of the range has; some may never have been committed."""
    ids = db.session.scalars(
        text(
            "SELECT id FROM generate_series(CAST(:after AS bigint) + 1, :until) AS id "
            "WHERE NOT EXISTS (SELECT FROM audit_entry AS e WHERE e.id = id.id) LIMIT 20"
        ),
        {"after": after, "until": until},
    ).all()
    return f"; no entry has id {', '.join(map(str, ids))}" if ids else ""


def _ids_fall(since: int, until: int) -> int | None:
    """The first position of a sealed batch after which ids fall: batches are sealed in the order of ids."""
    found: int | None = db.session.scalar(
        text(
            "SELECT seq - 1 FROM (SELECT seq, id, lag(id) OVER (ORDER BY seq) AS before FROM audit_entry "
            "WHERE seq > :since AND seq <= :until) AS batch WHERE id < before ORDER BY seq LIMIT 1"
        ),
        {"since": since, "until": until},
    )
    return found
