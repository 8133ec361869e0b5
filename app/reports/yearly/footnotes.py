"""Footnotes of a DOCX file: the library that writes it has none, so their part is written here.

See ECMA-376 part 1, 17.11: ids -1 and 0 are the lines that separate notes from the text.
"""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

_HEAD = f"<w:footnotes {nsdecls('w')}/>"
_SEPARATORS = (("-1", "separator"), ("0", "continuationSeparator"))


class Footnotes:
    """The notes of one document. Each mark has a note of its own."""

    def __init__(self, *, right_to_left: bool, language: str) -> None:
        self._root = parse_xml(_HEAD)
        self._right_to_left = right_to_left
        self._language = language
        self._next = 1
        for identity, kind in _SEPARATORS:
            note = self._note(identity)
            note.set(qn("w:type"), kind)
            run = _child(_child(note, "w:p"), "w:r")
            _child(run, f"w:{kind}")

    def refer(self, paragraph: Paragraph, text: str) -> None:
        """Put a mark at the end of ``paragraph`` whose note says ``text``."""
        identity = str(self._next)
        self._next += 1
        run = paragraph.add_run()
        run.font.superscript = True
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), identity)
        run._r.append(mark)
        self._write(identity, text)

    def attach(self, document: Document) -> None:
        """Put the notes into ``document``; once, when all are written."""
        blob = serialize_part_xml(self._root)
        name = PackURI("/word/footnotes.xml")
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _note(self, identity: str) -> BaseOxmlElement:
        note = _child(self._root, "w:footnote")
        note.set(qn("w:id"), identity)
        return note

    def _write(self, identity: str, text: str) -> None:
        paragraph = _child(self._note(identity), "w:p")
        if self._right_to_left:
            _child(_child(paragraph, "w:pPr"), "w:bidi")
        mark = _child(paragraph, "w:r")
        _child(_child(mark, "w:rPr"), "w:vertAlign").set(qn("w:val"), "superscript")
        _child(mark, "w:footnoteRef")
        run = _child(paragraph, "w:r")
        look = _child(run, "w:rPr")
        for size in ("w:sz", "w:szCs"):
            _child(look, size).set(qn("w:val"), "18")
        if self._right_to_left:
            _child(look, "w:rtl")
        language = _child(look, "w:lang")
        language.set(qn("w:bidi" if self._right_to_left else "w:val"), self._language)
        words = _child(run, "w:t")
        words.text = f" {text}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _child(parent: BaseOxmlElement, name: str) -> BaseOxmlElement:
    made = OxmlElement(name)
    parent.append(made)
    return made
