"""What people write in a live room: plain text, cleaned of what could disturb a page that shows it."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from app.core.refusal import require

# marks that turn the direction of what follows them, and characters that nobody sees
_TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF}
_KEPT_BREAK = "\n"
_MANY_BREAKS = re.compile(r"\n{3,}")
_MOST_MARKS = 4


def plain(typed: object, most: int, *, lines: bool = True) -> str:
    """Return what was typed as plain text of at most ``most`` characters; Refused when nothing is left or it is longer.

    Line breaks stay where ``lines``; control characters, marks that turn the text's direction and piles of combining
    marks go.
    """
    require(isinstance(typed, str), _("Write something first."))
    text = _tidy(str(typed), lines=lines)
    require(any(_seen(one) for one in text), _("Write something first."))
    require(
        len(text) <= most,
        _("At most %(max)d characters; you typed %(length)d.", max=most, length=len(text)),
    )
    return text


def optional(typed: object, most: int) -> str:
    """Return one line of plain text, or nothing."""
    return plain(typed, most, lines=False) if isinstance(typed, str) and typed.strip() else ""


def _tidy(typed: str, *, lines: bool) -> str:
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in text if _stays(one, lines=lines) or one.isspace())
    text = _unpiled("".join(one if _stays(one, lines=lines) else " " for one in text))
    if not lines:
        return " ".join(text.split())
    return _MANY_BREAKS.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _stays(one: str, *, lines: bool) -> bool:
    if one == _KEPT_BREAK:
        return lines
    return ord(one) not in _TURNS and unicodedata.category(one) not in {"Cc", "Cs", "Co"}


def _seen(one: str) -> bool:
    return not one.isspace() and unicodedata.category(one) != "Cf"


def _unpiled(text: str) -> str:
    """Leave at most a few combining marks on one letter: a pile of them runs over the lines above and below."""
    kept: list[str] = []
    marks = 0
    for one in text:
        marks = marks + 1 if unicodedata.combining(one) else 0
        if marks <= _MOST_MARKS:
            kept.append(one)
    return "".join(kept)
