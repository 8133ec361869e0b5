"""The piece of a text that is shown with a hit, with the words found marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.search.analyser import base, is_word, piece_of, stemmed_in, written
from app.search.folding import HAN
from app.search.questions import Question
from app.search.stems import lexemes

LONGEST, LONGEST_HAN = 320, 130
_LEAD, _LEAD_HAN = 90, 30
_ELLIPSIS = "…"
_MARK = Markup("<mark>{}</mark>")  # format escapes what it is given
_SENTENCE_END = re.compile("[.!?؟;:]\\s+|[。！？；]|\n+")
_LINE_END = re.compile("(?<=[^\\s.!?:;,…؟。！？:；])\n+(?=\\S)")
_GAP = re.compile(f"\\s+|(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class Found:
    """Where something was found in a text; ``what`` is the number of what it answers, below 0 for the begun word."""

    start: int
    end: int
    what: int


def marked(text: str, language: str, question: Question) -> Markup:
    """Return a whole short text (a title) with what was found in ``<mark>``; everything else escaped."""
    return _join(text, 0, len(text), list(_found(text, language, question)))


def passage(text: str, language: str, question: Question) -> Markup:
    """Return the stretch of ``text`` that shows most of what was asked for, marked; else its beginning."""
    found = list(_found(text, language, question))
    han = base(language) in ("zh", "ja")
    start, end = _window(text, found, LONGEST_HAN if han else LONGEST, _LEAD_HAN if han else _LEAD)
    return _join(text, start, end, found)


def _found(text: str, language: str, question: Question) -> Iterator[Found]:
    """Yield what was found, in order and without overlaps."""
    languages = stemmed_in(text, language)
    answered = _answers(question)
    known: dict[str, int | None] = {}
    last = 0
    for piece in written(text):
        if is_word(piece):
            word = piece[0]
            if word not in known:
                known[word] = answered(lexemes(word, languages))
            answers = [(*piece.span(), known[word])]
        else:
            answers = [(one.start, one.end, answered(one.lexemes)) for one in piece_of(piece, 0, languages)]
        for start, end, what in answers:
            if what is not None and end > last:
                yield Found(max(start, last), end, what)
                last = end


def _answers(question: Question) -> Callable[[tuple[str, ...]], int | None]:
    """Return what tells the number of what lexemes answer; None for those that answer nothing."""
    marks, prefixes = question.marks, question.prefixes

    def answered(lexemes: tuple[str, ...]) -> int | None:
        for lexeme in lexemes:
            if lexeme in marks:
                return marks[lexeme]
        begun = bool(lexemes) and any(lexemes[0].startswith(prefix) for prefix in prefixes)
        return -1 if begun else None

    return answered


def _window(text: str, found: list[Found], length: int, lead: int) -> tuple[int, int]:
    """Return where to cut: around the place with most different finds, from the beginning of a sentence if near."""
    if len(text) <= length:
        return 0, len(text)
    if not found:
        return 0, _cut_before(text, length)
    at = _densest(found, length - lead)
    start = _begin(text, at, lead)
    end = len(text) if start + length >= len(text) else _cut_before(text, start + length)
    return start, end


def _densest(found: list[Found], length: int) -> int:
    """Return where the stretch of ``length`` begins that holds most different finds, then most finds at all."""
    best, begin = (0, 0), found[0].start
    first = 0
    for last, one in enumerate(found):
        while one.end - found[first].start > length:
            first += 1
        within = found[first : last + 1]
        worth = (len({each.what for each in within}), len(within))
        if worth > best:
            best, begin = worth, found[first].start
    return begin


def _begin(text: str, at: int, lead: int) -> int:
    """Return the beginning of the sentence that ``at`` stands in, or of a word some way before it."""
    earliest = max(0, at - lead)
    if earliest == 0:
        return 0
    sentences = [end.end() for end in _SENTENCE_END.finditer(text, earliest, at)]
    if sentences:
        return sentences[0]
    gap = _GAP.search(text, earliest, at)
    return gap.end() if gap else earliest


def _cut_before(text: str, end: int) -> int:
    """Return the end of the last word that is whole before ``end``."""
    gaps = [gap.start() for gap in _GAP.finditer(text, max(0, end - 40), end + 1)]
    return gaps[-1] if gaps else end


def _join(text: str, start: int, end: int, found: list[Found]) -> Markup:
    shown = [Markup(_ELLIPSIS)] if start > 0 else []
    last = start
    for first, behind in _stretches(found):
        if first >= start and behind <= end:
            shown += [_plain(text[last:first]), _MARK.format(text[first:behind])]
            last = behind
    shown.append(_plain(text[last:end]))
    if end < len(text):
        shown.append(Markup(_ELLIPSIS))
    return Markup("").join(shown)


def _plain(text: str) -> Markup:
    """Return text in one line: where a line without an end of its own ended, a dot stands between."""
    return escape(_LINE_END.sub(" · ", text).replace("\n", " "))


def _stretches(found: list[Found]) -> Iterator[tuple[int, int]]:
    """Yield where marks begin and end: finds that touch are one."""
    begun: tuple[int, int] | None = None
    for one in found:
        if begun is not None and one.start == begun[1]:
            begun = begun[0], one.end
            continue
        if begun is not None:
            yield begun
        begun = one.start, one.end
    if begun is not None:
        yield begun
