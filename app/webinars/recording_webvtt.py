"""Captions as WebVTT files: read strictly, kept as plain words, written anew. Pure.

What a file carries beside times and words (styles, regions, places, markup, scripts in any of them) is left behind.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_OCTETS = 2_000_000
MAX_CUES = 20_000
MAX_TEXT = 1_000
_ARROW = "-->"
_HEAD = 3  # what follows the first line directly belongs to the head
_TIME = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})")
_TAG = re.compile(r"<[^<>]*>")
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ASIDE = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words from a second to a second."""

    begins: float
    ends: float
    text: str


class NotWebVTT(ValueError):
    """The file cannot be read; ``line`` (from 1) says where, ``why`` is ``head``, ``time``, ``order``, ``size``,
    ``text`` or ``nothing``."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(f"{why} at line {line}")
        self.why = why
        self.line = line


def parse(body: bytes) -> list[Cue]:
    """Return the cues of a file, in order of their begin. Raises NotWebVTT."""
    if len(body) > MAX_OCTETS:
        raise NotWebVTT("size")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotWebVTT("text") from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise NotWebVTT("head", 1)
    cues = [cue for block, line in _blocks(lines[1:]) if (cue := _cue(block, line)) is not None]
    if not cues:
        raise NotWebVTT("nothing")
    if len(cues) > MAX_CUES:
        raise NotWebVTT("size")
    return sorted(cues, key=lambda one: (one.begins, one.ends))


def write(cues: Iterable[Cue]) -> str:
    """Return cues as a file; their words cannot be taken for anything else."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        words = html.escape(cue.text, quote=False)
        parts.append(f"\n{stamp(cue.begins)} {_ARROW} {stamp(cue.ends)}\n{words}\n")
    return "".join(parts)


def stamp(seconds: float) -> str:
    """Return a time as WebVTT writes it."""
    thousandths = max(0, round(seconds * 1000))
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


def plain(text: str) -> str:
    """Return words without markup, blank lines and what cannot be stored."""
    bare = _UNCLEAN.sub("", html.unescape(_TAG.sub("", text)))
    return "\n".join(" ".join(line.split()) for line in bare.split("\n") if line.strip())[:MAX_TEXT]


def shifted(cues: Iterable[Cue], by: float, length: float) -> list[Cue]:
    """Return cues on the clock of an edition that begins ``by`` seconds later and is ``length`` long."""
    moved = (Cue(max(0.0, one.begins - by), min(length, one.ends - by), one.text) for one in cues)
    return [one for one in moved if one.ends > one.begins]


def _blocks(lines: Sequence[str]) -> Iterable[tuple[list[str], int]]:
    """Yield what stands between blank lines, with the number of its first line in the file."""
    block: list[str] = []
    start = 2
    for number, line in enumerate(lines, 2):
        if line.strip():
            if not block:
                start = number
            block.append(line)
        elif block:
            yield block, start
            block = []
    if block:
        yield block, start


def _cue(block: list[str], line: int) -> Cue | None:
    """Return the cue of a block, None for a note, a style, a region, or words without any."""
    if _ARROW not in block[0]:
        if block[0].startswith(_ASIDE) or len(block) == 1:
            return None
        block, line = block[1:], line + 1  # the first line was the cue's name
    if _ARROW not in block[0]:
        if line <= _HEAD:
            return None
        raise NotWebVTT("time", line)
    begin, _, rest = block[0].partition(_ARROW)
    begins, ends = _seconds(begin.strip(), line), _seconds(rest.split()[0] if rest.split() else "", line)
    if ends <= begins:
        raise NotWebVTT("order", line)
    words = plain("\n".join(block[1:]))
    return Cue(begins, ends, words) if words else None


def _seconds(text: str, line: int) -> float:
    found = _TIME.fullmatch(text)
    if found is None:
        raise NotWebVTT("time", line)
    hours, minutes, seconds, thousandths = (int(one or 0) for one in found.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
