"""What somebody typed into the search field, as the question put to the index. Pure.

Words are all asked for, small words are not. ``"words in quotes"`` stand so in the text, ``-word`` stands nowhere in
it, while somebody types the last word may go on. Whatever is typed means something or nothing, and never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.search.analyser import Token, language_of, pieces, prepared, quoted, with_digits
from app.search.folding import script
from app.search.stopwords import CHINESE_PHRASES, EVERY_STOP, LATIN_STOP, STOP, STOP_CHINESE

LONGEST = 400
MOST_TERMS = 24
SHORTEST_PREFIX = 3
_ALL = ("ar", "en", "es", "fr", "ru")
_QUOTES = '"“”„‟«»「」『』＂'
_ASKED = re.compile(
    f"(?P<minus>(?<!\\S)[-−–](?=[\\S]))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\\s{_QUOTES}]+))"
)
_FOLLOWS = re.compile("<\\d+>")
_FILLERS = re.compile("|".join(sorted(CHINESE_PHRASES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: ``query`` is its ``tsquery``, ``marks`` the lexemes that show where it was found.

    ``word`` is the folded form of a single word, which may go on when it is ``open``. ``loose`` are the terms it falls
    apart into where not all need be met.
    """

    query: str
    marks: frozenset[str]
    word: str = ""
    loose: tuple[Term, ...] = ()
    open: bool = False

    def opened(self) -> Term:
        """Return the term whose word may go on; one that is no single word, or a short one, stays as it is."""
        if len(self.word) < SHORTEST_PREFIX:
            return self
        return replace(self, query=f"({self.query} | {quoted(self.word)}:*)", open=True)


@dataclass(frozen=True, slots=True)
class Question:
    """A question: ``terms`` and ``phrases`` that are asked for, ``excluded`` that must not be there.

    ``whole`` is False when there was more than a question may hold.
    """

    terms: tuple[Term, ...] = ()
    phrases: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    whole: bool = True

    def __bool__(self) -> bool:
        """Whether something is asked for."""
        return bool(self.terms or self.phrases)

    @property
    def strict(self) -> str:
        """The ``tsquery`` that wants everything asked for."""
        return self._within(self.terms)

    @property
    def loose_terms(self) -> tuple[Term, ...]:
        """What is asked for, taken apart as far as it can be, each once."""
        parts = (part for term in self.terms for part in (term.loose or (term,)))
        return tuple({part.query: part for part in parts}.values())[:MOST_TERMS]

    @property
    def rough(self) -> str:
        """The ``tsquery`` of :attr:`strict` that does not ask what follows what; the same where nothing has to."""
        return _FOLLOWS.sub("&", self.strict)

    @property
    def loose(self) -> tuple[str, ...]:
        """A ``tsquery`` for each of :attr:`loose_terms`; phrases and exclusions hold in each."""
        return tuple(self._within((term,)) for term in self.loose_terms)

    @property
    def relaxable(self) -> bool:
        """Whether less than everything could be met."""
        return len(self.loose_terms) > 1

    @property
    def marks(self) -> dict[str, int]:
        """Lexemes that are shown as found, with the number of what they answer."""
        terms = (*self.terms, *self.loose_terms, *self.phrases)
        return {lexeme: number for number, term in enumerate(terms) for lexeme in term.marks}

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What words begin with that are shown as found."""
        return tuple(term.word for term in self.terms if term.open)

    def opened(self) -> Question:
        """Return the question whose every word may go on."""
        return replace(self, terms=tuple(term.opened() for term in self.terms))

    def _within(self, terms: Sequence[Term]) -> str:
        wanted = [one.query for one in (*terms, *self.phrases)]
        return " & ".join([*wanted, *(f"!({one.query})" for one in self.excluded)])


def parse(typed: str, hint: str = "", *, typing: bool = False) -> Question:
    """Return what ``typed`` asks for, by a reader of ``hint``; ``typing`` says that the last word may go on."""
    text = with_digits(prepared(typed[:LONGEST]))
    wanted = _Wanted(language_of(text, hint), shouted=text.isupper())
    for found in _ASKED.finditer(text):
        wanted.add(found["word"], found["phrase"], excluded=bool(found["minus"]))
    found_terms = wanted.terms or ([] if wanted.phrases else wanted.small)
    if typing and found_terms and text[-1] not in _QUOTES and not text[-1].isspace():
        found_terms[-1] = found_terms[-1].opened()
    terms, phrases, excluded = map(_different, (found_terms, wanted.phrases, wanted.excluded))
    whole = len(typed) <= LONGEST and max(map(len, (terms, phrases, excluded))) <= MOST_TERMS
    return Question(terms[:MOST_TERMS], phrases[:MOST_TERMS], excluded[:MOST_TERMS], whole)


def _different(terms: list[Term]) -> tuple[Term, ...]:
    return tuple({term.query: term for term in terms}.values())


@dataclass(slots=True)
class _Wanted:
    """What was found in a question so far; ``small`` are the words that carry it."""

    language: str
    shouted: bool
    terms: list[Term] = field(default_factory=list)
    small: list[Term] = field(default_factory=list)
    phrases: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)

    def add(self, word: str | None, phrase: str | None, *, excluded: bool) -> None:
        """Add what stands between blanks or quotes."""
        if phrase is not None:
            (self.excluded if excluded else self.phrases).extend(_exact(phrase))
            return
        for piece in pieces(word or "", _ALL):
            term = _term(word or "", piece)
            if excluded:
                self.excluded.append(term)
            elif self._is_small(word or "", piece):
                self.small.append(term)
            else:
                self.terms.append(term)

    def _is_small(self, written: str, piece: list[Token]) -> bool:
        """Whether a piece is a word that carries the sentence; UN, WHO and IT in capitals are none."""
        if len(piece) > 1:
            return False
        token, form = piece[0], piece[0].lexemes[0]
        capitals = token.end - token.start > 1 and written[token.start : token.end].isupper()
        kind = script(form[0])
        if kind == "latin":
            carries = form in STOP.get(self.language, LATIN_STOP) or (len(form) == 1 and form.isalpha())
            return carries and (self.shouted or not capitals)
        if kind == "arabic":
            return form in STOP["ar"] or (form[0] in "وف" and form[1:] in STOP["ar"])
        return form in (STOP_CHINESE if kind == "han" else STOP["ru"])


def _term(written: str, piece: list[Token]) -> Term:
    ideographs = script(piece[0].lexemes[0][0]) == "han"
    return _ideographs(written, piece) if ideographs else _word(piece)


def _word(piece: list[Token]) -> Term:
    parts = _parts(piece)
    if len(parts) == 1:
        return _one(parts[0])
    joined = [_either(token.lexemes) for token in piece if token.kind == "whole"]
    apart = _chain((token.position, _either(token.lexemes)) for token in parts)
    marks = frozenset(lexeme for token in piece for lexeme in token.lexemes if len(lexeme) > 1)
    loose = tuple(_one(token) for token in parts if len(token.lexemes[0]) > 1)
    return Term("(" + " | ".join([*joined, apart]) + ")", marks, loose=loose)


def _one(token: Token) -> Term:
    return Term(_either(token.lexemes), frozenset(token.lexemes), word=token.lexemes[0])


def _either(lexemes: Iterable[str]) -> str:
    alternatives = [quoted(lexeme) for lexeme in lexemes]
    return alternatives[0] if len(alternatives) == 1 else "(" + " | ".join(alternatives) + ")"


def _chain(places: Iterable[tuple[int, str]]) -> str:
    """Return what follows each other at given positions."""
    query, last = "", 0
    for position, one in places:
        query += f" <{position - last}> {one}" if query else one
        last = position
    return f"({query})"


def _ideographs(written: str, piece: list[Token]) -> Term:
    """Return a run of ideographs as a phrase of pairs; loosely, the pairs that say something."""
    pairs = _pairs(piece)
    if not pairs:
        return Term(quoted(piece[0].lexemes[0]), frozenset(piece[0].lexemes))
    needed = [*pairs[::2], *([pairs[-1]] if len(pairs) % 2 == 0 else [])]
    query = _chain((token.position, quoted(token.lexemes[0])) for token in needed)
    loose = tuple(_telling(written[pairs[0].start : pairs[-1].end], pairs))
    marks = frozenset[str]().union(*(one.marks for one in loose)) or frozenset(
        one.lexemes[0] for one in pairs
    )
    return Term(query, marks, loose=loose)


def _telling(run: str, pairs: list[Token]) -> Iterator[Term]:
    """Yield the pairs of a run that are not what questions are made with."""
    idle = {place for filler in _FILLERS.finditer(run) for place in range(*filler.span())}
    idle |= {place for place, character in enumerate(run) if character in STOP_CHINESE}
    for place, token in enumerate(pairs):
        if not idle & {place, place + 1}:
            yield Term(quoted(token.lexemes[0]), frozenset(token.lexemes))


def _exact(phrase: str) -> list[Term]:
    """Return a quoted phrase, met as it is written but for case, accents and the like; none for an empty one."""
    chosen = [token for piece in pieces(phrase, ()) for token in (_pairs(piece) or _parts(piece))]
    if not chosen:
        return []
    forms = [token.lexemes[0] for token in chosen]
    telling = [form for form in forms if form not in EVERY_STOP] or forms
    return [Term(_chain((token.position, quoted(token.lexemes[0])) for token in chosen), frozenset(telling))]


def _parts(piece: list[Token]) -> list[Token]:
    return [token for token in piece if token.kind == "part"]


def _pairs(piece: list[Token]) -> list[Token]:
    return [token for token in piece if token.kind == "pair"]
