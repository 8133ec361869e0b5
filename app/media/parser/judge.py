"""What a file is, by its content; its name only decides between kinds that have the same content."""

from __future__ import annotations

from pathlib import Path

import filetype

from app.media.parser import office, texts
from app.media.parser.archives import Archive, Budget, Limits
from app.media.parser.kinds import BY_ENDING, BY_MEDIA_TYPE, KINDS, PROGRAM_ENDINGS, Family, Kind, ending_of
from app.media.parser.refusal import Reason, Unfit

_HEAD = 8_192
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
             b"\x00asm", b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n", b"#!", b"!<arch>", b"ITSF", b"MSCF")  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RICH_TEXT = b"{\\rtf"
_OTHER_ARCHIVES = frozenset(
    [
        "application/x-tar",
        "application/x-rar-compressed",
        "application/gzip",
        "application/x-bzip2",
        "application/x-7z-compressed",
        "application/x-xz",
        "application/x-lzip",
        "application/x-lz4",
        "application/zstd",
        "application/x-compress",
        "application/x-lzop",
        "application/vnd.ms-cab-compressed",
        "application/x-brotli",
    ]
)
_SOUND_OR_FILM = {"audio/mp4": "m4a", "video/x-m4v": "mp4"}


def kind_of(path: Path, name: str, limits: Limits, budget: Budget | None = None) -> Kind:
    """Return the kind of a file. Raises Unfit for whatever is not in the closed list, or not what its name says."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise Unfit(Reason.EMPTY)
    if head.startswith(_PROGRAMS):
        raise Unfit(Reason.PROGRAM)
    if head.startswith((_OLD_OFFICE, _RICH_TEXT)):
        raise Unfit(Reason.OLD_OFFICE)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path, limits, budget)
    return _binary_kind(head) or _text_kind(path, name)


def _binary_kind(head: bytes) -> Kind | None:
    if head.startswith(b"%PDF-"):
        return KINDS["pdf"]
    guessed = filetype.guess(head)
    if guessed is None:
        return None
    media_type = str(guessed.mime)
    if media_type in _OTHER_ARCHIVES:
        raise Unfit(Reason.OTHER_ARCHIVE)
    named = _SOUND_OR_FILM.get(media_type)
    kind = KINDS[named] if named else BY_MEDIA_TYPE.get(media_type)
    return kind if kind is not None and kind.family in _BINARY else None


_BINARY = {Family.IMAGE, Family.SOUND, Family.FILM}


def _zip_kind(path: Path, limits: Limits, budget: Budget | None) -> Kind:
    with path.open("rb") as file:
        archive = Archive(file, limits, budget)
        try:
            return office.kind_of(archive) or KINDS["zip"]
        finally:
            archive.close()


def _text_kind(path: Path, name: str) -> Kind:
    """Return which kind of text it is. A name that promises something else, or a program, is not taken."""
    body = path.read_bytes()
    charset = texts.charset_of(body)
    if charset is None:
        raise Unfit(Reason.WRONG_TYPE if ending_of(name) in BY_ENDING else Reason.UNKNOWN_TYPE)
    text = texts.decoded(body, charset)
    ending = ending_of(name)
    if ending in PROGRAM_ENDINGS or texts.is_script(text):
        raise Unfit(Reason.PROGRAM)
    if markup := texts.markup_kind(text):
        return KINDS[markup]
    promised = BY_ENDING.get(ending)
    if promised is None:
        return KINDS["text"]
    if promised.family is not Family.TEXT:
        raise Unfit(Reason.WRONG_TYPE)
    return promised
