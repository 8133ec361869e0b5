"""A section's text as blocks, for exports. Pure; made of the cleaned HTML that pages show, so nothing else gets out.

Blocks are what every word processor knows: headings, paragraphs, lists, quotes, code, tables, rules; within them runs
of text with their emphasis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

_INLINE = {"strong": "strong", "em": "emphasis", "s": "struck", "code": "code"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class Span:
    """A run of text in one emphasis; ``link`` is an address with its scheme; a line break is the text ``\\n``."""

    text: str
    strong: bool = False
    emphasis: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""


@dataclass(slots=True)
class Paragraph:
    """A paragraph, or a heading of ``level`` 1..6 (0: none)."""

    spans: list[Span] = field(default_factory=list)
    level: int = 0


@dataclass(slots=True)
class Code:
    """Lines to be shown as they are."""

    text: str = ""


@dataclass(slots=True)
class Rule:
    """A line across."""


@dataclass(slots=True)
class Quote:
    """Blocks that are somebody else's words."""

    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Listing:
    """A list of items, each of blocks; an ordered one counts from ``start``."""

    ordered: bool
    start: int = 1
    items: list[list[Block]] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """Rows of cells, each cell of runs; the first row is its head."""

    rows: list[list[list[Span]]] = field(default_factory=list)


Block: TypeAlias = Paragraph | Code | Rule | Quote | Listing | Table


def blocks_of(rendered: str) -> list[Block]:
    """Return the blocks of rendered (cleaned) HTML."""
    reader = _Reader()
    reader.feed(str(rendered))  # no Markup: what is read out of it is plain text
    reader.close()
    return reader.top


def words_of(spans: list[Span]) -> str:
    """Return the text of runs."""
    return "".join(span.text for span in spans)


class _Reader(HTMLParser):
    """Builds blocks as tags open and close; ``places`` are the lists that blocks are put into, the innermost last."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top: list[Block] = []
        self.places: list[list[Block]] = [self.top]
        self.spans: list[Span] | None = None
        self.looks: list[tuple[str, str]] = []
        self.tables: list[Table] = []
        self.code: Code | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _INLINE or tag == "a":
            self.looks.append((tag, given.get("href", "")))
        elif tag == "p" or tag in _HEADINGS:
            self._paragraph(_HEADINGS.get(tag, 0))
        elif tag in {"ul", "ol"}:
            self._put(Listing(tag == "ol", int(given.get("start") or 1)))
        elif tag == "li":
            self._open_item()
        elif tag == "blockquote":
            quote = Quote()
            self._put(quote)
            self.places.append(quote.blocks)
        else:
            self._other(tag)

    def _other(self, tag: str) -> None:
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._put(Rule())
        elif tag == "pre":
            self.code = Code()
            self._put(self.code)
        elif tag == "table":
            self.tables.append(Table())
            self._put(self.tables[-1])
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in {"td", "th"}:
            self.spans = []
            self.tables[-1].rows[-1].append(self.spans)

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE or tag == "a":
            self.looks.pop()
        elif tag == "p" or tag in _HEADINGS or tag in {"td", "th"}:
            self._trim()
        elif tag in {"li", "blockquote"}:
            self._trim()
            self.places.pop()
        elif tag == "pre":
            self.code = None
        elif tag == "table":
            self.tables.pop()

    def handle_data(self, data: str) -> None:
        if self.code is not None:
            self.code.text += data
            return
        if self.spans is None:
            if not data.strip():
                return
            self._paragraph(0)  # a tight list has no paragraphs of its own
        assert self.spans is not None
        after_break = bool(self.spans) and self.spans[-1].text == "\n"
        text = data.replace("\n", " ")
        self.spans.append(self._span(text.lstrip() if after_break else text))

    def _break(self) -> None:
        if self.spans:
            self.spans.append(Span("\n"))

    def _span(self, text: str) -> Span:
        span = Span(text)
        for tag, href in self.looks:
            if tag == "a":
                span.link = href
            else:
                setattr(span, _INLINE[tag], True)
        return span

    def _paragraph(self, level: int) -> None:
        paragraph = Paragraph(level=level)
        self._put(paragraph)
        self.spans = paragraph.spans

    def _open_item(self) -> None:
        self._trim()
        listing = self.places[-1][-1]
        assert isinstance(listing, Listing)
        listing.items.append([])
        self.places.append(listing.items[-1])

    def _put(self, block: Block) -> None:
        self._trim()
        self.places[-1].append(block)

    def _trim(self) -> None:
        """End the present runs, without blanks at either end and without empty ones."""
        if self.spans:
            self.spans[0].text = self.spans[0].text.lstrip()
            self.spans[-1].text = self.spans[-1].text.rstrip()
            self.spans[:] = [span for span in self.spans if span.text]
        self.spans = None
