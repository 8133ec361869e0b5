"""What happens to files by themselves: examined, made into pages, drawn, removed. What is swept: ``sweeping.py``."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock, log
from app.core.jobs import defer, job
from app.media import drawing, examining
from app.media.examining import claimed
from app.media.scanning import ScannerSilent
from app.media.storage import ARRIVING, storage
from app.media.vocabulary import Paging, State

ASK_SCANNER_AGAIN = timedelta(minutes=1)


@job("media.examine")
def examine(file_id: int) -> None:
    """Examine a received file; while the scanner is silent it waits, and is never let through."""
    try:
        examining.examine(file_id)
    except ScannerSilent:
        log.failure("virus scanner does not answer")
        defer(examine, at=clock.now() + ASK_SCANNER_AGAIN, file_id=file_id)
        return
    file = claimed(file_id)
    if file is None or file.state == State.CHECKING:
        return
    defer(remove, folder=f"{ARRIVING}/{file.key}")
    if file.paging == Paging.WAITING:
        defer(convert, file_id=file_id)
    elif file.readable and file.drawn < (file.pages or 0):
        defer(draw, file_id=file_id)


@job("media.convert")
def convert(file_id: int) -> None:
    """Make pages of an office file."""
    examining.convert(file_id)
    file = claimed(file_id)
    if file is not None and file.readable and file.drawn < (file.pages or 0):
        defer(draw, file_id=file_id)


@job("media.draw")
def draw(file_id: int) -> None:
    """Draw the next batch of a file's pages; the rest is another job, so that others get their turn."""
    if drawing.draw_batch(file_id):
        defer(draw, file_id=file_id)


@job("media.remove")
def remove(folder: str) -> None:
    """Remove what was stored under ``folder``."""
    storage().remove(folder)
