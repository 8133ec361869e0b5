"""Two people changed the same text at once: both changes in one text, or the answer that they overlap. Pure.

Nobody's words are lost: what either side added is in the merged text, what nobody touched stays, and where both
changed the same passage nothing is merged at all and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.irooms.drafting.words import Common, Tokens, common, is_word, tokens


@dataclass(frozen=True, slots=True)
class _Edit:
    """The tokens ``start`` to ``end`` of the text both began from became ``put``."""

    start: int
    end: int
    put: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Return ``base`` with the changes of both sides; None when they overlap or touch (no word between them)."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    pieces = tokens(base)
    own, others = set(_edits(pieces, tokens(mine))), set(_edits(pieces, tokens(theirs)))
    edits = sorted(own | others, key=lambda edit: (edit.start, edit.end))
    for before, after in pairwise(edits):
        of_one = {before, after} <= own or {before, after} <= others
        if not of_one and not _apart(pieces, before, after):
            return None
    return "".join(_applied(pieces, edits))


def merged_line(base: str, mine: str, theirs: str) -> str | None:
    """Return what a single line (a heading) becomes; None when both sides changed it differently."""
    if mine == theirs or theirs == base:
        return mine
    return theirs if mine == base else None


def _edits(base: Tokens, changed: Tokens) -> Iterator[_Edit]:
    at_base = at_changed = 0
    for one in [*common(base, changed), Common(len(base), len(changed), 0)]:
        if at_base < one.before or at_changed < one.after:
            yield _Edit(at_base, one.before, tuple(changed[at_changed : one.after]))
        at_base, at_changed = one.before + one.size, one.after + one.size


def _apart(base: Tokens, before: _Edit, after: _Edit) -> bool:
    """Whether two changes have something between them that neither touched: a word, or an empty line."""
    if before.end > after.start:
        return False
    between = base[before.end : after.start]
    return any(is_word(token) for token in between) or "\n\n" in "".join(between)


def _applied(base: Tokens, edits: list[_Edit]) -> Iterator[str]:
    at = 0
    for edit in edits:
        yield from base[at : edit.start]
        yield from edit.put
        at = edit.end
    yield from base[at:]
