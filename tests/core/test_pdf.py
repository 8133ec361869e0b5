"""The one way to PDF: our fonts only, the same every time, nothing fetched, data never code."""

from __future__ import annotations

import pypdfium2
import pytest

from app.core.pdf import FONT_FOLDERS, FONT_ROOT, PdfError, compile_pdf, fonts_for

SOURCE = '#let data = json("data.json")\n#set text(font: data.fonts)\n#data.words'


def words(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    try:
        return str(document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


def test_data_is_shown_as_it_is() -> None:
    said = 'Name #panic("x") *not bold* \\ "quoted"'
    assert words(compile_pdf(SOURCE, {"words": said, "fonts": fonts_for("en")})) == said


def test_the_same_source_is_the_same_file() -> None:
    data: dict[str, object] = {"words": "Once", "fonts": fonts_for("fr")}
    assert compile_pdf(SOURCE, data) == compile_pdf(SOURCE, data)


@pytest.mark.parametrize("language", ["ar", "zh", "en", "fr", "ru", "es", "pt-BR"])
def test_every_language_has_fonts_that_are_there(language: str) -> None:
    body = compile_pdf(SOURCE, {"words": "x", "fonts": fonts_for(language)})
    assert fonts_for(language)[0].replace(" ", "").encode() in body


def test_the_fonts_are_where_they_are_looked_for() -> None:
    assert [name for name in FONT_FOLDERS if not list((FONT_ROOT / name).glob("*.ttf"))] == []


def test_files_lie_beside_the_source() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'
    )
    assert compile_pdf('#image("a.svg", alt: "A box")', {}, {"a.svg": drawing}).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#panic("no")', "panicked"),
        ('#read("/etc/passwd")', "not found"),
        ('#read("../../etc/passwd")', None),
        ('#import "@preview/cetz:0.2.0"', "may not import packages"),
    ],
)
def test_a_wrong_source_is_refused(source: str, said: str | None) -> None:
    with pytest.raises(PdfError, match=said):
        compile_pdf(source, {})
