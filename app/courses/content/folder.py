"""The files of a course folder, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.core import pdf
from app.courses.content.mistakes import Mistakes

MAXIMUM_FILE = 2_000_000
_IGNORED = {".DS_Store", "Thumbs.db", ".gitkeep"}


@dataclass(slots=True)
class Folder:
    """Every file of a course by its path inside the folder; ``shown`` is the folder's path in messages."""

    slug: str
    shown: str
    files: dict[str, bytes]
    mistakes: Mistakes = field(default_factory=Mistakes)
    used: set[str] = field(default_factory=set)

    def path(self, name: str) -> str:
        """Return a file's path for messages."""
        return f"{self.shown}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self.files

    def names(self, under: str, ending: str) -> list[str]:
        """Return the files directly in the folder ``under`` whose names end with ``ending``, sorted."""
        return sorted(
            name for name in self.files if name.rpartition("/")[0] == under and name.endswith(ending)
        )

    def folders(self, under: str) -> list[str]:
        """Return the names of the folders directly in ``under``, sorted."""
        prefix = f"{under}/"
        return sorted(
            {
                name[len(prefix) :].partition("/")[0]
                for name in self.files
                if name.startswith(prefix) and "/" in name[len(prefix) :]
            }
        )

    def body(self, name: str) -> bytes:
        """Return a file's octets and mark it as used."""
        self.used.add(name)
        return self.files[name]

    def text(self, name: str) -> str | None:
        """Return a file as text with plain line ends; None (noted) when it is missing, too large or not UTF-8."""
        if name not in self.files:
            self.mistakes.add(self.path(name), 1, "this file is missing")
            return None
        body = self.body(name)
        if len(body) > MAXIMUM_FILE:
            self.mistakes.add(self.path(name), 1, f"larger than {MAXIMUM_FILE // 1_000_000} MB")
            return None
        try:
            return body.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = body[: error.start].count(b"\n") + 1
            self.mistakes.add(self.path(name), line, "not UTF-8")
            return None

    def warn_of_unused(self) -> None:
        """Note every file that nothing refers to."""
        for name in sorted(set(self.files) - self.used):
            self.mistakes.warn(self.path(name), 1, "nothing uses this file")

    def digest(self, *further: str) -> str:
        """Return a digest of all that shapes the result: every file, the code that renders them, ``further`` words."""
        total = hashlib.sha256(_rendering_code().encode())
        for word in further:
            total.update(f"{word}\0".encode())
        for name, body in sorted(self.files.items()):
            total.update(f"{name}\0{len(body)}\0".encode() + body)
        return total.hexdigest()


def read_folder(place: Path) -> Folder:
    """Read the folder of a course at ``place`` (``…/content/courses/<slug>``). Links are not followed."""
    base = place.parents[2] if len(place.parents) > 2 else place.parent
    files = {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.name not in _IGNORED
    }
    return Folder(place.name, place.relative_to(base).as_posix(), files)


@cache
def _rendering_code() -> str:
    """A digest of our own sources: when they change, what they made is made again."""
    here = Path(__file__).parent
    total = hashlib.sha256()
    for path in [*sorted(here.glob("*.py")), *sorted(here.glob("*.typ")), Path(pdf.__file__)]:
        total.update(path.read_bytes())
    return total.hexdigest()
