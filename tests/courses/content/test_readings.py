"""Readings as PDF: the words are in the text layer, in both directions, and nothing in a text becomes code."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pypdfium2
from pypdf import PdfReader

from app.courses.content.markdown import render
from app.courses.content.typeset import Reading, typeset
from tests.courses.content.test_markdown import LABELS, context

ARABIC = """\
لا تحتاج المحكمة إلى معرفة كيف يعمل القرص الصلب، بل تحتاج إلى الاطمئنان.

## البصمة الرقمية

- العنصر الأول من القائمة
- العنصر **الثاني** من القائمة

::: law الدولة المتلقية
وفق المادة 18 من الاتفاقية
:::
"""

ENGLISH = """\
First *paragraph* with [a link](https://example.org/) and [an item](item:m1-first), and a note[^n].

## Writing

1. One
2. Two **bold**

| Element | Done |
|---|---|
| Offence, article | |
| `code` | yes |

> A quotation.

![Boxes](figure:boxes.svg "Boxes")

::: caution Take care
#panic("x") $x^2$ @label <label> \\u{41} // no comment
:::

[^n]: Below the line.
"""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320"><rect width="9" height="9"/></svg>'


def pdf(text: str, language: str, title: str, figures: Mapping[str, bytes] | None = None) -> bytes:
    tokens = render(text, context([])).tokens
    return typeset(Reading(title, "The course", language, tokens, LABELS, figures or {}))


def text_of(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_english_words_are_in_the_text_layer() -> None:
    found = " ".join(text_of(pdf(ENGLISH, "en", "The *sheet*", {"boxes.svg": SVG})).split())
    for words in (
        "The course",
        "The *sheet*",
        "First paragraph with a link and an item, and a note",
        "1. One 2. Two bold",
        "Element Done",
        "Offence, article",
        "A quotation.",
        "Take care",
        '#panic("x") $x^2$ @label',
        r"\u{41} // no comment",
        "Below the line.",
        "1 of 1",
    ):
        assert words in found


def test_arabic_words_are_in_the_text_layer_in_reading_order() -> None:
    found = " ".join(text_of(pdf(ARABIC, "ar", "سلامة الدليل")).split())
    for words in (
        "سلامة الدليل",
        "لا تحتاج المحكمة إلى معرفة كيف يعمل القرص الصلب",
        "البصمة الرقمية",
        "العنصر الأول من القائمة",
        "العنصر الثاني من القائمة",
        "الدولة المتلقية",
    ):
        assert words in found


def test_chinese_and_russian_have_their_letters() -> None:
    assert "电子证据" in text_of(pdf("保全**电子证据**。", "zh", "清单"))
    assert "Электронные доказательства" in text_of(pdf("Электронные доказательства.", "ru", "Список"))


def test_the_same_reading_is_the_same_file() -> None:
    assert pdf(ENGLISH, "en", "Sheet", {"boxes.svg": SVG}) == pdf(ENGLISH, "en", "Sheet", {"boxes.svg": SVG})


def test_links_into_the_platform_are_not_printed_as_addresses() -> None:
    pages = PdfReader(BytesIO(pdf(ENGLISH, "en", "Sheet", {"boxes.svg": SVG}))).pages
    annotations = [one.get_object() for page in pages for one in page.get("/Annots", [])]
    assert [one["/A"]["/URI"] for one in annotations if "/URI" in one.get("/A", {})] == [
        "https://example.org/"
    ]
