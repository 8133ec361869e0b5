"""Page images: in batches after a file was examined, and at once for a page that somebody asks for before its turn."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import bindparam, update

from app.core import log
from app.core.database import db
from app.core.settings import settings
from app.media import sandbox
from app.media.examining import MEGAPIXEL, SIZES, claimed, page_name, workplace
from app.media.models import MediaFile, MediaPage
from app.media.storage import CONVERTED, FILES, ORIGINAL, storage
from app.media.vocabulary import Family

BATCH = 20
_AT_ONCE = threading.BoundedSemaphore(
    2
)  # of one process: somebody who leafs quickly must not use up the machine


def source_of(file: MediaFile) -> str:
    """Return the name of what a file's pages are drawn and stamped from: the file, or the PDF made of it."""
    kind = file.sort
    converted = kind is not None and kind.family is Family.OFFICE
    return f"{FILES}/{file.key}/{CONVERTED if converted else ORIGINAL}"


def draw_batch(file_id: int) -> bool:
    """Draw the next pages of a file; returns whether there are more. Raises StorageError."""
    file = claimed(file_id)
    if file is None or not file.readable or file.drawn >= (file.pages or 0):
        return False
    numbers = range(file.drawn + 1, min(file.drawn + BATCH, file.pages or 0) + 1)
    draw(file, numbers)
    file.drawn = numbers[-1]
    db.session.flush()
    return file.drawn < (file.pages or 0)


def draw(file: MediaFile, numbers: Sequence[int]) -> None:
    """Draw pages and store their images; one that cannot be drawn gets an empty image, and is not tried again."""
    with _AT_ONCE, workplace() as place:
        source = place / "source"
        storage().fetch([source_of(file)], source)
        drawn = _drawn(file, source, numbers, place)
        if not drawn and len(numbers) > 1:  # one page may have stopped them all
            for number in numbers:
                drawn |= _drawn(file, source, [number], place)
        for number in numbers:
            for size in SIZES:
                made = place / f"{number}-{size}"
                storage().put(page_name(file, number, size), made if number in drawn else b"")
    _note_sizes(file, drawn)


def _drawn(file: MediaFile, source: Path, numbers: Sequence[int], place: Path) -> dict[int, tuple[int, int]]:
    kind = file.sort
    given = {
        "source": str(source),
        "family": "image" if kind is not None and kind.family is Family.IMAGE else "pdf",
        "numbers": list(numbers),
        "folder": str(place),
        "max_pixels": settings().max_megapixels * MEGAPIXEL,
    }
    try:
        found = sandbox.run("pages", given, place, sandbox.DRAWING)
        sizes = {int(one): (int(width), int(height)) for one, width, height in found.get("drawn", [])}
    except (sandbox.Exceeded, TypeError, ValueError) as error:
        log.event("pages not drawn", reason=str(error)[:80], count=len(numbers))
        return {}
    return {one: size for one, size in sizes.items() if one in numbers and _made(place, one)}


def _made(place: Path, number: int) -> bool:
    files = [place / f"{number}-{size}" for size in SIZES]
    return all(one.is_file() and not one.is_symlink() for one in files)


def _note_sizes(file: MediaFile, drawn: dict[int, tuple[int, int]]) -> None:
    if drawn:
        statement = (
            update(MediaPage)
            .where(MediaPage.file_id == file.id, MediaPage.number == bindparam("page"))
            .values(width=bindparam("wide"), height=bindparam("tall"))
        )
        rows = [{"page": one, "wide": width, "tall": height} for one, (width, height) in drawn.items()]
        db.session.connection().execute(statement, rows)
