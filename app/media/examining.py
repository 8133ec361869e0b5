"""What becomes of a received file: put together, scanned, examined, kept or not. Everything here may run twice."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, text

from app.core import clock, log
from app.core.database import db
from app.core.events import publish
from app.core.settings import settings
from app.media import conversion, sandbox, scanning
from app.media.events import FilePaged, FileQuarantined, FileReady, FileRefused
from app.media.models import MediaFile, MediaPage, MediaUpload
from app.media.parser.kinds import KINDS, Family, Kind, fitting_name
from app.media.storage import ARRIVING, CONVERTED, FILES, ORIGINAL, QUARANTINE, scratch, storage
from app.media.vocabulary import Note, Paging, Reason, Scan, State, TextState

SIZES = ("small", "large")
MEGAPIXEL = 1_000_000
_LOCK = 7203601
_PIECE = 1 << 20
_FITS_AFTER = {Family.TEXT, Family.MARKUP, Family.SOUND, Family.FILM, Family.ARCHIVE}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the confined process said, looked at before it is believed."""

    kind: Kind
    notes: list[str] = field(default_factory=list)
    final: Path | None = None
    pages: int | None = None
    texts: list[str] = field(default_factory=list)
    listing: list[list[Any]] = field(default_factory=list)
    sizes: Mapping[int, tuple[int, int]] = field(default_factory=dict)


class NotTaken(Exception):
    """The file is not taken."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


def claimed(file_id: int) -> MediaFile | None:
    """Return a file for work on it that lasts, None when another worker is at it or it is gone.

    The lock is an advisory one: a transaction that waits for other programs must not count as one that writes.
    """
    held = db.session.scalar(
        text("SELECT pg_try_advisory_xact_lock(:family, hashint8(:id))"), {"family": _LOCK, "id": file_id}
    )
    return db.session.get(MediaFile, file_id, populate_existing=True) if held else None


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one piece of work, gone after it."""
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="work-", ignore_cleanup_errors=True) as place:
        yield Path(place)


def examine(file_id: int) -> None:
    """Examine a file that has arrived in full and tell what became of it.

    Raises ScannerSilent when the scanner does not answer (the file stays as it is) and StorageError.
    """
    file = claimed(file_id)
    if file is None or file.state != State.CHECKING:
        return
    upload = db.session.scalars(select(MediaUpload).where(MediaUpload.file_id == file.id)).one()
    with workplace() as place:
        try:
            _take_in(file, upload, place)
        except NotTaken as refused:
            _refuse(file, refused)
    if file.kept:
        db.session.delete(upload)
    db.session.flush()


def _take_in(file: MediaFile, upload: MediaUpload, place: Path) -> None:
    arrived = place / "arrived"
    names = [f"{ARRIVING}/{file.key}/{part}" for part, _size in upload.parts]
    if storage().fetch(names, arrived) != upload.length:
        raise NotTaken(Reason.INCOMPLETE)
    verdict = _scanned(arrived)
    if verdict.scan is Scan.INFECTED:
        _hold_back(file, arrived, verdict.found)
        return
    outcome = _examined(file, arrived, place)
    _keep(file, verdict.scan, outcome, outcome.final or arrived, place)


def _scanned(path: Path) -> scanning.Verdict:
    try:
        return scanning.scan(path)
    except scanning.ScannerRefused as error:
        raise NotTaken(Reason.UNSCANNABLE) from error


def _examined(file: MediaFile, arrived: Path, place: Path) -> Outcome:
    chosen = settings()
    given = {
        "path": str(arrived),
        "name": file.name,
        "folder": str(place),
        "strip": file.strip,
        "max_pages": chosen.max_pages,
        "max_pixels": chosen.max_megapixels * MEGAPIXEL,
    }
    return believed(_run("examine", given, place, sandbox.EXAMINING), place)


def _run(task: str, given: dict[str, Any], place: Path, limits: sandbox.Limits) -> dict[str, Any]:
    try:
        found = sandbox.run(task, given, place, limits)
    except sandbox.Exceeded as error:
        log.event("file exceeded a limit", task=task, limit=str(error))
        raise NotTaken(Reason.TOO_DEMANDING) from error
    if "error" in found:
        log.event("file could not be read", task=task, error=str(found["error"])[:80])
    if "refused" in found:
        reason = Reason(found["refused"]) if found["refused"] in set(Reason) else Reason.DAMAGED
        raise NotTaken(reason, str(found.get("detail", ""))[:300])
    return found


def believed(found: dict[str, Any], place: Path) -> Outcome:
    """Return an outcome as plain typed values. Raises NotTaken when it has another form: it is not to be trusted."""
    try:
        final = place / "final" if found["final"] else None
        pages = None if found["pages"] is None else max(0, min(int(found["pages"]), settings().max_pages))
        return Outcome(
            kind=KINDS[found["kind"]],
            notes=[note for note in map(str, found["notes"]) if note in set(Note)],
            final=final if final is not None and final.is_file() and not final.is_symlink() else None,
            pages=pages,
            texts=[str(one).replace("\x00", "") for one in found["texts"]],
            listing=[[_plain(str(name)), int(size)] for name, size in found["listing"]],
            sizes={int(number): (int(width), int(height)) for number, width, height in found["drawn"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotTaken(Reason.DAMAGED) from error


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:500]


def _keep(file: MediaFile, scan: Scan, outcome: Outcome, final: Path, place: Path) -> None:
    """Store what is kept under its own name, then say so: the row is never ahead of the object."""
    kind = outcome.kind
    storage().put(f"{FILES}/{file.key}/{ORIGINAL}", final)
    file.name = fitting_name(file.name, kind)
    file.kind, file.media_type = kind.name, kind.media_type
    file.size, file.sha256 = final.stat().st_size, _digest(final)
    file.state, file.scan = State.READY, scan
    file.reason, file.detail = "", ""
    file.notes, file.listing = outcome.notes, outcome.listing
    file.examined_at = clock.now()
    file.pages = outcome.pages
    file.paging = _paging(kind, outcome)
    file.text_state = TextState.READY if any(outcome.texts) else TextState.NONE
    write_pages(file, outcome)
    store_drawn(file, outcome, place)
    db.session.flush()
    publish(FileReady(file.id))


def _paging(kind: Kind, outcome: Outcome) -> Paging:
    if kind.family in {Family.PDF, Family.IMAGE}:
        return Paging.READY if outcome.pages else Paging.NONE
    if kind.family is Family.OFFICE and conversion.program() is not None:
        return Paging.WAITING
    return Paging.NONE


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _refuse(file: MediaFile, refused: NotTaken) -> None:
    file.state, file.reason, file.detail = State.REFUSED, refused.reason, refused.detail
    file.scan = Scan.PENDING
    file.examined_at = clock.now()
    db.session.flush()
    publish(FileRefused(file.id, refused.reason.value))


def _hold_back(file: MediaFile, arrived: Path, found: str) -> None:
    storage().put(f"{QUARANTINE}/{file.key}/{ORIGINAL}", arrived)
    quarantine(file, found)


def quarantine(file: MediaFile, found: str) -> None:
    """Mark a file as infected: from now on nobody gets it."""
    file.state, file.scan = State.QUARANTINED, Scan.INFECTED
    file.reason, file.detail = Reason.INFECTED, found
    file.examined_at = clock.now()
    file.paging, file.text_state = Paging.NONE, TextState.NONE
    db.session.execute(delete(MediaPage).where(MediaPage.file_id == file.id))
    db.session.flush()
    publish(FileQuarantined(file.id))


# ------------------------------------------------------------------------------------------------ pages


def write_pages(file: MediaFile, outcome: Outcome) -> None:
    """Write the rows of a file's pages anew: one a page, slide, sheet, or one for the whole text."""
    db.session.execute(delete(MediaPage).where(MediaPage.file_id == file.id))
    count = max(outcome.pages or 0, len(outcome.texts) if any(outcome.texts) else 0)
    rows = []
    for number in range(1, count + 1):
        width, height = outcome.sizes.get(number, (None, None))
        words = outcome.texts[number - 1] if number <= len(outcome.texts) else ""
        rows.append({"file_id": file.id, "number": number, "text": words, "width": width, "height": height})
    if rows:
        db.session.execute(insert(MediaPage), rows)


def store_drawn(file: MediaFile, outcome: Outcome, place: Path) -> None:
    """Store the page images that an examination made on its way."""
    for number in outcome.sizes:
        for size in SIZES:
            storage().put(page_name(file, number, size), place / f"{number}-{size}")
    file.drawn = max(outcome.sizes, default=0)


def page_name(file: MediaFile, number: int, size: str) -> str:
    """Return the name under which a page image lies."""
    return f"{FILES}/{file.key}/pages/{number}-{size}"


def convert(file_id: int) -> None:
    """Make pages of an office file. One that LibreOffice cannot read stays a download. Raises StorageError."""
    file = claimed(file_id)
    if file is None or file.state != State.READY or file.paging != Paging.WAITING:
        return
    with workplace() as place:
        try:
            _convert(file, place)
        except (conversion.NotConverted, NotTaken) as error:
            log.event("office file without pages", reason=str(error))
            file.paging = Paging.FAILED
    db.session.flush()
    if file.paging == Paging.READY:
        publish(FilePaged(file.id))


def _convert(file: MediaFile, place: Path) -> None:
    source = place / "source"
    storage().fetch([f"{FILES}/{file.key}/{ORIGINAL}"], source)
    made = conversion.to_pdf(source, KINDS[file.kind].endings[0], place)
    chosen = settings()
    given = {
        "path": str(made),
        "name": "document.pdf",
        "folder": str(place),
        "strip": True,
        "max_pages": chosen.max_pages,
        "max_pixels": chosen.max_megapixels * MEGAPIXEL,
    }
    outcome = believed(_run("examine", given, place, sandbox.EXAMINING), place)
    if outcome.kind.family is not Family.PDF or outcome.final is None:
        raise NotTaken(Reason.DAMAGED)
    storage().put(f"{FILES}/{file.key}/{CONVERTED}", outcome.final)
    file.pages, file.paging = outcome.pages, Paging.READY
    if any(outcome.texts):
        file.text_state = TextState.READY
    write_pages(file, outcome)
    store_drawn(file, outcome, place)
