"""Word, Excel, PowerPoint, OpenDocument: which one it is, what it may not hold, its text, its traces of people."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from app.media.parser import images
from app.media.parser.archives import Archive
from app.media.parser.kinds import BY_MEDIA_TYPE, KINDS, Family, Kind
from app.media.parser.refusal import Reason, Unfit

_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_MACRO_PARTS = re.compile(
    r"(?:^|/)(?:vbaProject[^/]*|vbaData\.xml|macrosheets/.*|activeX/.*|Basic/.*|Scripts/.*)", re.I
)
_XML_PART = re.compile(r"\.(?:xml|rels|vml|rdf)$", re.I)
_ENCODING = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""")
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"}
_FETCHED_BY_HAND = {"hyperlink", "externalLinkPath", "xlExternalLinkPath", "xlPathMissing", "externalLink"}
_SHOWN_FROM_A_DISK = {
    "attachedTemplate",
    "image",
    "audio",
    "video",
    "media",
}  # broken elsewhere, but nothing is fetched
_ON_A_DISK = re.compile(r"(?:file:///)?[A-Za-z]:[\\/]|[^:/\\]+(?:[/\\][^:]*)?$")
_ODF_FROM_ELSEWHERE = re.compile(
    rb"<(?:draw:(?:image|floating-frame|object|object-ole|plugin|applet)|text:section-source|table:table-source|"
    rb"table:cell-range-source)\b[^>]*xlink:href\s*=\s*[\"'](?:[a-z][a-z0-9+.-]+:|//|\\\\)",
    re.I,
)
_FIELD_THAT_RUNS = re.compile(r"\bDDE(?:AUTO)?\b")
_OBJECTS = re.compile(r"(?:^|/)(?:embeddings/[^/]+|Object [^/]+|ObjectReplacements/[^/]+|oleObject[^/]+)$")
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAX_TEXT = 4_000_000


def kind_of(archive: Archive) -> Kind | None:
    """Return which kind of office file an archive is, None when it is none. Raises Unfit for one that runs macros."""
    if _CONTENT_TYPES in archive.files:
        return _ooxml_kind(archive)
    if "mimetype" in archive.files:
        said = archive.read("mimetype")[:200].decode("ascii", "replace").strip()
        kind = BY_MEDIA_TYPE.get(said)
        return kind if kind is not None and kind.family is Family.OFFICE else None
    return None


def _ooxml_kind(archive: Archive) -> Kind | None:
    types = _tree(archive, _CONTENT_TYPES)
    said = " ".join(str(one.get("ContentType", "")) for one in types.iter())
    if "macroEnabled" in said or "vbaProject" in said:
        raise Unfit(Reason.MACROS)
    for main, name in _MAIN.items():
        if main in said:
            return KINDS[name]
    return None


def check(archive: Archive) -> list[str]:
    """Raise Unfit for what an office file may not hold; returns the names of office files embedded in it."""
    embedded = []
    for name in archive.files:
        if _MACRO_PARTS.search(name):
            raise Unfit(Reason.MACROS, name)
        if _OBJECTS.search(name) and not name.startswith("ObjectReplacements/"):
            if not name.lower().endswith((".docx", ".xlsx", ".pptx")):
                raise Unfit(Reason.EMBEDDED, name)
            embedded.append(name)
    for name in archive.files:
        if _XML_PART.search(name):
            _check_part(archive, name)
    return embedded


_FORBIDDEN = (
    # in which parts, what, why
    (re.compile(r"xl/externalLinks/"), re.compile(rb"ddeLink|oleLink"), Reason.MACROS),
    (re.compile(r"ppt/"), re.compile(rb"ppaction://(?:program|macro)"), Reason.MACROS),
    (re.compile(r"META-INF/manifest\.xml$"), re.compile(rb"encryption-data"), Reason.ENCRYPTED),
    (
        re.compile(r"(?:content|styles)\.xml$"),
        re.compile(rb"script:event-listener|dde-source"),
        Reason.MACROS,
    ),
    (re.compile(r"(?:content|styles)\.xml$"), _ODF_FROM_ELSEWHERE, Reason.ELSEWHERE),
)


def _check_part(archive: Archive, name: str) -> None:
    body = archive.read(name)
    _check_xml(body, name)
    if name.endswith(".rels"):
        _check_links(_parsed(body, name), name)
    elif name.startswith("word/") and b"DDE" in body:
        _check_fields(_parsed(body, name), name)
    for parts, what, reason in _FORBIDDEN:
        if parts.match(name) and what.search(body):
            raise Unfit(reason, name)


def _check_xml(body: bytes, name: str) -> None:
    """No document type, so no entities; and no character set in which one could hide from this look."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        body = body.decode("utf-16", "replace").encode()
    declared = _ENCODING.match(body[:300].lstrip(b"\xef\xbb\xbf"))
    strange = b"\x00" in body or (declared is not None and declared[1].lower() not in _ENCODINGS)
    if strange or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unfit(Reason.XML_TRICKS, name)


def _check_links(tree: Element, name: str) -> None:
    """Nothing is loaded from elsewhere when the document is opened; a link that a person follows is no such thing."""
    for one in tree.iter(f"{{{_RELATIONSHIPS}}}Relationship"):
        what = str(one.get("Type", "")).rpartition("/")[2]
        if what == "aFChunk":
            raise Unfit(Reason.EMBEDDED, name)
        if str(one.get("TargetMode", "")).lower() != "external" or what in _FETCHED_BY_HAND:
            continue
        if what not in _SHOWN_FROM_A_DISK or not _ON_A_DISK.match(str(one.get("Target", ""))):
            raise Unfit(Reason.ELSEWHERE, name)


def _check_fields(tree: Element, name: str) -> None:
    written = [one.text or "" for one in tree.iter() if _local(one.tag) == "instrText"]
    simple = [value for one in tree.iter() for key, value in one.attrib.items() if _local(key) == "instr"]
    if _FIELD_THAT_RUNS.search("".join(written)) or any(_FIELD_THAT_RUNS.search(one) for one in simple):
        raise Unfit(Reason.MACROS, name)


# ------------------------------------------------------------------------------------------------ text


def texts(archive: Archive, kind: Kind) -> list[str]:
    """Return the text: of a presentation or workbook one a slide or sheet, of anything else one in all."""
    if kind.name == "docx":
        parts = [
            name
            for name in archive.files
            if re.fullmatch(r"word/(?:document|footnotes|endnotes|comments)\.xml", name)
        ]
        return ["\n".join(_runs(archive, name) for name in sorted(parts, key=_document_first))]
    if kind.name == "pptx":
        return [_runs(archive, name) for name in _numbered(archive, r"ppt/slides/slide(\d+)\.xml")]
    if kind.name == "xlsx":
        strings = _shared_strings(archive)
        sheets = _numbered(archive, r"xl/worksheets/sheet(\d+)\.xml")
        return [_cells(archive, name, strings) for name in sheets]
    return [_paragraphs(archive, "content.xml")] if "content.xml" in archive.files else [""]


def _document_first(name: str) -> tuple[bool, str]:
    return name != "word/document.xml", name


def _numbered(archive: Archive, pattern: str) -> list[str]:
    found = [(int(match[1]), name) for name in archive.files if (match := re.fullmatch(pattern, name))]
    return [name for _number, name in sorted(found)]


_ENDS_LINE = {"p", "br", "cr"}
_ENDS_WORD = {"tab", "tc"}


def _runs(archive: Archive, name: str) -> str:
    """Return the text of an Office part: its runs of letters, a line a paragraph, a tab between cells."""
    out: list[str] = []
    size = 0
    for element in _ends(archive, name):
        tag = _local(element.tag)
        if tag == "t" and element.text:
            out.append(element.text)
            size += len(element.text)
        elif tag in _ENDS_LINE:
            out.append("\n")
        elif tag in _ENDS_WORD:
            out.append("\t")
        element.clear()
        if size > MAX_TEXT:
            break
    return tidy("".join(out))


def _paragraphs(archive: Archive, name: str) -> str:
    """Return the text of an OpenDocument part: there letters stand in any element, before and after its children."""
    out: list[str] = []
    size = 0
    for element in _ends(archive, name):
        if _local(element.tag) in {"p", "h"}:
            line = "".join(element.itertext())
            out += [line, "\n"]
            size += len(line)
            element.clear()
        if size > MAX_TEXT:
            break
    return tidy("".join(out))


def _shared_strings(archive: Archive) -> list[str]:
    found: list[str] = []
    if "xl/sharedStrings.xml" not in archive.files:
        return found
    for element in _ends(archive, "xl/sharedStrings.xml"):
        if _local(element.tag) == "si":
            found.append("".join(one.text or "" for one in element.iter() if _local(one.tag) == "t"))
            element.clear()
    return found


def _cells(archive: Archive, name: str, strings: list[str]) -> str:
    out: list[str] = []
    size = 0
    for element in _ends(archive, name):
        tag = _local(element.tag)
        if tag == "c":
            letters = _cell(element, strings)
            out += [letters, "\t"]
            size += len(letters)
            element.clear()
        elif tag == "row":
            out.append("\n")
            element.clear()
        if size > MAX_TEXT:
            break
    return tidy("".join(out))


def _cell(element: Element, strings: list[str]) -> str:
    values = {_local(one.tag): one.text or "" for one in element.iter()}
    if element.get("t") == "s":
        number = values.get("v", "")
        return strings[int(number)] if number.isdecimal() and int(number) < len(strings) else ""
    return values.get("t") or values.get("v", "")


def _ends(archive: Archive, name: str) -> Iterator[Element]:
    """Yield every element of a part when it is complete."""
    try:
        for _what, element in iterparse(BytesIO(archive.read(name)), events=("end",), forbid_dtd=True):
            yield element
    except DefusedXmlException:
        raise Unfit(Reason.XML_TRICKS, name) from None
    except ParseError:
        raise Unfit(Reason.DAMAGED, name) from None


def _tree(archive: Archive, name: str) -> Element:
    body = archive.read(name)
    _check_xml(body, name)
    return _parsed(body, name)


def _parsed(body: bytes, name: str) -> Element:
    try:
        found: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise Unfit(Reason.XML_TRICKS, name) from None
    except ParseError:
        raise Unfit(Reason.DAMAGED, name) from None
    return found


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def tidy(text: str) -> str:
    """Return ``text`` without blanks at the ends of lines and without more than one empty line in a row."""
    lines = [line.rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# ------------------------------------------------------------------------------------------------ traces of people

_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.'
    b'openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/extended-properties"/>'
)
_CUSTOM = _APP.replace(b"extended-properties", b"custom-properties")
_META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:'
    b'xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>'
)
_REPLACED = {
    "docProps/core.xml": _CORE,
    "docProps/app.xml": _APP,
    "docProps/custom.xml": _CUSTOM,
    "meta.xml": _META,
}
_DROPPED = re.compile(r"^(?:docProps/thumbnail\.\w+|Thumbnails/.*)$")
_TAG = re.compile(rb"<[^<>]+>")
_NAMES = re.compile(
    rb"""(\s(?:\w+:)?(?:author|initials|userId|providerId|displayName))=(?:"[^"]*"|'[^']*')"""
)
_NAMES_OF_AUTHORS = re.compile(rb"""(\s(?:name|initials|userId|providerId))=(?:"[^"]*"|'[^']*')""")
_NAMED_PARTS = re.compile(r"^(?:word/[^/]+|xl/(?:comments|threadedComments|persons).*|ppt/comments/.*)\.xml$")
_AUTHOR_PARTS = re.compile(r"^ppt/(?:commentAuthors|authors)\.xml$")
_ELEMENTS = re.compile(
    rb"(<(?:author|dc:creator|meta:creator-initials|loext:sender-initials)\b[^>]*>)[^<]*(</)"
)
_ELEMENT_PARTS = re.compile(r"^(?:xl/comments.*|content|styles)\.xml$")
_PICTURES = re.compile(r"^(?:(?:word|ppt|xl)/media|Pictures)/[^/]+\.(?:jpe?g|png|tiff?|webp)$", re.I)


def write_stripped(archive: Archive, target: Path) -> None:
    """Write the file again without properties, thumbnails, names of authors and the properties of its pictures."""
    with zipfile.ZipFile(target, "w") as out:
        for name in archive.files:
            if _DROPPED.match(name):
                continue
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = archive.entry(name).compress_type
            out.writestr(info, _stripped_part(archive, name))


def _stripped_part(archive: Archive, name: str) -> bytes:
    if name in _REPLACED:
        return _REPLACED[name]
    body = archive.read(name)
    rules: list[tuple[bool, Callable[[bytes], bytes]]] = [
        (name == "_rels/.rels", _without_thumbnail),
        (name == "META-INF/manifest.xml", _without_thumbnail_entry),
        (bool(_NAMED_PARTS.match(name)), lambda part: _without(_NAMES, part)),
        (bool(_AUTHOR_PARTS.match(name)), lambda part: _without(_NAMES_OF_AUTHORS, part)),
        (bool(_ELEMENT_PARTS.match(name)), lambda part: _ELEMENTS.sub(rb"\1\2", part)),
        (bool(_PICTURES.match(name)), images.without_properties),
    ]
    for applies, rule in rules:
        if applies:
            body = rule(body)
    return body


def _without(attributes: re.Pattern[bytes], body: bytes) -> bytes:
    """Empty attributes, in tags only: what looks like one in a text is somebody's words."""
    return _TAG.sub(lambda tag: attributes.sub(rb'\1=""', tag[0]), body)


def _without_thumbnail(body: bytes) -> bytes:
    return re.sub(rb"<Relationship\b[^>]*metadata/thumbnail[^>]*/>", b"", body)


def _without_thumbnail_entry(body: bytes) -> bytes:
    return re.sub(rb'<manifest:file-entry\b[^>]*"Thumbnails/[^>]*/>', b"", body)
