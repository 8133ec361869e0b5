"""Two texts word by word: what they have in common, and what differs. Pure.

A text is cut into words, single ideographs (Chinese writes no blanks between words), runs of blanks, line breaks and
single other characters; together they are the text again. Lines are compared first and words only where lines differ,
so that a long text costs what its changes cost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Signs that are written above, below or within a word; the class \w does not know them.
_SIGNS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff"
    "\u0900-\u0903\u093a-\u094f\u200c\u200d"
)
_LETTER = f"(?:[^\\W{HAN}]|[{_SIGNS}])"
_TOKEN = re.compile(f"\n|[^\\S\n]+|[{HAN}]|{_LETTER}+(?:['’]{_LETTER}+)*|.", re.DOTALL)
_WORD = re.compile(f"[{HAN}]|{_LETTER}")
_MOST_PAIRS = 1_000_000
_LONE_WORDS = 1
_LONG_CHANGE = 3
"""A common run of so few words between two changes of more is chance; it is shown as part of the change."""

Tokens = Sequence[str]


@dataclass(frozen=True, slots=True)
class Common:
    """``size`` tokens that stand in both texts, from ``before`` in the one and from ``after`` in the other."""

    before: int
    after: int
    size: int


class Kind(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that stayed, came or went."""

    kind: Kind
    text: str


def tokens(text: str) -> list[str]:
    """Return the pieces that ``text`` is made of, in order; joined they are the text."""
    return _TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Whether a token is a word or an ideograph: not blank, not a mark."""
    return _WORD.match(token) is not None


def words(text: str) -> list[str]:
    """Return the words and ideographs of ``text``."""
    return [token for token in tokens(text) if is_word(token)]


def common(before: Tokens, after: Tokens) -> list[Common]:
    """Return the runs of tokens that two texts have in common, in order, none touching the next in both texts."""
    return list(_joined(_by_lines(before, after)))


def difference(before: str, after: str) -> list[Run]:
    """Return how ``after`` came from ``before``: removed before added, equal runs between them."""
    old, new = tokens(before), tokens(after)
    runs: list[Run] = []
    at_old = at_new = 0
    for one in [*common(old, new), Common(len(old), len(new), 0)]:
        _put(runs, Kind.REMOVED, old[at_old : one.before])
        _put(runs, Kind.ADDED, new[at_new : one.after])
        _put(runs, Kind.SAME, old[one.before : one.before + one.size])
        at_old, at_new = one.before + one.size, one.after + one.size
    return _readable(runs)


def _put(runs: list[Run], kind: Kind, pieces: Tokens) -> None:
    if pieces:
        runs.append(Run(kind, "".join(pieces)))


# ------------------------------------------------------------------------------------------------ finding


def _by_lines(before: Tokens, after: Tokens) -> Iterator[Common]:
    """Yield what is common: equal lines, and within what lies between them equal words."""
    old, new = _lines(before), _lines(after)
    starts_old, starts_new = _starts(old), _starts(new)
    at_old = at_new = 0
    for block in _matched(["".join(line) for line in old], ["".join(line) for line in new]):
        begin_old, begin_new = starts_old[block.before], starts_new[block.after]
        yield from _by_words(before, after, (at_old, begin_old), (at_new, begin_new))
        at_old, at_new = starts_old[block.before + block.size], starts_new[block.after + block.size]
        yield Common(begin_old, begin_new, at_old - begin_old)
    yield from _by_words(before, after, (at_old, len(before)), (at_new, len(after)))


def _by_words(
    before: Tokens, after: Tokens, span_old: tuple[int, int], span_new: tuple[int, int]
) -> Iterator[Common]:
    (low_old, high_old), (low_new, high_new) = span_old, span_new
    for one in _matched(before[low_old:high_old], after[low_new:high_new]):
        yield Common(low_old + one.before, low_new + one.after, one.size)


def _matched(old: Tokens, new: Tokens) -> Iterator[Common]:
    """Yield equal runs of two sequences, those at both ends first; blanks alone are no reason to call texts alike."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head:
        yield Common(0, 0, head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if middle_old and middle_new and _affordable(middle_old, middle_new):
        matcher = SequenceMatcher(lambda token: not token.strip(), middle_old, middle_new)
        for one in matcher.get_matching_blocks()[:-1]:
            yield Common(head + one.a, head + one.b, one.size)
    if tail:
        yield Common(len(old) - tail, len(new) - tail, tail)


def _affordable(old: Tokens, new: Tokens) -> bool:
    """Whether comparing is quick: two texts of ever the same words would take minutes, and are shown as replaced."""
    counts = Counter(new)
    return sum(counts[token] for token in old if token.strip()) <= _MOST_PAIRS


def _lines(pieces: Tokens) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for piece in pieces:
        lines[-1].append(piece)
        if piece == "\n":
            lines.append([])
    return lines if lines[-1] else lines[:-1]


def _starts(lines: Sequence[Sequence[str]]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _joined(blocks: Iterator[Common]) -> Iterator[Common]:
    last: Common | None = None
    for one in blocks:
        if last and (last.before + last.size, last.after + last.size) == (one.before, one.after):
            last = Common(last.before, last.after, last.size + one.size)
            continue
        if last:
            yield last
        last = one
    if last and last.size:
        yield last


# ------------------------------------------------------------------------------------------------ showing


def _readable(runs: list[Run]) -> list[Run]:
    """Let what is common by chance, a lone word between long changes, belong to them; removed before added."""
    parts: list[list[Run]] = [[]]  # changes and, between them, one common run each
    for place, run in enumerate(runs):
        if run.kind == Kind.SAME and not _is_chance(
            run, runs[max(0, place - 2) : place], runs[place + 1 : place + 3]
        ):
            parts += [[run], []]
        else:
            parts[-1].append(run)
    found: list[Run] = []
    for part in parts:
        if len(part) == 1:
            found.append(part[0])
        elif part:
            _put(found, Kind.REMOVED, [run.text for run in part if run.kind != Kind.ADDED])
            _put(found, Kind.ADDED, [run.text for run in part if run.kind != Kind.REMOVED])
    return found


def _is_chance(run: Run, before: Sequence[Run], after: Sequence[Run]) -> bool:
    if "\n" in run.text or not before or not after:
        return False
    held = len(words(run.text))
    changed = [sum(len(words(one.text)) for one in side if one.kind != Kind.SAME) for side in (before, after)]
    return held == 0 or (held <= _LONE_WORDS and min(changed) > _LONG_CHANGE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: its runs; one that only stayed or came or went is of one kind throughout."""

    runs: tuple[Run, ...]

    @property
    def changed(self) -> bool:
        """Whether something in it came or went."""
        return any(run.kind != Kind.SAME for run in self.runs)


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines that stayed as they were, and are not shown at once."""

    lines: tuple[Line, ...]


def lines_of(runs: Sequence[Run]) -> list[Line]:
    """Return a difference line by line; empty lines that stayed are left out."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        for number, piece in enumerate(run.text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(Run(run.kind, piece))
    return [Line(tuple(line)) for line in lines if line]


def folded_lines(lines: Sequence[Line], around: int = 1) -> list[Line | Gap]:
    """Return the lines with what changed, ``around`` others before and behind, and gaps for the rest."""
    near = {
        number + offset
        for number, line in enumerate(lines)
        if line.changed
        for offset in range(-around, around + 1)
    }
    found: list[Line | Gap] = []
    hidden: list[Line] = []
    for number, line in enumerate(lines):
        if number not in near:
            hidden.append(line)
            continue
        found += _as_gap(hidden)
        hidden = []
        found.append(line)
    return [*found, *_as_gap(hidden)]


def _as_gap(lines: list[Line]) -> list[Line | Gap]:
    """One line alone takes no more room than the words that it is hidden."""
    return [Gap(tuple(lines))] if len(lines) > 1 else list(lines)
