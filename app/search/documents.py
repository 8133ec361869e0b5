"""What features hand to the index: documents in parts. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.search.analyser import VERSION, base, prepared, vector
from app.search.folding import HAN

MOST_PIECES = 5_000
_ENOUGH, _TOO_MUCH = 200, 260  # units: a word, or two ideographs
_UNIT = re.compile(f"[{HAN}]{{1,2}}|[^\\s{HAN}]{{1,40}}")
_SENTENCE = re.compile("(?<=[.!?؟;…])\\s+|(?<=[。！？；])|\n+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text. ``anchor`` leads to it: an id in the page, or what its address goes on with (``/…``, ``?…``).

    ``heading`` is the heading it stands under, ``page`` the page of its file, from 1. Text is plain, not HTML.
    """

    anchor: str
    text: str
    heading: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found. ``kind`` and ``key`` name the thing; in several languages it has a document in each.

    ``language`` is a BCP 47 tag or empty, ``url`` the address without host, ``facets`` what a hit shows beside its
    title: ``within`` (the title of what it is part of, plain text). ``updated_at`` is aware; left out, it is now.
    """

    kind: str
    key: str
    scope: str
    language: str
    title: str
    parts: Sequence[Part]
    url: str
    facets: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None

    @property
    def thing(self) -> int:
        """The number of the thing: the same for its documents in every language."""
        return thing(self.kind, self.key)

    def digest(self) -> str:
        """Return a digest of all that the index holds of it, but for its scope and date."""
        said = [VERSION, self.language, self.title, self.url, dict(self.facets)]
        said += [[part.anchor, part.text, part.heading, part.page] for part in self.parts]
        written = json.dumps(said, ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces that are searched, ready to be stored; one without text where there is none."""
        title, number = prepared(self.title), 0
        for part in self.parts or [Part("", "")]:
            heading = prepared(part.heading)
            for text in split(prepared(part.text)):
                if number == MOST_PIECES:
                    return
                yield Piece(number, part.anchor, heading, part.page, text, self._vector(title, heading, text))
                number += 1

    def _vector(self, title: str, heading: str, text: str) -> str:
        own = "" if heading == title else heading
        return vector((title, self.language, "A"), (own, self.language, "B"), (text, self.language, "D"))

    @property
    def base_language(self) -> str:
        """The language without country."""
        return base(self.language)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a document as it is stored; ``vector`` is a ``tsvector``."""

    number: int
    anchor: str
    heading: str
    page: int | None
    text: str
    vector: str


def thing(kind: str, key: str) -> int:
    """Return the number that stands for a thing: 64 bits with sign."""
    return int.from_bytes(hashlib.sha256(f"{kind}\0{key}".encode()).digest()[:8], signed=True)


def split(text: str) -> Iterator[str]:
    """Yield a text in even pieces of some 200 words (400 ideographs), cut between sentences where there are some."""
    whole = _length(text)
    count = 1 if whole <= _TOO_MUCH else math.ceil(whole / _ENOUGH)
    kept, size, cuts = "", 0, 1
    for sentence in _sentences(text):
        units = _length(sentence)
        if kept.strip() and size + units / 2 > cuts * whole / count:  # the cut is nearer before this sentence
            yield kept.strip()
            kept, cuts = "", cuts + 1
        kept, size = kept + sentence, size + units
    yield kept.strip()


def _length(text: str) -> int:
    return sum(1 for _ in _UNIT.finditer(text))


def _sentences(text: str) -> Iterator[str]:
    """Yield sentences with the blanks behind them; one that is too long in slices."""
    start = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]:
        yield from _slices(text[start:end])
        start = end


def _slices(sentence: str) -> Iterator[str]:
    units = list(_UNIT.finditer(sentence))
    if len(units) <= _ENOUGH:
        if sentence:
            yield sentence
        return
    cuts = [units[place].start() for place in range(_ENOUGH, len(units), _ENOUGH)]
    for start, end in zip([0, *cuts], [*cuts, len(sentence)], strict=True):
        yield sentence[start:end]
