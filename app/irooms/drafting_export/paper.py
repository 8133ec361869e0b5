"""What goes on paper, the same for every format: plain values, texts as blocks, words of ours in its language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import direction
from app.irooms.drafting.blocks import Block, Span

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_RTL, _LTR = {"R", "AL", "AN"}, {"L", "EN"}


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A section."""

    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class PaperComment:
    """A comment with its replies; ``head`` says who and when, ``quote`` the passage."""

    head: str
    quote: str
    blocks: Sequence[Block]
    replies: Sequence[tuple[str, Sequence[Block]]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be printed: ``lines`` stand under its title, ``marks`` on every page; words are in its language.

    ``comments`` None: no appendix. Links that begin with ``/`` are the platform's, at ``home``.
    """

    title: str
    language: str
    lines: Sequence[str]
    sections: Sequence[PaperSection]
    comments: Sequence[PaperComment] | None = None
    comments_heading: str = ""
    marks: Sequence[str] = ()
    home: str = ""

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.language)

    def address(self, link: str) -> str:
        """Return where a link leads, host and all."""
        return f"{self.home}{link}" if link.startswith("/") else link


def printable(text: str) -> str:
    """Return ``text`` without the characters that no file can hold."""
    return _UNPRINTABLE.sub("", text)


def direction_of(text: str, otherwise: str) -> str:
    """Return the direction of a text by its first letter, as pages do; ``otherwise`` where it has none."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return otherwise


def runs_of(text: str) -> list[tuple[str, bool]]:
    """Return a text in runs of one direction, each with whether it is right to left; neutral signs stay with a run."""
    runs: list[tuple[str, bool]] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        if runs and (kind not in _RTL | _LTR or runs[-1][1] == (kind in _RTL)):
            runs[-1] = (runs[-1][0] + character, runs[-1][1])
        else:
            runs.append((character, kind in _RTL))
    return runs


def plain_span(text: str) -> Span:
    """Return a run without emphasis."""
    return Span(text)
