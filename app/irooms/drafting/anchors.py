"""Where a comment belongs: a passage found by its words, and found again after the text around it changed. Pure.

Places are counted in the *plain text* of a rendered section: what a person reads, blanks and line breaks folded into
single blanks. A quote is kept with some of what stood before and behind it, so that the right one of two equal
passages is found, and so that a passage that came back is known again.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count, pairwise

from markupsafe import Markup, escape

from app.irooms.drafting.words import Common, common, is_word, tokens, words

LONGEST_QUOTE = 1_000
CONTEXT = 60
"""So many characters before and behind a quote are kept."""
_TAG = re.compile(r"""(</?[a-zA-Z](?:"[^"]*"|[^">])*>)""")
_BLANKS = re.compile(r"\s+")
_ENOUGH_KEPT = 0.5
_ENOUGH_AROUND = 0.5


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it was marked: its words, and what stood around it (either may be empty)."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """From ``start`` up to ``end`` of a plain text; ``exact`` when the words there are those that were marked."""

    start: int
    end: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be marked on a page: a place, the number shown behind it, where that leads, what it is called."""

    start: int
    end: int
    number: int
    href: str
    label: str


class NotThere(ValueError):
    """The passage is not in the text."""


class Ambiguous(ValueError):
    """The passage is in the text several times, and nothing tells which is meant."""


def folded(text: str) -> str:
    """Return ``text`` with every run of blanks as one blank, none at the ends."""
    return _BLANKS.sub(" ", text).strip()


def plain(rendered: str) -> str:
    """Return the plain text of rendered (cleaned) HTML."""
    return folded("".join(html.unescape(piece) for piece in _TAG.split(str(rendered))[::2]))


def quote_at(text: str, start: int, end: int) -> Quote:
    """Return the passage at a place of a plain text, with what stands around it."""
    return Quote(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def find(text: str, quote: Quote) -> Place:
    """Return where in a plain text a quote stands. Raises NotThere; Ambiguous when its surroundings do not decide."""
    wanted = folded(quote.text)
    places = list(_occurrences(text, wanted))
    if not wanted or not places:
        raise NotThere
    if len(places) == 1:
        return Place(places[0], places[0] + len(wanted))
    ranked = sorted(((_likeness(text, at, len(wanted), quote), -at) for at in places), reverse=True)
    if ranked[0][0] == ranked[1][0]:
        raise Ambiguous
    return Place(-ranked[0][1], -ranked[0][1] + len(wanted))


class Following:
    """One change of a plain text, over which any number of passages are followed."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after

    def followed(self, place: Place | None, quote: Quote) -> Place | None:
        """Return where a passage stands after the change; None when it is not to be found any more.

        ``place`` is where it stood (None: nowhere, its words had gone), ``quote`` what was marked at first. Its own
        words win; else the passage that its words became, when at least half of them are left.
        """
        carried = self._carried(place) if place else None
        if carried and self.after[carried.start : carried.end] == quote.text:
            return Place(carried.start, carried.end)
        length = len(quote.text)
        known = [at for at in _occurrences(self.after, quote.text) if _known_again(self.after, at, quote)]
        if known:
            best = max(known, key=lambda at: (_likeness(self.after, at, length, quote), -at))
            return Place(best, best + length)
        return carried

    def _carried(self, place: Place) -> Place | None:
        """Carry a place over the change word by word; None when less than half of its words are left."""
        first = bisect_right(self._old_starts, place.start) - 1
        last = bisect_left(self._old_starts, place.end)  # the first token behind the place
        wanted = [at for at in range(first, last) if is_word(self._old[at])]
        left = [at for at in wanted if at in self._to_new]
        if not left or len(left) < _ENOUGH_KEPT * len(wanted):
            return None
        carried = self._within(first, last, left)
        return carried if carried.end - carried.start <= 3 * (place.end - place.start) + CONTEXT else None

    def _within(self, first: int, last: int, left: list[int]) -> Place:
        """What replaced the outermost words belongs to the passage where the tokens beside it still stand."""
        to_new = self._to_new
        begin = to_new[first] if first in to_new else to_new.get(first - 1, to_new[left[0]] - 1) + 1
        end = to_new[last - 1] + 1 if last - 1 in to_new else to_new.get(last, to_new[left[-1]] + 1)
        return _without_blanks(self.after, self._new_starts[begin], self._new_starts[end])

    @cached_property
    def _old(self) -> list[str]:
        return tokens(self.before)

    @cached_property
    def _new(self) -> list[str]:
        return tokens(self.after)

    @cached_property
    def _old_starts(self) -> list[int]:
        return _starts(self._old)

    @cached_property
    def _new_starts(self) -> list[int]:
        return _starts(self._new)

    @cached_property
    def _to_new(self) -> dict[int, int]:
        return dict(_pairs(common(self._old, self._new)))


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _likeness(text: str, at: int, length: int, quote: Quote) -> float:
    """Return how much of what stood around the quote stands around this place, 0..2."""
    before = text[max(0, at - CONTEXT) : at].rstrip()
    after = text[at + length : at + length + CONTEXT].lstrip()
    own_before, own_after = folded(quote.before), folded(quote.after)
    ends = _shared(before[::-1], own_before[::-1]) / max(1, len(own_before))
    return ends + _shared(after, own_after) / max(1, len(own_after))


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _known_again(text: str, at: int, quote: Quote) -> bool:
    """Whether what stands around an equal passage shows that it is the one that was marked."""
    behind = at + len(quote.text)
    around = text[max(0, at - CONTEXT) : at], text[behind : behind + CONTEXT]
    shares = [
        len(set(words(kept)) & set(words(now))) / len(set(words(kept)))
        for kept, now in zip((quote.before, quote.after), around, strict=True)
        if words(kept)
    ]
    return not shares or max(shares) >= _ENOUGH_AROUND


def _pairs(blocks: Sequence[Common]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        yield from zip(range(block.before, block.before + block.size), count(block.after), strict=False)


def _without_blanks(text: str, start: int, end: int) -> Place:
    passage = text[start:end]
    return Place(start + len(passage) - len(passage.lstrip()), start + len(passage.rstrip()), exact=False)


def _starts(pieces: Sequence[str]) -> list[int]:
    return [0, *accumulate(len(piece) for piece in pieces)]


# ------------------------------------------------------------------------------------------------ showing


def marked(rendered: str, spans: Sequence[Span]) -> Markup:
    """Return rendered (cleaned) HTML with every span in ``<mark>`` and a numbered link behind its end."""
    if not spans:
        return Markup(rendered)
    pieces = _TAG.split(str(rendered))  # no Markup: its pieces would pass for escaped
    texts = [html.unescape(piece) for piece in pieces[::2]]
    return Markup("".join(_Marker(_folded_places("".join(texts)), spans).pieces(pieces, texts)))


class _Marker:
    """Walks through the pieces of a page and marks; ``places`` gives the plain text's place of every character."""

    def __init__(self, places: Sequence[int], spans: Sequence[Span]) -> None:
        self.spans = [
            (bisect_right(places, one.start) - 1, bisect_left(places, one.end), one) for one in spans
        ]
        self.at = 0
        self.in_link = False
        self.waiting: list[Span] = []  # their end lies within a link, and links do not nest

    def pieces(self, pieces: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
        """Yield the page again, marked; ``texts`` are every other of the pieces, as they are read."""
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                yield from self._text(texts[number // 2])
                continue
            yield piece
            if piece.startswith(("<a ", "<a>", "</a")):
                self.in_link = not piece.startswith("</")
                yield from self._numbers([])

    def _text(self, text: str) -> Iterator[str]:
        begin, end = self.at, self.at + len(text)
        self.at = end
        here = [one for one in self.spans if one[0] < end and one[1] > begin]
        cuts = {at for first, behind, _span in here for at in (first, behind) if begin < at < end}
        for low, high in pairwise(sorted({begin, end} | cuts)):
            covering = [one for one in here if one[0] <= low < one[1]]
            piece = str(escape(text[low - begin : high - begin]))
            yield f"<mark>{piece}</mark>" if covering and piece.strip() else piece
            yield from self._numbers([span for _first, behind, span in covering if behind == high])

    def _numbers(self, ended: list[Span]) -> Iterator[str]:
        self.waiting += ended
        if self.in_link:
            return
        for one in self.waiting:
            yield (
                f'<a class="draft-number" id="at-{one.number}" href="{escape(one.href)}" '
                f'aria-label="{escape(one.label)}">{one.number}</a>'
            )
        self.waiting = []


def _folded_places(text: str) -> list[int]:
    """Return, for every character (and the end) of a text, its place once blanks are folded."""
    places: list[int] = []
    at, blank_before = 0, True
    for character in text:
        places.append(at)
        blank = character.isspace()
        if not (blank and blank_before):
            at += 1
        blank_before = blank
    places.append(at)
    return places
