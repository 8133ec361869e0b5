"""A reading as a PDF: the Markdown tokens become a tree of plain values, which ``typeset.typ`` lays out.

The words travel as JSON, so nothing in a text can become typst code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from app.core.i18n import direction
from app.core.pdf import compile_pdf, fonts_for
from app.courses.content.labels import Labels
from app.courses.content.markdown import CALLOUTS, container_title

Tree = dict[str, Any]
_BLOCKS = {
    "paragraph": "p",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "blockquote": "quote",
    "table": "table",
    "thead": "rows",
    "tbody": "rows",
    "tr": "tr",
    "th": "cell",
    "td": "cell",
    "heading": "h",
    "footnote_block": "footnotes",
    "footnote": "footnote",
}
_INLINE = {"em": "em", "strong": "strong", "link": "link"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a PDF is made of. ``figures`` are the drawings it shows, by name."""

    title: str
    course: str
    language: str
    tokens: Sequence[Token]
    labels: Labels
    figures: Mapping[str, bytes]


def typeset(reading: Reading) -> bytes:
    """Return the PDF of a reading. Raises PdfError when typst refuses it, which would be our mistake."""
    tree = _Builder(reading.labels).build(reading.tokens)
    data: dict[str, object] = {
        "title": reading.title,
        "course": reading.course,
        "language": reading.language.split("-")[0],
        "direction": direction(reading.language),
        "fonts": fonts_for(reading.language),
        "page": reading.labels.page,
        "footnotes": {str(note["id"]): _beside_number(note["in"]) for note in _notes(tree)},
        "in": [node for node in tree if node["is"] != "footnotes"],
    }
    return compile_pdf(_source(), data, reading.figures)


@cache
def _source() -> str:
    return (Path(__file__).parent / "typeset.typ").read_text("utf-8")


def _beside_number(parts: list[Tree]) -> list[Tree]:
    """Let a footnote of one paragraph stand in the line of its number."""
    return [{**part, "is": "plain"} if len(parts) == 1 and part["is"] == "p" else part for part in parts]


def _notes(tree: Sequence[Tree]) -> list[Tree]:
    return [note for node in tree if node["is"] == "footnotes" for note in node["in"]]


@dataclass(slots=True)
class _Builder:
    """Turns the flat list of tokens into a tree: every ``…_open`` begins a node, every ``…_close`` ends it."""

    labels: Labels
    stack: list[Tree] = field(default_factory=lambda: [{"is": "root", "in": []}])

    def build(self, tokens: Sequence[Token]) -> list[Tree]:
        """Return the nodes at the top."""
        self._walk(tokens)
        return list(self.stack[0]["in"])

    def _walk(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                self._walk(token.children or [])
            elif token.nesting == 1:
                self.stack.append(self._opened(token))
            elif token.nesting == -1:
                node = self.stack.pop()
                self.stack[-1]["in"].append(node)
            elif leaf := self._leaf(token):
                self.stack[-1]["in"].append(leaf)

    def _opened(self, token: Token) -> Tree:
        kind = token.type.removesuffix("_open")
        if kind.startswith("container_"):
            name, title = container_title(token)
            shown = title or ("" if name == "step" else getattr(self.labels, name))
            return {"is": "callout" if name in CALLOUTS else "step", "kind": name, "title": shown, "in": []}
        node: Tree = {"is": _BLOCKS.get(kind) or _INLINE.get(kind, "plain"), "in": []}
        if token.hidden:
            node["is"] = "plain"
        elif kind == "heading":
            node["level"] = int(token.tag[1:])
        elif kind == "ordered_list":
            node["start"] = int(token.attrs.get("start", 1))
        elif kind == "link":
            node["to"] = _outside(str(token.attrs.get("href", "")))
        elif kind == "footnote":
            node["id"] = token.meta["id"]
        elif kind in {"th", "thead"}:
            node["head"] = True
        return node

    def _leaf(self, token: Token) -> Tree | None:
        if token.type in {"text", "html_inline", "html_block"}:
            return {"is": "text", "text": token.content} if token.content else None
        if token.type == "softbreak":
            return {"is": "text", "text": " "}
        if token.type == "hardbreak":
            return {"is": "break"}
        if token.type in {"code_inline", "fence", "code_block"}:
            return {"is": "code", "text": token.content.rstrip("\n"), "block": token.type != "code_inline"}
        if token.type == "hr":
            return {"is": "rule"}
        if token.type == "footnote_ref":
            return {"is": "note", "id": str(token.meta["id"])}
        if token.type == "image" and (figure := token.meta.get("figure")):
            caption = str(token.attrs.get("title") or "")
            return {"is": "figure", "name": figure.name, "alt": token.content, "caption": caption}
        return None


def _outside(address: str) -> str:
    """Addresses inside the platform would be wrong on paper elsewhere; only those of the web are kept."""
    return address if address.startswith(("http://", "https://", "mailto:")) else ""
