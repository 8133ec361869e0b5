"""A yearly report as DOCX in the page's language: paragraph, table, bridge, annex; definitions as footnotes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC

from docx import Document
from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from flask_babel import gettext as _

from app.core import clock
from app.core.i18n import format_day, format_number, page_direction, page_language
from app.core.input import printable
from app.reports.yearly.bridging import Bridge
from app.reports.yearly.footnotes import Footnotes
from app.reports.yearly.models import State
from app.reports.yearly.results import Result
from app.reports.yearly.shown import Number, Sentence, Shown
from app.reports.yearly.words import STATES

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "Noto Sans"


def make(found: Shown, results: Sequence[Result]) -> bytes:
    """Return the file of a report with the results of its period as an annex."""
    return _Writer(found).written(results)


class _Writer:
    def __init__(self, found: Shown) -> None:
        self.found = found
        self.right_to_left = page_direction() == "rtl"
        self.document: Docx = Document()
        self.notes = Footnotes(right_to_left=self.right_to_left, language=page_language())
        self._prepare()

    def _prepare(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(10.5)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), _FONT)
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:bidi" if self.right_to_left else "w:val"), page_language())
        if self.right_to_left:
            section = self.document.sections[0]._sectPr
            section.insert_element_before(OxmlElement("w:bidi"), "w:rtlGutter", "w:docGrid")
        properties = self.document.core_properties
        properties.title, properties.author = printable(self.found.report.title), ""
        properties.language, properties.created = page_language(), clock.now().replace(tzinfo=None)

    def written(self, results: Sequence[Result]) -> bytes:
        """Write everything and return the octets."""
        report = self.found.report
        self._heading(report.title, 0)
        self._text(_state(self.found))
        self._heading(_("Summary"), 1)
        for sentence in self.found.sentences:
            self._sentence(sentence)
        self._heading(_("The numbers"), 1)
        self._numbers(self.found.numbers)
        self._heading(_("What counts as training"), 1)
        self._kinds()
        if self.found.bridges:
            self._heading(_("From the last report to this one"), 1)
            self._bridges(self.found.bridges)
        if results:
            self._heading(_("Annex: what came of activities"), 1)
            self._results(results)
        if self.found.digest:
            self._text(_("SHA-256 of the snapshot: %(digest)s", digest=self.found.digest))
        self.notes.attach(self.document)
        octets = io.BytesIO()
        self.document.save(octets)
        return octets.getvalue()

    def _sentence(self, sentence: Sentence) -> None:
        paragraph = self._text(sentence.text)
        for number in sentence.numbers:
            self.notes.refer(paragraph, printable(note(number)))

    def _numbers(self, numbers: Sequence[Number]) -> None:
        heads = [_("Figure"), _("Time"), _("As said"), _("Exactly"), _("Unit")]
        table = self._table(heads)
        for one in numbers:
            exact = "–" if one.value is None else format_number(one.value)
            cells = self._row(table, [one.name, one.when, one.in_words, exact, one.unit])
            self.notes.refer(cells[0], printable(note(one)))

    def _kinds(self) -> None:
        table = self._table([_("Kind of activity"), _("Counts as training"), _("Version"), _("From")])
        for one in self.found.kinds:
            since = format_day(one.valid_from) if one.valid_from.year > 1900 else _("always")
            counts = _("Yes") if one.counts else _("No")
            self._row(table, [one.kind, counts, format_number(one.version), since])

    def _bridges(self, bridges: Sequence[tuple[str, Bridge]]) -> None:
        heads = [_("Figure"), _("Last report"), _("People merged"), _("Corrected")]
        heads += [_("Recorded late"), _("New"), _("This report")]
        table = self._table(heads)
        for name, one in bridges:
            steps = (one.opening, one.merges, one.corrections, one.late, one.new, one.closing)
            self._row(table, [name, *map(format_number, steps)])

    def _results(self, results: Sequence[Result]) -> None:
        heads = [_("Date"), _("What"), _("Country"), _("Activity"), _("Evidence"), _("Source")]
        table = self._table(heads)
        for one in results:
            what = f"{one.kind}: {one.row.summary}"
            day = format_day(one.row.occurred_on)
            self._row(table, [day, what, one.country, one.activity, one.row.evidence, one.row.source])

    def _heading(self, text: str, level: int) -> None:
        self._turn(self.document.add_heading(printable(text), level))

    def _text(self, text: str) -> Paragraph:
        return self._turn(self.document.add_paragraph(printable(text)))

    def _table(self, heads: Sequence[str]) -> Table:
        table: Table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        if self.right_to_left:
            table._tbl.tblPr.insert(1, OxmlElement("w:bidiVisual"))
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
            self._turn(cell.paragraphs[0])
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        return table

    def _row(self, table: Table, texts: Sequence[str]) -> list[Paragraph]:
        cells = table.add_row().cells  # type: ignore[no-untyped-call]
        for cell, text in zip(cells, texts, strict=True):
            cell.paragraphs[0].add_run(printable(text))
            self._turn(cell.paragraphs[0])
        return [cell.paragraphs[0] for cell in cells]

    def _turn(self, paragraph: Paragraph) -> Paragraph:
        """Let a paragraph run from the right where the language does."""
        if self.right_to_left:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            for run in paragraph.runs:
                run.font.rtl = True
        return paragraph


def note(one: Number) -> str:
    """Return the footnote of a number: its definition, the exact value, and as of when it is known."""
    known = one.as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if one.as_of else "–"
    return str(
        _(
            "%(name)s (%(id)s, version %(version)s): %(definition)s Exactly %(value)s, as recorded by %(known)s UTC.",
            name=one.name,
            id=one.figure,
            version=str(one.version),
            definition=one.definition,
            value="–" if one.value is None else format_number(one.value),
            known=known,
        )
    )


def _state(found: Shown) -> str:
    report = found.report
    period = _(
        "From %(start)s to %(end)s.", start=format_day(report.starts_on), end=format_day(report.ends_on)
    )
    return f"{STATES[State(report.state)][1]}. {period}"
