"""The closed list of what is taken. Whatever is not in it is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What can be done with a kind."""

    PDF = "pdf"
    OFFICE = "office"
    IMAGE = "image"
    TEXT = "text"
    MARKUP = "markup"  # may hold script: a download only, never shown
    SOUND = "sound"
    FILM = "film"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its short name, what it is served as, the endings its name may have (the first is given)."""

    name: str
    family: Family
    media_type: str
    endings: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_ALL = (
    Kind("pdf", Family.PDF, "application/pdf", ("pdf",)),
    Kind("docx", Family.OFFICE, f"{_OOXML}.wordprocessingml.document", ("docx",)),
    Kind("xlsx", Family.OFFICE, f"{_OOXML}.spreadsheetml.sheet", ("xlsx",)),
    Kind("pptx", Family.OFFICE, f"{_OOXML}.presentationml.presentation", ("pptx",)),
    Kind("odt", Family.OFFICE, f"{_ODF}.text", ("odt",)),
    Kind("ods", Family.OFFICE, f"{_ODF}.spreadsheet", ("ods",)),
    Kind("odp", Family.OFFICE, f"{_ODF}.presentation", ("odp",)),
    Kind("jpeg", Family.IMAGE, "image/jpeg", ("jpg", "jpeg")),
    Kind("png", Family.IMAGE, "image/png", ("png",)),
    Kind("gif", Family.IMAGE, "image/gif", ("gif",)),
    Kind("webp", Family.IMAGE, "image/webp", ("webp",)),
    Kind("tiff", Family.IMAGE, "image/tiff", ("tif", "tiff")),
    Kind("text", Family.TEXT, "text/plain", ("txt", "text", "vtt", "srt", "json", "yaml", "yml")),
    Kind("csv", Family.TEXT, "text/csv", ("csv", "tsv")),
    Kind("markdown", Family.TEXT, "text/markdown", ("md", "markdown")),
    Kind("html", Family.MARKUP, "text/html", ("html", "htm", "xhtml")),
    Kind("svg", Family.MARKUP, "image/svg+xml", ("svg",)),
    Kind("xml", Family.MARKUP, "application/xml", ("xml", "xsd", "xsl")),
    Kind("mp3", Family.SOUND, "audio/mpeg", ("mp3",)),
    Kind("m4a", Family.SOUND, "audio/mp4", ("m4a",)),
    Kind("ogg", Family.SOUND, "audio/ogg", ("ogg", "oga", "opus")),
    Kind("wav", Family.SOUND, "audio/x-wav", ("wav",)),
    Kind("flac", Family.SOUND, "audio/x-flac", ("flac",)),
    Kind("mp4", Family.FILM, "video/mp4", ("mp4", "m4v")),
    Kind("webm", Family.FILM, "video/webm", ("webm",)),
    Kind("zip", Family.ARCHIVE, "application/zip", ("zip",)),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
BY_MEDIA_TYPE: Mapping[str, Kind] = {kind.media_type: kind for kind in _ALL}
BY_ENDING: Mapping[str, Kind] = {ending: kind for kind in _ALL for ending in kind.endings}

PROGRAM_ENDINGS = frozenset(
    [
        "app",
        "bat",
        "bash",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "elf",
        "exe",
        "gadget",
        "hta",
        "inf",
        "ins",
        "iso",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lnk",
        "mjs",
        "msc",
        "msi",
        "msp",
        "msh",
        "ocx",
        "pif",
        "pl",
        "ps1",
        "psm1",
        "py",
        "pyc",
        "rb",
        "reg",
        "rpm",
        "scf",
        "scr",
        "sh",
        "so",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "wasm",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xll",
        "deb",
        "apk",
        "ade",
        "adp",
        "application",
        "appref-ms",
        "cs",
        "desktop",
        "diagcab",
        "library-ms",
        "search-ms",
        "settingcontent-ms",
        "php",
        "phtml",
        "asp",
        "aspx",
        "jsp",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppam",
        "ppsm",
        "sldm",
    ]
)


def ending_of(name: str) -> str:
    """Return what follows the last full stop of a name, in lower case; empty when there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def fitting_name(name: str, kind: Kind) -> str:
    """Return ``name`` with an ending that fits ``kind``: its own when that is one, else the kind's after it."""
    ending = ending_of(name)
    if ending in kind.endings:
        return name
    known = ending in BY_ENDING or ending in PROGRAM_ENDINGS
    stem = name[: -len(ending) - 1] if known else name
    return f"{stem}.{kind.endings[0]}"
