"""Good files of every kind, made here: small, real, with known words and known traces of people."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import pikepdf
import typst
import xlsxwriter
from PIL import Image, ImageDraw

AUTHOR = "Jane Unsafe-Author"
WORDS = "evidence of the court"


def pdf(pages: Sequence[str] = (WORDS,), *, author: str = AUTHOR) -> bytes:
    """Return a PDF with one page for each text."""
    body = "#pagebreak()\n".join(f"#text(size: 14pt)[{words}]\n" for words in pages)
    source = f'#set document(author: "{author}")\n#set page(paper: "a4")\n{body}'
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def long_pdf(pages: int) -> bytes:
    """Return a PDF of full pages of text."""
    page = "= Section #(i + 1)\n#lorem(520)\n#pagebreak(weak: true)"
    source = f'#set page(paper: "a4")\n#for i in range({pages}) [{page}]'
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def edited_pdf(change: Any) -> bytes:
    """Return a PDF after ``change(pdf)`` had its way with it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def word(words: str = WORDS) -> bytes:
    """Return a Word document with an author, and a picture that says where it was taken."""
    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.core_properties.last_modified_by = AUTHOR
    document.add_heading("A heading")
    document.add_paragraph(words)
    document.add_picture(io.BytesIO(jpeg()))
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left cell", "right cell"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(words: str = WORDS) -> bytes:
    """Return an Excel workbook of two sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.set_properties({"author": AUTHOR})
    for name in ("First", "Second"):
        sheet = book.add_worksheet(name)
        sheet.write(0, 0, f"{name}: {words}")
        sheet.write(1, 0, 42)
    book.close()
    return out.getvalue()


def presentation(words: str = WORDS) -> bytes:
    """Return a PowerPoint file of one slide, as small as it can be."""
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    return zipped(
        {
            "[Content_Types].xml": (
                '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
                f'content-types"><Override PartName="/ppt/presentation.xml" ContentType="{main}"/>'
                "</Types>"
            ),
            "ppt/presentation.xml": "<p:presentation xmlns:p='urn:p'/>",
            "ppt/slides/slide1.xml": (
                "<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><a:p><a:r><a:t>"
                + words
                + "</a:t></a:r></a:p></p:sld>"
            ),
        }
    )


def opendocument(words: str = WORDS) -> bytes:
    """Return an OpenDocument text, as small as it can be."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    office, text = f'xmlns:office="{names}:office:1.0"', f'xmlns:text="{names}:text:1.0"'
    kind = "application/vnd.oasis.opendocument.text"
    parts = {"/": kind, "content.xml": "text/xml", "meta.xml": "text/xml"}
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="{media_type}"/>'
        for part, media_type in parts.items()
    )
    return zipped(
        {
            "mimetype": kind,
            "content.xml": (
                f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {office} {text} office:version="1.2">'
                f"<office:body><office:text><text:p>{words}</text:p></office:text></office:body>"
                "</office:document-content>"
            ),
            "meta.xml": (
                f'<office:document-meta {office} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2">'
                f"<office:meta><dc:creator>{AUTHOR}</dc:creator></office:meta></office:document-meta>"
            ),
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0" manifest:version="1.2">{listed}'
                "</manifest:manifest>"
            ),
        }
    )


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP with these entries, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, how)
    return out.getvalue()


def picture(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Return a picture with something on it."""
    made = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(made)
    pen.rectangle((20, 20, width - 20, height - 20), outline="darkred", width=6)
    pen.line((20, 20, width - 20, height - 20), fill="navy", width=4)
    return made.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg() -> bytes:
    """Return a JPEG that says who took it and where."""
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    exif[0x0112] = 6  # to be turned
    place = exif.get_ifd(0x8825)
    place[2] = (1.0, 17.0, 30.0)
    return saved(picture(), "JPEG", exif=exif, comment=AUTHOR.encode())


def tiff(pages: int = 3) -> bytes:
    """Return a TIFF of several pages."""
    images = [picture(200, 280) for _ in range(pages)]
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:])


def sound() -> bytes:
    """Return a second of silence as WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<8000h", *([0] * 8000)))
    return out.getvalue()


GOOD: Mapping[str, tuple[str, str, Any]] = {
    # kind: name as sent, words it holds, maker
    "pdf": ("report.pdf", WORDS, pdf),
    "docx": ("letter.docx", WORDS, word),
    "xlsx": ("figures.xlsx", WORDS, workbook),
    "pptx": ("slides.pptx", WORDS, presentation),
    "odt": ("note.odt", WORDS, opendocument),
    "jpeg": ("photo.jpg", "", jpeg),
    "png": ("drawing.png", "", lambda: saved(picture(), "PNG")),
    "gif": ("small.gif", "", lambda: saved(picture(mode="P"), "GIF")),
    "webp": ("small.webp", "", lambda: saved(picture(), "WEBP")),
    "tiff": ("scan.tif", "", tiff),
    "text": ("note.txt", WORDS, f"{WORDS}\nnext line".encode),
    "csv": (
        "table.csv",
        "évidence",
        lambda: "pays;évidence\nSénégal;très liée à l'enquête\n".encode("cp1252"),
    ),
    "html": ("page.html", WORDS, f"<!doctype html><title>x</title><p>{WORDS}</p>".encode),
    "svg": (
        "plan.svg",
        "",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    ),
    "wav": ("voice.wav", "", sound),
    "zip": ("papers.zip", WORDS, lambda: zipped({"a/note.txt": WORDS, "b/report.pdf": pdf()})),
}
