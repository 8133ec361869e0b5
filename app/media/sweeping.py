"""Nothing half-done stays: expired uploads, what killed processes left behind, files whose job was lost."""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app.core import clock, log
from app.core.database import db
from app.core.jobs import defer, periodic
from app.core.settings import settings
from app.media import jobs, scanning
from app.media.actions import discard
from app.media.examining import claimed, quarantine, workplace
from app.media.models import MediaFile, MediaUpload
from app.media.storage import ARRIVING, FILES, ORIGINAL, QUARANTINE, Missing, scratch, storage
from app.media.vocabulary import Paging, Scan, State

GRACE = timedelta(hours=1)  # a request or job may still be at work on what has no row yet
BATCH = 500
RESCANNED = 20
_KNOWN = {
    # which rows keep the octets in which place alive
    ARRIVING: (State.ARRIVING, State.CHECKING),
    FILES: (State.CHECKING, State.READY),
    QUARANTINE: (State.CHECKING, State.QUARANTINED),
}
_WITHOUT_JOB = text(
    "SELECT f.id, f.state, f.paging FROM media_file f WHERE "
    "(f.state = 'checking' OR (f.state = 'ready' AND (f.paging = 'waiting' OR "
    "(f.paging = 'ready' AND f.drawn < f.pages)))) AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j "
    "WHERE j.task_name IN ('media.examine', 'media.convert', 'media.draw') AND j.status IN ('todo', 'doing') "
    "AND CAST(j.args ->> 'file_id' AS bigint) = f.id) ORDER BY f.id LIMIT :batch"
)


@periodic("media.sweep", "23 * * * *")
def sweep() -> None:
    """Remove uploads that expired, octets that no row knows, and folders of work that nobody does any more."""
    expired = forget_expired()
    orphans = sum(remove_orphans(place) for place in _KNOWN)
    left = remove_scratch()
    if expired or orphans or left:
        log.event("files swept", uploads=expired, orphans=orphans, scratch=left)
    if lost := missing():
        log.event("files without their octets", logging.ERROR, files=lost[:20])


def forget_expired() -> int:
    """Discard files that nobody took over in time; returns how many."""
    late = (
        select(MediaUpload)
        .join(MediaUpload.file)
        .where(MediaUpload.expires_at <= clock.now(), MediaFile.kept.is_(False))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = db.session.scalars(late).all()
    for upload in found:
        discard(upload.file)
    return len(found)


def remove_orphans(place: str) -> int:
    """Remove what lies in ``place`` without a row that wants it there, unless it is young; returns how many keys."""
    keys = storage().keys(place)
    if not keys:
        return 0
    wanted = set(
        db.session.scalars(
            select(MediaFile.key).where(MediaFile.key.in_(keys), MediaFile.state.in_(_KNOWN[place]))
        )
    )
    removed = 0
    for key in sorted(keys - wanted):
        newest = storage().newest(f"{place}/{key}")
        if newest is None or newest < clock.now() - GRACE:
            storage().remove(f"{place}/{key}")
            removed += 1
    return removed


def remove_scratch() -> int:
    """Remove folders and files of work that ended without cleaning up; returns how many."""
    removed = 0
    for one in scratch().iterdir():
        with suppress(FileNotFoundError):
            changed = datetime.fromtimestamp(one.stat().st_mtime, UTC)
            if changed < clock.now() - GRACE:
                shutil.rmtree(one) if one.is_dir() else one.unlink()
                removed += 1
    return removed


@periodic("media.resume", "*/5 * * * *")
def resume() -> None:
    """Queue the work again for files whose job was lost."""
    for file_id, state, paging in db.session.execute(_WITHOUT_JOB, {"batch": BATCH}).all():
        work = (
            jobs.examine
            if state == State.CHECKING
            else jobs.convert
            if paging == Paging.WAITING
            else jobs.draw
        )
        defer(work, file_id=file_id)


@periodic("media.scan_late", "*/10 * * * *")
def scan_late() -> None:
    """Scan files that were taken while no scanner was configured."""
    if not settings().clamd_address:
        return
    waiting = select(MediaFile.id).where(MediaFile.state == State.READY, MediaFile.scan == Scan.UNSCANNED)
    for file_id in db.session.scalars(waiting.order_by(MediaFile.id).limit(RESCANNED)).all():
        try:
            _scan_late(file_id)
        except scanning.ScannerSilent:
            log.failure("virus scanner does not answer")
            return


def _scan_late(file_id: int) -> None:
    file = claimed(file_id)
    if file is None or not file.ready or file.scan != Scan.UNSCANNED:
        return
    with workplace() as place:
        try:
            storage().fetch([f"{FILES}/{file.key}/{ORIGINAL}"], place / "file")
            verdict = scanning.scan(place / "file")
        except Missing:
            log.event("file without its octets", file=file.public_id)
            return
        except scanning.ScannerRefused:
            return  # it stays what it is: not scanned
        if verdict.scan is Scan.INFECTED:
            storage().put(f"{QUARANTINE}/{file.key}/{ORIGINAL}", place / "file")
            quarantine(file, verdict.found)
            defer(jobs.remove, folder=f"{FILES}/{file.key}")
        else:
            file.scan = verdict.scan
    db.session.flush()


def missing() -> list[str]:
    """Return the public ids of ready files whose octets are gone; there should be none."""
    keys = storage().keys(FILES)
    ready = db.session.execute(
        select(MediaFile.public_id, MediaFile.key).where(MediaFile.state == State.READY)
    )
    return [public_id for public_id, key in ready if key not in keys]
