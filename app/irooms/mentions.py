"""Mentions in what members write: kept as ``@{public id}``, shown as the face the room gives that member now.

A label never gets into a kept text: a room that hides more than it did, or a name that changes, is followed at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from app.irooms.faces import Face
from app.irooms.rendering import plain_text, render_markdown

TOKEN = re.compile(r"@\{([A-Za-z0-9_-]{22})\}")
_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters: Markdown leaves them alone
_HELD = re.compile(f"{_OPEN}([A-Za-z0-9-]+){_CLOSE}")
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")
_ISOLATE, _END = "\u2068", "\u2069"


def to_tokens(text: str, chosen: Iterable[Face]) -> str:
    """Return ``text`` with ``@label`` of every chosen member as their token; the longest label goes first."""
    by_label = {f"@{face.label}": f"@{{{face.id}}}" for face in chosen}
    if not by_label:
        return text
    longest_first = sorted(by_label, key=len, reverse=True)
    wanted = re.compile("|".join(re.escape(label) for label in longest_first))
    return wanted.sub(lambda found: by_label[found.group()], text)


def to_labels(text: str, known: Mapping[str, Face]) -> str:
    """Return ``text`` for a person to edit, or as plain words: tokens of ``known`` members as ``@label``."""
    return TOKEN.sub(lambda found: _label(found, known), text)


def _label(found: re.Match[str], known: Mapping[str, Face]) -> str:
    face = known.get(found.group(1))
    return f"@{face.label}" if face else found.group()


def tokens_in(text: str) -> list[str]:
    """Return the public ids that ``text`` mentions, each once, in order."""
    return list(dict.fromkeys(TOKEN.findall(text)))


def rendered(text: str, known: Mapping[str, Face]) -> Markup:
    """Return a kept text as safe HTML, with the labels of ``known`` members in it; line breaks are kept."""
    html = _rendered(text)
    if _OPEN not in html:
        return html
    return Markup(_HELD.sub(lambda found: _isolated(found.group(1), known), str(html)))


def _isolated(held: str, known: Mapping[str, Face]) -> str:
    face = known.get(bytes.fromhex(held).decode("ascii"))
    return f"{_ISOLATE}@{escape(face.label)}{_END}" if face else "@…"


@lru_cache(maxsize=2_000)
def _rendered(text: str) -> Markup:
    """Render once for everybody; ids become hexadecimal, in which Markdown sees no emphasis."""
    held = TOKEN.sub(
        lambda found: f"{_OPEN}{found.group(1).encode('ascii').hex()}{_CLOSE}", _MARKS.sub("", text)
    )
    return render_markdown(held, line_breaks=True)


def words(text: str, known: Mapping[str, Face] | None = None) -> str:
    """Return the plain words of a kept text; members not in ``known`` are left out (for the index: all of them)."""
    if known is None:
        return plain_text(TOKEN.sub("", text))
    held = to_labels(text, known)
    return plain_text(TOKEN.sub("", held))
