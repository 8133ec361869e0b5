"""Files of the rooms, made when the demo world is loaded: PDF and DOCX of Markdown, XLSX of tables, PNG of drawings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

import pypdfium2
import xlsxwriter

from app.core.pdf import compile_pdf
from app.irooms.drafting.blocks import Block, Paragraph, blocks_of
from app.irooms.drafting_export import Paper, PaperSection, docx_of, pdf_of
from app.irooms.rendering import render_markdown
from demo.rooming.content import Content, Row

_FICTION = {
    "en": "Made for demonstration; people and cases are fictitious.",
    "fr": "Établi à des fins de démonstration ; personnes et affaires sont fictives.",
    "es": "Elaborado con fines de demostración; personas y casos son ficticios.",
    "ar": "أُعدّ لأغراض العرض؛ الأشخاص والقضايا من نسج الخيال.",
    "ru": "Подготовлено в демонстрационных целях; лица и дела вымышлены.",
    "zh": "为演示而编写；人物和案件均为虚构。",
}
_DRAWING = '#set page(width: 620pt, height: auto, margin: 0pt)\n#image("drawing.svg", width: 100%)'
_SHARP = 2
_WIDEST = 48


def file_of(content: Content, row: Row, wanted: Mapping[str, str]) -> tuple[str, bytes]:
    """Return name and octets of the file that ``wanted`` describes (``make`` and ``from``)."""
    kind = wanted["make"]
    return f"{row['id']}.{kind}", _MAKERS[kind](content, row, wanted["from"])


def _paper(content: Content, row: Row, source: str) -> Paper:
    language = row.get("language", "en")
    about = (row.get("issuer", ""), row.get("symbol", ""), str(row.get("date", "") or ""))
    lines = [" · ".join(part for part in about if part), _FICTION.get(language, _FICTION["en"])]
    blocks = blocks_of(render_markdown(content.text(source)))
    return Paper(row["title"], language, [line for line in lines if line], _sections(blocks, row["title"]))


def _sections(blocks: list[Block], title: str) -> list[PaperSection]:
    """Divide blocks at their outermost headings; what repeats the title is left out."""
    first = min((one.level for one in blocks if isinstance(one, Paragraph) and one.level), default=0)
    sections = [PaperSection("", [])]
    for block in blocks:
        if isinstance(block, Paragraph) and block.level == first and first:
            sections.append(PaperSection("".join(span.text for span in block.spans), []))
        else:
            sections[-1].blocks.append(block)  # type: ignore[attr-defined]  # a list, made here
    return [one for one in sections if one.blocks or one.heading not in {"", title}]


def _pdf(content: Content, row: Row, source: str) -> bytes:
    return pdf_of(_paper(content, row, source))


def _docx(content: Content, row: Row, source: str) -> bytes:
    return docx_of(_paper(content, row, source))


def _xlsx(content: Content, row: Row, source: str) -> bytes:
    table = content.table(source)
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        head, body = (
            book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet.write_row(0, 0, table["columns"], head)
        for number, cells in enumerate(table["rows"], start=1):
            sheet.write_row(number, 0, [_cell(cell) for cell in cells], body)
        for place, column in enumerate(zip(table["columns"], *table["rows"], strict=False)):
            sheet.set_column(place, place, min(_WIDEST, 3 + max(len(str(cell)) for cell in column)))
        sheet.freeze_panes(1, 0)
        book.set_properties({"title": row["title"]})
    return out.getvalue()


def _cell(value: object) -> object:
    """Numbers stay numbers; everything else, dates too, is written as it was typed."""
    return value if isinstance(value, int | float) else "" if value is None else str(value)


def _png(content: Content, _row: Row, source: str) -> bytes:
    pdf = pypdfium2.PdfDocument(compile_pdf(_DRAWING, {}, {"drawing.svg": content.octets(source)}))
    try:
        out = BytesIO()
        pdf[0].render(scale=_SHARP).to_pil().save(out, "PNG", optimize=True)
        return out.getvalue()
    finally:
        pdf.close()


def _as_it_is(content: Content, _row: Row, source: str) -> bytes:
    return content.octets(source)


_MAKERS: dict[str, Callable[[Content, Row, str], bytes]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "png": _png,
    "ogg": _as_it_is,
}
