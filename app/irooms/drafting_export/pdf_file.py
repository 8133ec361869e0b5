"""A document as PDF, with a text layer that can be read and searched in every script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.core.pdf import compile_pdf, fonts_for
from app.irooms.drafting.blocks import Block, Code, Listing, Paragraph, Quote, Rule, Span, Table, words_of
from app.irooms.drafting_export.paper import Paper, direction_of, printable
from app.media.marking import stamp_pdf

_TEMPLATE = Path(__file__).with_name("paper.typ")
_ALL_FONTS = ("Noto Sans", "Amiri", "Noto Sans SC")


def pdf_of(paper: Paper) -> bytes:
    """Return the file, marked on every page where the paper has marks."""
    pdf = compile_pdf(_TEMPLATE.read_text("utf-8"), _data(paper))
    return stamp_pdf(pdf, paper.marks) if paper.marks else pdf


def _data(paper: Paper) -> dict[str, object]:
    fonts = fonts_for(paper.language)
    return {
        "title": printable(paper.title),
        "language": paper.language.split("-")[0],
        "direction": paper.direction,
        "fonts": [*fonts, *(font for font in _ALL_FONTS if font not in fonts)],
        "lines": [_line(line, paper) for line in paper.lines],
        "sections": [
            {"heading": _line(section.heading, paper), "blocks": _blocks(section.blocks, paper)}
            for section in paper.sections
        ],
        "comments": None if paper.comments is None else [
            {
                "head": _line(comment.head, paper),
                "quote": _line(comment.quote, paper) if comment.quote else None,
                "blocks": _blocks(comment.blocks, paper),
                "replies": [
                    {"head": _line(head, paper), "blocks": _blocks(blocks, paper)}
                    for head, blocks in comment.replies
                ],
            }
            for comment in paper.comments
        ],
        "comments_heading": paper.comments_heading,
    }  # fmt: skip


def _line(text: str, paper: Paper) -> dict[str, object]:
    return {"text": printable(text), "dir": direction_of(text, paper.direction)}


def _blocks(blocks: Sequence[Block], paper: Paper) -> list[dict[str, Any]]:
    return [_block(block, paper) for block in blocks]


def _block(block: Block, paper: Paper) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {
            "kind": "heading" if block.level else "paragraph",
            "level": block.level
            - 1,  # pages show # as a third heading; beside a section's own it is the second
            "dir": direction_of(words_of(block.spans), paper.direction),
            "spans": _spans(block.spans, paper),
        }
    if isinstance(block, Listing):
        return {
            "kind": "numbered" if block.ordered else "bulleted",
            "start": block.start,
            "items": [_blocks(item, paper) for item in block.items],
            "dir": _direction(block.items[0] if block.items else [], paper),
        }
    if isinstance(block, Quote):
        return {
            "kind": "quote",
            "blocks": _blocks(block.blocks, paper),
            "dir": _direction(block.blocks, paper),
        }
    if isinstance(block, Code):
        return {"kind": "code", "text": printable(block.text.rstrip("\n"))}
    if isinstance(block, Table):
        return _table(block, paper)
    assert isinstance(block, Rule)
    return {"kind": "rule"}


def _direction(blocks: Sequence[Block], paper: Paper) -> str:
    """Return the direction of blocks that belong together: of the first one's text."""
    text = "".join(words_of(one.spans) for one in blocks if isinstance(one, Paragraph))
    return direction_of(text, paper.direction)


def _table(block: Table, paper: Paper) -> dict[str, Any]:
    columns = max((len(row) for row in block.rows), default=0)
    rows = [[*row, *([[]] * (columns - len(row)))] for row in block.rows]
    return {
        "kind": "table",
        "dir": direction_of("".join(words_of(cell) for row in rows for cell in row), paper.direction),
        "columns": columns,
        "rows": [
            [
                {"spans": _spans(cell, paper), "dir": direction_of(words_of(cell), paper.direction)}
                for cell in row
            ]
            for row in rows
        ],
    }


def _spans(spans: Sequence[Span], paper: Paper) -> list[dict[str, Any]]:
    return [
        asdict(span) | {"text": printable(span.text), "link": paper.address(span.link) if span.link else ""}
        for span in spans
    ]
