"""A document as DOCX: styles of every word processor, lists that count anew, right-to-left where a text is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from app.core import clock
from app.irooms.drafting.blocks import Block, Code, Listing, Paragraph, Quote, Rule, Span, Table, words_of
from app.irooms.drafting_export.paper import Paper, direction_of, plain_span, printable, runs_of

_LINK = RGBColor(0x1A, 0x4F, 0x8B)
_DEEPEST_STYLE = 3
_DEEPEST_HEADING = 9
_AFTER_BIDI = tuple(
    f"w:{name}"
    for name in (
        "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap",
        "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr",
        "pPrChange",
    )
)  # fmt: skip


def docx_of(paper: Paper) -> bytes:
    """Return the file."""
    return _Writer(paper).written()


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document: Docx = Document()
        self.styles = {one.name: one.style_id for one in self.document.styles}  # looking one up takes long
        self._prepare()

    def written(self) -> bytes:
        """Write the whole document and return its bytes."""
        self._line(self.paper.title, "Title")
        for line in self.paper.lines:
            self._line(line, "Normal", italic=True)
        for section in self.paper.sections:
            self._line(section.heading, "Heading 1")
            self._blocks(section.blocks)
        if self.paper.comments is not None:
            self._comments()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # -------------------------------------------------------------------------------------------- the file

    def _prepare(self) -> None:
        self._say_nothing_of_anybody()
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(11)
        section = self.document.sections[0]
        if self.paper.direction == "rtl":
            section._sectPr.insert_element_before(OxmlElement("w:bidi"), "w:rtlGutter", "w:docGrid")
        self._set_language()
        if self.paper.marks:
            self._fill(section.header.paragraphs[0], [plain_span(" · ".join(self.paper.marks))])
        self._number_pages(section.footer.paragraphs[0])

    def _say_nothing_of_anybody(self) -> None:
        """The template's own words about its maker go, and the picture of its first page."""
        properties = self.document.core_properties
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.keywords = properties.subject = properties.category = ""
        properties.title = printable(self.paper.title)[:255]
        properties.language = self.paper.language
        properties.revision = 1
        properties.created = properties.modified = clock.now().replace(tzinfo=None)
        package = self.document.part.package
        assert package is not None
        for key, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                del package.rels[key]

    def _set_language(self) -> None:
        for lang in self.document.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), self.paper.language if self.paper.direction == "ltr" else "en")
            lang.set(qn("w:bidi"), self.paper.language if self.paper.direction == "rtl" else "ar-SA")

    def _number_pages(self, paragraph: DocxParagraph) -> None:
        run = paragraph.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    # -------------------------------------------------------------------------------------------- blocks

    def _blocks(self, blocks: Sequence[Block], depth: int = 0, style: str = "Normal") -> None:
        for block in blocks:
            self._block(block, depth, style)

    def _block(self, block: Block, depth: int, style: str) -> None:
        if isinstance(block, Paragraph):
            # pages show # as a third heading; beside a section's own first one it is the second
            name = f"Heading {min(block.level - 1, _DEEPEST_HEADING)}" if block.level else style
            self._fill(self._paragraph(name), block.spans)
        elif isinstance(block, Listing):
            self._listing(block, depth + 1)
        elif isinstance(block, Quote):
            self._blocks(block.blocks, depth, "Quote")
        elif isinstance(block, Code):
            self._code(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Rule):
            self._rule()

    def _listing(self, block: Listing, depth: int) -> None:
        level = min(depth, _DEEPEST_STYLE)
        ending = "" if level == 1 else f" {level}"
        style = f"List {'Number' if block.ordered else 'Bullet'}{ending}"
        number = self._new_count(style, block.start) if block.ordered else None
        for item in block.items:
            first, rest = (
                (item[0], item[1:]) if item and isinstance(item[0], Paragraph) else (Paragraph(), item)
            )
            paragraph = self._paragraph(style)
            if number is not None:
                paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
                paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_ilvl().val = 0
            assert isinstance(first, Paragraph)
            self._fill(paragraph, first.spans)
            self._blocks(rest, depth, f"List Continue{ending}")

    def _new_count(self, style: str, start: int) -> int:
        """Return the number of a count of its own: lists of one style would go on counting."""
        numbering = self.document.part.numbering_part.numbering_definitions._numbering
        own = self.document.styles[style].element.pPr.numPr.numId.val
        abstract = numbering.num_having_numId(own).abstractNumId.val
        made = numbering.add_num(abstract)
        made.add_lvlOverride(0).add_startOverride(start)
        return int(made.numId)

    def _code(self, block: Code) -> None:
        paragraph = self.document.add_paragraph()
        lines = printable(block.text.rstrip("\n")).split("\n")
        for index, line in enumerate(lines):
            run = paragraph.add_run(line)
            run.font.name = "Courier New"
            if index < len(lines) - 1:
                run.add_break()

    def _table(self, block: Table) -> None:
        columns = max((len(row) for row in block.rows), default=0)
        if not columns:
            return
        table = self.document.add_table(rows=len(block.rows), cols=columns, style="Table Grid")
        if self.paper.direction == "rtl":
            table._tbl.tblPr.insert(
                1, OxmlElement("w:bidiVisual")
            )  # behind the style, as the schema wants it
        for index, (row, cells) in enumerate(zip(table.rows, block.rows, strict=True)):
            for place, spans in zip(row.cells, cells, strict=False):
                self._cell(place, spans, strong=index == 0)
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(OxmlElement("w:tblHeader"))
        self.document.add_paragraph()

    def _cell(self, cell: _Cell, spans: Sequence[Span], *, strong: bool) -> None:
        paragraph = cell.paragraphs[0]
        self._fill(paragraph, spans)
        for run in paragraph.runs if strong else ():
            run.bold = run.font.cs_bold = True

    def _rule(self) -> None:
        paragraph = self.document.add_paragraph()
        border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        border.append(line)
        paragraph._p.get_or_add_pPr().append(border)

    def _comments(self) -> None:
        self._line(self.paper.comments_heading, "Heading 1")
        for comment in self.paper.comments or ():
            self._line(comment.head, "Heading 2")
            if comment.quote:
                self._line(comment.quote, "Quote")
            self._blocks(comment.blocks)
            for head, blocks in comment.replies:
                self._line(head, "Heading 3")
                self._blocks(blocks)

    # -------------------------------------------------------------------------------------------- text

    def _paragraph(self, style: str) -> DocxParagraph:
        paragraph = self.document.add_paragraph()
        if style != "Normal":
            paragraph._p.style = self.styles[style]
        return paragraph

    def _line(self, text: str, style: str, *, italic: bool = False) -> None:
        self._fill(self._paragraph(style), [Span(text, emphasis=italic)])

    def _fill(self, paragraph: DocxParagraph, spans: Sequence[Span]) -> None:
        if direction_of(words_of(list(spans)), self.paper.direction) == "rtl":
            paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        for span in spans:
            self._span(paragraph, span)

    def _span(self, paragraph: DocxParagraph, span: Span) -> None:
        if span.text == "\n":
            paragraph.add_run().add_break()
            return
        holder: Any = self._link(paragraph, span.link) if span.link else None
        for text, right_to_left in runs_of(printable(span.text)):
            run = paragraph.add_run(text)
            self._look(run, span, right_to_left=right_to_left)
            if holder is not None:
                holder.append(run._r)

    def _look(self, run: Run, span: Span, *, right_to_left: bool) -> None:
        font = run.font
        font.rtl = right_to_left or None
        if span.strong:
            font.bold = font.cs_bold = True
        if span.emphasis:
            font.italic = font.cs_italic = True
        if span.struck:
            font.strike = True
        if span.code:
            font.name = "Courier New"
        if span.link:
            font.underline, font.color.rgb = True, _LINK

    def _link(self, paragraph: DocxParagraph, link: str) -> Any:
        key = self.document.part.relate_to(
            self.paper.address(link), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        element = OxmlElement("w:hyperlink")
        element.set(qn("r:id"), key)
        paragraph._p.append(element)
        return element
