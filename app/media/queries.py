"""What pages read of files: page images, text, unfinished uploads, and the words for what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.media import conversion, drawing
from app.media.examining import SIZES, page_name
from app.media.models import MediaFile, MediaPage, MediaUpload
from app.media.parser.kinds import BY_ENDING
from app.media.storage import FILES, ORIGINAL, Missing, storage
from app.media.vocabulary import (
    KIND_WORDS,
    NOTE_WORDS,
    PAGING_WORDS,
    REASON_WORDS,
    SCAN_WORDS,
    STATE_WORDS,
    Family,
    Note,
    Paging,
    Reason,
    Scan,
    State,
)


@dataclass(frozen=True, slots=True)
class StateWords:
    """A file's state as a page tells it: a kind of notice (``done``, ``waiting``, ``attention``, ``danger``) and words.

    ``advice`` says why it is not taken and what to do; ``notes`` what was done to it; ``scan`` and ``paging`` are for
    ready files.
    """

    kind: str
    state: str
    advice: str = ""
    notes: Sequence[str] = ()
    scan: str = ""
    paging: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a file: its number, its text, the size of its large image in pixels (None before it was drawn)."""

    number: int
    text: str
    width: int | None
    height: int | None


def state_words(file: MediaFile) -> StateWords:
    """Return where a file stands, in the reader's language."""
    state = State(file.state)
    words = str(STATE_WORDS[state])
    if state in {State.REFUSED, State.QUARANTINED}:
        advice = str(REASON_WORDS[Reason(file.reason)])
        return StateWords("danger", words, f"{advice} ({file.detail})" if _says_more(file) else advice)
    if state in {State.ARRIVING, State.CHECKING}:
        return StateWords("waiting", words)
    return StateWords(
        "attention" if file.scan == Scan.UNSCANNED else "done",
        words,
        notes=[str(NOTE_WORDS[Note(note)]) for note in file.notes],
        scan=str(SCAN_WORDS[Scan(file.scan)]),
        paging=str(PAGING_WORDS[Paging(file.paging)]),
    )


def _says_more(file: MediaFile) -> bool:
    """Whether the detail (the place in an archive) helps the sender; the scanner's word does not."""
    return bool(file.detail) and file.state == State.REFUSED


def kind_words(file: MediaFile) -> str:
    """Return what kind of file it is, in the reader's language; empty before it was examined."""
    return str(KIND_WORDS[file.kind]) if file.kind in KIND_WORDS else ""


def by_ids(ids: Iterable[int]) -> Mapping[int, MediaFile]:
    """Return files by their inner ids, in one statement."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {file.id: file for file in db.session.scalars(select(MediaFile).where(MediaFile.id.in_(wanted)))}


def page_image(file: MediaFile, number: int, size: str = "large") -> bytes:
    """Return the unmarked image of a page (``small`` 800 px wide, ``large`` 1600 px): PNG or JPEG, see ``marking``.

    One that is not there yet is made now. Raises NotFound for a page that is not there or cannot be drawn.
    """
    if size not in SIZES or not file.readable or not 1 <= number <= (file.pages or 0):
        raise NotFound
    try:
        image = storage().get(page_name(file, number, size))
    except Missing:
        drawing.draw(file, [number])
        image = storage().get(page_name(file, number, size))
    if not image:
        raise NotFound
    return image


def page_text(file: MediaFile, number: int) -> str:
    """Return the text of a page (slide, sheet; a file without pages has all its text on page 1); empty without."""
    found = db.session.scalar(
        select(MediaPage.text).where(MediaPage.file_id == file.id, MediaPage.number == number)
    )
    return found or ""


def pages(file: MediaFile) -> Sequence[Page]:
    """Return every page with its text, in order."""
    rows = db.session.execute(
        select(MediaPage.number, MediaPage.text, MediaPage.width, MediaPage.height)
        .where(MediaPage.file_id == file.id)
        .order_by(MediaPage.number)
    )
    return [Page(*row) for row in rows]


def page_sizes(file: MediaFile) -> Mapping[int, tuple[int, int]]:
    """Return width and height in pixels of the large image of each page that was drawn, without the texts."""
    rows = db.session.execute(
        select(MediaPage.number, MediaPage.width, MediaPage.height).where(MediaPage.file_id == file.id)
    )
    return {number: (width, height) for number, width, height in rows if width and height}


def text_of(file: MediaFile) -> str:
    """Return the whole text, pages divided by a form feed."""
    return "\f".join(page.text for page in pages(file))


def original(file: MediaFile) -> bytes:
    """Return a ready file's content as it is kept. Raises NotFound when it is not ready."""
    if not file.ready:
        raise NotFound
    return storage().get(f"{FILES}/{file.key}/{ORIGINAL}")


def unfinished(actor: Actor, scope: str) -> Sequence[MediaUpload]:
    """Return the actor's uploads for a place that have not been taken over, oldest first: to go on with, or to drop."""
    if actor.user_id is None:
        return []
    return db.session.scalars(
        select(MediaUpload)
        .join(MediaUpload.file)
        .where(
            MediaFile.uploaded_by == actor.user_id,
            MediaFile.scope == scope,
            MediaFile.kept.is_(False),
            MediaFile.state.not_in([State.REFUSED, State.QUARANTINED]),
            MediaUpload.expires_at > clock.now(),
        )
        .order_by(MediaUpload.id)
    ).all()


def can_convert() -> bool:
    """Whether office files are made into pages on this machine; without, they are downloads only."""
    return conversion.program() is not None


def accepted_endings() -> Sequence[str]:
    """Return the endings of names that are taken, with their full stops, for the file picker."""
    return [f".{ending}" for ending in BY_ENDING]


def is_download_only(file: MediaFile) -> bool:
    """Whether a ready file is never shown as pages (markup, sounds, archives; office files without LibreOffice)."""
    kind = file.sort
    return kind is None or (file.paging in {Paging.NONE, Paging.FAILED} and kind.family is not Family.TEXT)
