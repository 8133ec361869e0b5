"""What in a text points to who asked. Pure; it knows nothing of rooms: the caller says what may be known of a person.

Names are matched as whole words, whatever their case; Russian names of countries in their cases, Arabic ones behind
a prefix, Chinese ones anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from app.core.i18n import LANGUAGES, country_name

GAP = "[…]"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHORTEST = 3
_HAN = re.compile(r"[㐀-鿿]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_VOWELS = "аеиоуыэюяьй"


@dataclass(frozen=True, slots=True)
class Signs:
    """What points to somebody.

    ``certain`` may not be published, ``possible`` is to be looked at (names alone; what people of ``country`` are
    called; any mail address), ``hidden`` is taken out of the copy but never named to anybody.
    """

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    country: str = ""

    def certain_in(self, text: str) -> list[str]:
        """Return what must go from ``text``, as it stands there."""
        return _found(text, [*map(_whole, _long(self.certain)), *_countries(self.country)])

    def possible_in(self, text: str) -> list[str]:
        """Return what may point to the person, as it stands in ``text``."""
        known = set(self.certain_in(text))
        found = _found(text, [*map(_whole, _long(self.possible)), *_peoples(self.country), _ADDRESS])
        return [one for one in found if one not in known]

    def without(self, text: str) -> str:
        """Return ``text`` with a gap wherever something points to the person."""
        names = sorted(_long((*self.certain, *self.hidden, *self.possible)), key=len, reverse=True)
        for pattern in (_ADDRESS, *map(_whole, names), *_countries(self.country)):
            text = pattern.sub(GAP, text)
        for pattern in _peoples(self.country):
            text = pattern.sub(_gap_for_capital, text)
        return text


def _gap_for_capital(found: re.Match[str]) -> str:
    """Written small it may be another word: “franchise” is no French person."""
    return GAP if found.group()[0].isupper() else found.group()


def _long(names: Iterable[str]) -> list[str]:
    return [
        name for name in dict.fromkeys(map(str.strip, names)) if len(name) >= _SHORTEST or _HAN.search(name)
    ]


def _found(text: str, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    return list(dict.fromkeys(hit.group() for pattern in patterns for hit in pattern.finditer(text)))


@cache
def _whole(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w){_spaced(name)}(?!\w)" if not _HAN.search(name) else re.escape(name), re.IGNORECASE
    )


@cache
def _countries(code: str) -> tuple[re.Pattern[str], ...]:
    """The names of a country in every language of the platform."""
    return tuple(_country(country_name(code, language)) for language in LANGUAGES) if code else ()


def _country(name: str) -> re.Pattern[str]:
    if _HAN.search(name):
        return re.compile(re.escape(name))
    if _ARABIC.search(name):
        return re.compile(rf"{_spaced(name)}(?!\w)")
    if _CYRILLIC.search(name):
        return re.compile(rf"(?<!\w){_spaced(name.rstrip(_VOWELS))}\w{{0,3}}(?!\w)", re.IGNORECASE)
    return re.compile(rf"(?<!\w){_spaced(name)}(?!\w)", re.IGNORECASE)


@cache
def _peoples(code: str) -> tuple[re.Pattern[str], ...]:
    """What people of a country may be called where letters are added to its name: Kenyan, Peruvian, keniano."""
    names = {country_name(code, language) for language in ("en", "fr", "es")} if code else set()
    stems = {_stem(name) for name in names if " " not in name}
    return tuple(
        re.compile(rf"(?<!\w){re.escape(stem)}\w{{1,5}}(?!\w)", re.IGNORECASE) for stem in sorted(stems)
    )


def _stem(name: str) -> str:
    stem = name.rstrip("aeiouáéíóúàès")
    return stem if len(stem) > _SHORTEST else name


def _spaced(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))
