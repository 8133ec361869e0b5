"""The parser by itself, without its process: kinds, texts, traces of people, character sets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from app.media.parser import texts
from app.media.parser.examine import Finding, Task, examine
from app.media.parser.kinds import fitting_name
from app.media.parser.refusal import Note
from tests.support import files


@dataclass
class Look:
    """What was found in a file, and the octets that are kept."""

    finding: Finding
    kept: bytes


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Look]:
    """Give a function that examines a file of this name."""

    def looked(name: str, body: bytes, *, strip: bool = False) -> Look:
        path = tmp_path / "arrived"
        path.write_bytes(body)
        finding = examine(Task(path, name, tmp_path, strip, max_pages=100, max_pixels=100_000_000))
        return Look(finding, (finding.final or path).read_bytes())

    return looked


@pytest.mark.parametrize("kind", files.GOOD)
def test_each_kind_is_known_by_its_content_and_its_text_is_taken_out(
    look: Callable[..., Look], kind: str
) -> None:
    name, words, make = files.GOOD[kind]
    body = make()
    found = look(name, body)
    assert (found.finding.kind.name, found.finding.notes, found.kept) == (kind, [], body)
    assert words in "\n".join(found.finding.texts)


def test_pages_sheets_and_entries_are_counted(look: Callable[..., Look]) -> None:
    assert look("a.tif", files.tiff(3)).finding.pages == 3
    assert look("a.pdf", files.pdf(["one", "two"])).finding.texts == ["one", "two"]
    sheets = look("a.xlsx", files.workbook()).finding.texts
    assert sheets == [f"{name}: {files.WORDS}\n42" for name in ("First", "Second")]
    assert look("a.zip", files.zipped({"b/c.txt": "words"})).finding.listing == [("b/c.txt", 5)]
    assert look("a.docx", files.word()).finding.texts[0].endswith("left cell\n\tright cell")


@pytest.mark.parametrize(
    ("sent", "make", "kept"),
    [
        ("report.docx", files.pdf, "report.pdf"),
        ("photo.png", files.jpeg, "photo.jpg"),
        ("archive.zip", files.word, "archive.docx"),
        ("PHOTO.JPEG", files.jpeg, "PHOTO.JPEG"),
        ("minutes 12.03", files.pdf, "minutes 12.03.pdf"),
    ],
)
def test_an_ending_that_does_not_fit_is_corrected(
    look: Callable[..., Look], sent: str, make: Callable[[], bytes], kept: str
) -> None:
    found = look(sent, make()).finding
    assert fitting_name(sent, found.kind) == kept
    assert (Note.RENAMED in found.notes) == (sent != kept)


def _office_words(body: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return b"\n".join(archive.read(name) for name in archive.namelist())


def _pdf_words(body: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        pdf.save(
            out := io.BytesIO(),
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "opened"),
    [
        ("a.docx", files.word, _office_words),
        ("a.xlsx", files.workbook, _office_words),
        ("a.odt", files.opendocument, _office_words),
        ("a.pdf", files.pdf, _pdf_words),
        ("a.jpg", files.jpeg, bytes),
    ],
)
def test_traces_of_people_are_taken_out_on_request(
    look: Callable[..., Look], name: str, make: Callable[[], bytes], opened: Callable[[bytes], bytes]
) -> None:
    author, body = files.AUTHOR.encode(), make()
    bare = look(name, body, strip=True)
    assert author in opened(body)
    assert author not in opened(bare.kept)
    assert bare.finding.notes == [Note.STRIPPED]
    assert look(name, bare.kept).finding.texts == look(name, body).finding.texts


def test_a_stripped_picture_stands_as_it_stood(look: Callable[..., Look]) -> None:
    with Image.open(io.BytesIO(look("a.jpg", files.jpeg(), strip=True).kept)) as bare:
        assert (bare.size, dict(bare.getexif())) == ((200, 320), {})  # it was to be turned, and is


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff"])
def test_other_pictures_can_be_stripped_too(look: Callable[..., Look], kind: str) -> None:
    name, _words, make = files.GOOD[kind]
    bare = look(name, make(), strip=True)
    with Image.open(io.BytesIO(bare.kept)) as opened, Image.open(io.BytesIO(make())) as before:
        assert (opened.size, getattr(opened, "n_frames", 1)) == (before.size, getattr(before, "n_frames", 1))


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        ("Das Gericht prüfte die Beweise über Nacht für fünf Länder", "cp1252"),
        ("Суд рассмотрел доказательства по делу", "cp1251"),
        ("Суд рассмотрел доказательства по делу", "koi8-r"),
        ("نظرت المحكمة في الأدلة الإلكترونية", "cp1256"),
        ("法院审查了电子证据的来源和保管情况", "gb18030"),
        ("Суд рассмотрел доказательства", "utf-16"),
        ("plain", "ascii"),
    ],
)
def test_the_character_set_of_a_text_is_found_out(words: str, charset: str) -> None:
    body = (words + "\r\n" + words).encode(charset)
    found = texts.charset_of(body)
    assert found is not None
    assert texts.decoded(body, found) == f"{words}\n{words}"


def test_a_template_on_somebodys_own_disk_does_no_harm(look: Callable[..., Look]) -> None:
    """Letters made from an office's template name it; where it is not, the office program goes on without."""
    relation = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="file:///C:\\Templates\\Letter.dotx" TargetMode="External"/></Relationships>'
    )
    with zipfile.ZipFile(io.BytesIO(files.word())) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    body = files.zipped(parts | {"word/_rels/settings.xml.rels": relation})
    assert look("letter.docx", body).finding.kind.name == "docx"


def test_what_is_no_text_has_no_character_set() -> None:
    assert texts.charset_of(bytes(range(256))) is None
    assert texts.charset_of(b"a\x00b") is None
