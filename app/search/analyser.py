"""Text to what it is found by: the same way for a text and for a question about it. Pure; knows no database.

A text is cut where its writing changes: words, numbers, runs of ideographs. Each token carries its lexemes at one
position: a word its folded form and its stems, an ideograph itself and the pair it begins, a compound such as
``S/RES/2396`` or ``cross-border`` each of its parts and, at the first, the whole written together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.search.folding import HAN, IGNORED, MARKS, folded, script
from app.search.stems import lexemes
from app.search.stopwords import STOP

VERSION = 1
"""Changes with everything that makes the same text give other lexemes: the index is then built anew."""

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
HIGHEST_POSITION = 16_383  # PostgreSQL's
_LETTER = f"[^\\W_{HAN}]"
_WORD = f"{_LETTER}+(?:[{MARKS}{IGNORED}]+{_LETTER}*)*"
_PIECE = re.compile(f"(?P<han>[{HAN}]+)|(?P<word>{_WORD}(?:[-‐‑/.:,_&@+\\\\'’ʼ`´]{_WORD})*)")
_PART = re.compile(f"\\d+|(?:(?!\\d){_LETTER})+(?:[{MARKS}{IGNORED}]+(?:(?!\\d){_LETTER})*)*")
_APOSTROPHE = re.compile("['’ʼ`´]")
_ELISIONS = frozenset(["l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"])
_MOST_PARTS = 8
_GAP = 10
_LONGEST_JOINED = 60
_CHINESE_NUMBER = re.compile("(?<=第)[〇零一二三四五六七八九十百千两]{1,9}")
_CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}


class Token(NamedTuple):
    """What stands at ``start:end`` of a text; ``position`` counts from 0, several tokens may share one.

    ``lexemes`` are the folded form and its stems. A token is one of the parts that follow each other, or stands over
    parts: a whole compound, a pair of ideographs, a number written in them.
    """

    start: int
    end: int
    position: int
    lexemes: tuple[str, ...]
    kind: str = "part"  # or "whole", "pair", "number"


def prepared(text: str) -> str:
    """Return ``text`` as it is kept and analysed: composed (NFC), without NUL and lone surrogates."""
    kept = text.replace("\x00", " ")
    if not kept.isascii():
        kept = kept.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", kept)


def tokens(text: str, languages: tuple[str, ...]) -> Iterator[Token]:
    """Yield the tokens of a :func:`prepared` text; ``languages`` are those whose stems its words may have."""
    for piece in pieces(text, languages):
        yield from piece


def pieces(text: str, languages: tuple[str, ...]) -> Iterator[list[Token]]:
    """Yield the tokens of each piece that is written without a gap: a word, a compound, a run of ideographs."""
    position = 0
    for found in written(text):
        piece = piece_of(found, position, languages)
        if piece:
            yield piece
            position = 1 + max(token.position for token in piece if token.kind == "part")


def written(text: str) -> Iterator[re.Match[str]]:
    """Yield where the pieces of a text stand; nearly each is one word, which :func:`is_word` tells."""
    return _PIECE.finditer(text)


def is_word(found: re.Match[str]) -> bool:
    """Whether a piece is one plain word."""
    return found[0].isalpha() and found.lastgroup == "word"


def piece_of(found: re.Match[str], position: int, languages: tuple[str, ...]) -> list[Token]:
    """Return the tokens of a piece; none of one that holds nothing that is kept."""
    if is_word(found):
        made = [Token(*found.span(), position, lexemes(found[0], languages))]
    elif found.lastgroup == "han":
        made = list(_ideographs(found[0], found.start(), position))
    else:
        made = list(_compound(found.string, _parts(found[0], found.start()), position, languages))
    return [token for token in made if token.lexemes]


def _parts(word: str, start: int) -> list[tuple[int, int]]:
    """Return where the parts of a word lie in the text: without elided articles and the English genitive."""
    found: list[tuple[int, int]] = []
    at = 0
    for piece in _APOSTROPHE.split(word):
        first, last = at == 0, at + len(piece) == len(word)
        dropped = (not last and folded(piece) in _ELISIONS) or (not first and piece in ("s", "S"))
        if not dropped:
            found += [(start + at + one.start(), start + at + one.end()) for one in _PART.finditer(piece)]
        at += len(piece) + 1
    return found or [(start, start + len(word))]


def _compound(
    text: str, parts: list[tuple[int, int]], position: int, languages: tuple[str, ...]
) -> Iterator[Token]:
    first, last = parts[0][0], parts[-1][1]
    if 1 < len(parts) <= _MOST_PARTS and last - first <= _LONGEST_JOINED:
        joined = "".join(folded(text[start:end]) for start, end in parts)
        yield Token(first, last, position, lexemes(joined, languages), "whole")
    for offset, (start, end) in enumerate(parts):
        yield Token(start, end, position + offset, lexemes(text[start:end], languages))


def _ideographs(run: str, start: int, position: int) -> Iterator[Token]:
    plain = [folded(character) for character in run]
    for offset, character in enumerate(plain):
        at = start + offset
        yield Token(at, at + 1, position + offset, (character,))
        if offset + 1 < len(plain):
            yield Token(at, at + 2, position + offset, (character + plain[offset + 1],), "pair")
    for number in _CHINESE_NUMBER.finditer(run):
        at = number.start()
        value = str(chinese_number(number[0]))
        yield Token(start + at, start + number.end(), position + at, (value,), "number")


def with_digits(text: str) -> str:
    """Return a Chinese text with its ordinal numbers in digits (第十六条 → 第16条)."""
    return _CHINESE_NUMBER.sub(lambda number: str(chinese_number(number[0])), text)


def chinese_number(written: str) -> int:
    """Return the value of a number in Chinese characters: 十六 → 16, 二三九六 → 2396."""
    if not any(character in _CHINESE_UNITS for character in written):
        return int("".join(str(_CHINESE_DIGITS[character]) for character in written))
    total = digit = 0
    for character in written:
        if character in _CHINESE_UNITS:
            total += (digit or 1) * _CHINESE_UNITS[character]
            digit = 0
        else:
            digit = _CHINESE_DIGITS[character]
    return total + digit


# ------------------------------------------------------------------------------------------------ languages


def base(language: str) -> str:
    """Return the language of a BCP 47 tag without country or script."""
    return language.partition("-")[0].lower()


def stemmed_in(text: str, language: str) -> tuple[str, ...]:
    """Return the languages a text is stemmed in, one a script: the stated one, unless its words tell otherwise.

    Latin words of a text in another script are taken for English; a text in a language we have no stems for is found by
    its forms alone.
    """
    said = base(language)
    latin = said
    if said not in ("en", "es", "fr"):
        latin = "en" if said in LANGUAGES else spoken(text, "") if not said else ""
    else:
        latin = spoken(text, said)
    return ("ar", "ru", *((latin,) if latin else ()))


_LATIN_WORD = re.compile("[^\\W\\d_]{2,}")
_CLEARLY = 5  # so many more words speak for another language than for the one stated


def spoken(text: str, stated: str) -> str:
    """Return the language of a text in Latin letters by its small words: ``stated`` unless they tell another."""
    votes = _votes(_LATIN_WORD.findall(text[:1000]))
    best = _most(votes, stated)
    return best if votes.get(best, 0) >= votes.get(stated, 0) + (_CLEARLY if stated else 1) else stated


def _votes(words: Iterable[str]) -> dict[str, int]:
    forms = [folded(word) for word in words]
    return {language: sum(form in STOP[language] for form in forms) for language in ("en", "es", "fr")}


def _most(votes: dict[str, int], hint: str) -> str:
    """Return the language with most votes, at a tie the hinted one; the hint where nobody voted."""
    best = max(votes, key=lambda language: (votes[language], language == hint))
    return best if votes[best] else hint if hint in votes else ""


def language_of(text: str, hint: str = "") -> str:
    """Return the language that a question is most likely in; ``hint`` where its writing leaves it open."""
    letters = [script(character) for character in text if character.isalpha()]
    counts = {kind: letters.count(kind) for kind in ("latin", "arabic", "cyrillic", "han")}
    kind = max(counts, key=lambda one: counts[one])
    if counts[kind] == 0:
        return hint
    if kind == "latin":
        return _most(_votes(_LATIN_WORD.findall(text)), hint)
    return {"arabic": "ar", "cyrillic": "ru", "han": "zh"}[kind]


# ------------------------------------------------------------------------------------------------ for PostgreSQL


def quoted(lexeme: str) -> str:
    """Return a lexeme as it stands in a ``tsvector`` or ``tsquery``, whatever it holds."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def vector(*passages: tuple[str, str, str]) -> str:
    """Return the ``tsvector`` of passages that follow each other, each ``(text, language, weight A to D)``.

    A gap between them keeps a phrase from beginning in one and ending in the next.
    """
    places: dict[str, list[str]] = {}
    begin = 1
    for text, language, weight in passages:
        last = begin
        mark = "" if weight == "D" else weight
        for token in tokens(text, stemmed_in(text, language)):
            last = begin + token.position
            if last > HIGHEST_POSITION:
                break
            for lexeme in token.lexemes:
                places.setdefault(lexeme, []).append(f"{last}{mark}")
        begin = last + _GAP
    return " ".join(f"{quoted(lexeme)}:{','.join(at)}" for lexeme, at in places.items())
