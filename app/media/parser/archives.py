"""Zip files, read with distrust: everything that the directory says is checked before one octet is unpacked.

Only what every reader understands in the same way is taken: nothing before the first entry or after the end, no
overlapping entries, no names that differ for some reader, sizes that hold.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.media.parser.refusal import Reason, Unfit

_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCAL_SIZE = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DRIVE = re.compile(r"[A-Za-z]:")
_PIECE = 1 << 16
MIN_SUSPECT = 10_000_000  # below so many octets no ratio is a bomb


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold: entries, octets unpacked in all, times its packed size, archives within."""

    entries: int = 5_000
    octets: int = 600_000_000
    ratio: int = 200
    depth: int = 2


@dataclass(slots=True)
class Budget:
    """What is left of the limits over an archive and everything nested in it."""

    entries: int
    octets: int

    def take_entries(self, count: int) -> None:
        """Count entries. Raises Unfit when there are too many."""
        self.entries -= count
        if self.entries < 0:
            raise Unfit(Reason.ARCHIVE_ENTRIES)

    def take_octets(self, count: int) -> None:
        """Count octets unpacked. Raises Unfit when there are too many."""
        self.octets -= count
        if self.octets < 0:
            raise Unfit(Reason.ARCHIVE_SIZE)


class Archive:
    """A zip file whose directory has been checked."""

    def __init__(self, file: IO[bytes], limits: Limits, budget: Budget | None = None) -> None:
        self.limits = limits
        self.budget = budget or Budget(limits.entries, limits.octets)
        self.size = file.seek(0, 2)
        _check_frame(file, self.size)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            raise Unfit(Reason.DAMAGED) from None
        self._check_directory()
        self.files = {one.filename: one for one in self._zip.infolist() if not one.is_dir()}

    def _check_directory(self) -> None:
        entries = self._zip.infolist()
        self.budget.take_entries(len(entries))
        if not entries:
            raise Unfit(Reason.EMPTY)
        for entry in entries:
            _check_entry(entry)
        _check_names(entries)
        _check_places(entries, self._zip.start_dir)
        declared = sum(entry.file_size for entry in entries)
        if declared > self.budget.octets or (
            declared > MIN_SUSPECT and declared > self.limits.ratio * max(self.size, 1)
        ):
            raise Unfit(Reason.ARCHIVE_SIZE)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield an entry's content. Raises Unfit when it is not what the directory says, KeyError without the entry."""
        entry, seen = self.files[name], 0
        try:
            with self._zip.open(entry) as source:
                while piece := source.read(_PIECE):
                    seen += len(piece)
                    self.budget.take_octets(len(piece))
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            raise Unfit(Reason.DAMAGED, name) from None
        if seen != entry.file_size:
            raise Unfit(Reason.DAMAGED, name)

    def read(self, name: str) -> bytes:
        """Return an entry's content; raises as :meth:`pieces`."""
        return b"".join(self.pieces(name))

    def entry(self, name: str) -> zipfile.ZipInfo:
        """Return what the directory says of an entry."""
        return self.files[name]

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


def _check_frame(file: IO[bytes], size: int) -> None:
    """The first entry begins the file, and the end record ends it: nothing is hidden before or behind."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Unfit(Reason.DAMAGED)
    file.seek(max(0, size - _END_SIZE - 0xFFFF))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Unfit(Reason.DAMAGED)
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    if at + _END_SIZE + comment != len(tail):
        raise Unfit(Reason.DAMAGED)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise Unfit(Reason.ENCRYPTED, entry.filename)
    if entry.compress_type not in _METHODS:
        raise Unfit(Reason.DAMAGED, entry.filename)
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if mode not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Unfit(Reason.ARCHIVE_LINKS, entry.filename)
    parts = name.split("/")
    tricky = (
        name.startswith("/")
        or "\\" in name
        or ".." in parts
        or _DRIVE.match(name)
        or len(name) > 500
        or any(ord(letter) < 32 or ord(letter) == 127 for letter in name)
        or not name.strip("/. ")
    )
    if tricky:
        raise Unfit(Reason.ARCHIVE_PATHS, entry.filename)


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    """No name twice, as any file system reads it, and none that is a file and a folder."""
    seen: set[str] = set()
    for entry in entries:
        plain = unicodedata.normalize("NFC", entry.filename.rstrip("/")).casefold()
        if plain in seen:
            raise Unfit(Reason.ARCHIVE_DOUBLES, entry.filename)
        seen.add(plain)
    files = {
        unicodedata.normalize("NFC", one.filename).casefold(): one for one in entries if not one.is_dir()
    }
    for plain in seen:
        for end in (at for at, letter in enumerate(plain) if letter == "/"):
            if plain[:end] in files:
                raise Unfit(Reason.ARCHIVE_DOUBLES, files[plain[:end]].filename)


def _check_places(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Entries lie one after the other from the first octet on; overlapping ones make bombs out of few octets."""
    end = 0
    for position, entry in enumerate(sorted(entries, key=lambda one: one.header_offset)):
        if entry.header_offset < end or (position == 0 and entry.header_offset != 0):
            raise Unfit(Reason.ARCHIVE_SIZE, entry.filename)
        end = entry.header_offset + _LOCAL_SIZE + entry.compress_size
    if end > directory:
        raise Unfit(Reason.ARCHIVE_SIZE)
