"""From a passage as it is read to the Markdown it was written in. Pure."""

from __future__ import annotations

import re

from app.irooms.drafting.anchors import Place, folded
from app.irooms.drafting.words import common, is_word, tokens

_MARKS_BEFORE = re.compile(r"[*_~`\[]+$")
_MARKS_AFTER = re.compile(r"^(?:[*_~`]|\]\([^)\s]*\))+")


def source_of(markdown: str, text: str, place: Place) -> tuple[int, int]:
    """Return where in ``markdown`` the passage at ``place`` of its plain ``text`` was written.

    It is the passage itself where that has no marks in it, else the whole lines it stands in.
    """
    pieces, read = tokens(markdown), tokens(text)
    written = _written(pieces, read, place)
    if written is None:
        return 0, len(markdown)
    start, end = written
    while end < len(markdown) and folded(markdown[start:end]) != text[place.start : place.end]:
        if markdown[end].isspace() or is_word(markdown[end]):
            break
        end += 1
    if folded(markdown[start:end]) == text[place.start : place.end] and not _cuts_marks(markdown, start, end):
        return start, end
    return _whole_lines(markdown, start, end)


def _written(pieces: list[str], read: list[str], place: Place) -> tuple[int, int] | None:
    """Return where the passage's first and last word were written; what is read is written in the same order."""
    begins = [0]
    for piece in read:
        begins.append(begins[-1] + len(piece))
    found: list[int] = []
    for block in common(pieces, read):
        for offset in range(block.size):
            at = begins[block.after + offset]
            if place.start <= at < place.end and is_word(read[block.after + offset]):
                found.append(block.before + offset)
    if not found:
        return None
    return len("".join(pieces[: found[0]])), len("".join(pieces[: found[-1] + 1]))


def _cuts_marks(markdown: str, start: int, end: int) -> bool:
    """Whether emphasis or a link begins or ends right at the passage: it would be torn apart."""
    return bool(_MARKS_BEFORE.search(markdown[:start])) != bool(_MARKS_AFTER.match(markdown[end:]))


def _whole_lines(markdown: str, start: int, end: int) -> tuple[int, int]:
    behind = markdown.find("\n", end)
    return markdown.rfind("\n", 0, start) + 1, len(markdown) if behind < 0 else behind
