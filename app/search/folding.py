"""One written form for what is one word: case, width, accents, points, ligatures, letters of the same sound.

A word is folded by its script, not by the language of its text, so a question needs no language to be folded alike.
"""

from __future__ import annotations

import unicodedata

HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Characters written without spaces between words (ideographs and kana), for a class of a regular expression."""

ARABIC = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
CYRILLIC = "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f"

IGNORED = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that are not seen: soft hyphens, joiners, marks of direction."""

MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0816-\u082d\u08d3-\u08ff"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d"
    "\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83"
    "\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0d82\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ecd\u0f18\u0f19\u0f35\u0f37\u0f39\u0f71-\u0f84\u102b-\u103e\u135d-\u135f\u17b4-\u17d3\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
"""Combining marks of the scripts in use: they belong to the word they stand in."""

_LATIN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
        "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ƒ": "f",
    }
)  # fmt: skip
_ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ى": "ي", "ئ": "ي", "ی": "ي", "ې": "ي", "ے": "ي",
        "ؤ": "و", "ة": "ه", "ھ": "ه", "ہ": "ه", "ە": "ه", "ۀ": "ه", "ک": "ك", "ڪ": "ك", "ـ": None,
    }
)  # fmt: skip
_UNSEEN = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     *range(0xFE00, 0xFE10)]
)  # fmt: skip
_TILDE = "\u0303"


def script(character: str) -> str:
    """Return the script of a character as far as folding tells them apart: latin, arabic, cyrillic, han, other."""
    point = ord(character)
    if point < 0x250 or 0x1E00 <= point <= 0x1EFF or 0xFF21 <= point <= 0xFF5A or 0xFB00 <= point <= 0xFB06:
        return "latin"
    if 0x600 <= point <= 0x6FF or 0x750 <= point <= 0x77F or 0x870 <= point <= 0x8FF:
        return "arabic"
    if 0x400 <= point <= 0x52F or 0x1C80 <= point <= 0x1C8F:
        return "cyrillic"
    if 0xFB50 <= point <= 0xFDFF or 0xFE70 <= point <= 0xFEFC:
        return "arabic"
    return "han" if 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or point >= 0x20000 else "other"


def cased(word: str) -> str:
    """Return ``word`` without differences of case, width, ligature and unseen characters; accents are kept."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKC", word.translate(_UNSEEN))
    return unicodedata.normalize("NFC", "".join(map(_digit, plain.casefold())))


def _digit(character: str) -> str:
    """Return a digit of any script as the one we write."""
    if character.isascii() or not character.isdecimal():
        return character
    return str(unicodedata.decimal(character))


def folded(word: str) -> str:
    """Return the one written form of ``word``: that of :func:`cased` without accents and points.

    The Spanish ñ stays a letter of its own, as does the Russian й; ё is е.
    """
    if word.isascii():
        return word.lower()
    return unaccented(cased(word))


def unaccented(word: str) -> str:
    """Return a word of :func:`cased` without accents and points."""
    if word.isascii() or not word:
        return word
    kind = script(word[0])
    if kind == "arabic":
        return _without_marks(word.translate(_ARABIC)).translate(_ARABIC)
    if kind == "cyrillic":
        return word.replace("ё", "е").replace("\u0301", "").replace("\u0300", "")
    if kind == "latin":
        kept = word.translate(_LATIN).replace("ñ", "\0")
        return _without_marks(kept).replace("\0", "ñ")
    return _without_marks(word) if kind == "other" else word


def _without_marks(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))
