"""What happens to recordings by themselves: they wait for their last pieces, are made, are made again when late pieces
fill a gap, end when their time is over."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import func, select, text

from app.accounts.locking import lock
from app.core import clock, log
from app.core.database import db
from app.core.jobs import defer, job, periodic
from app.media.storage import storage
from app.webinars import recording_files as files
from app.webinars import recording_finishing as finishing
from app.webinars import recording_making as making
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import RecordingState, Source, WebinarRecording, WebinarRecordingChunk
from app.webinars.queries.recording import chunks, takes
from app.webinars.recording_ffmpeg import Unplayable
from app.webinars.recording_timeline import lacks

GRACE = timedelta(minutes=3)
"""After the stop a recording waits so long for pieces that are held up by a line."""
AGAIN = timedelta(seconds=10)
LATE_ONES = timedelta(seconds=45)
ORPHANED = timedelta(hours=1)
BATCH = 200
_WITHOUT_JOB = text(
    "SELECT r.id, r.edition FROM webinar_recording r WHERE r.state = 'making' AND NOT EXISTS (SELECT 1 FROM "
    "procrastinate_jobs j WHERE j.task_name = 'webinars.make_recording' AND j.status IN ('todo', 'doing') "
    "AND CAST(j.args ->> 'recording_id' AS bigint) = r.id AND CAST(j.args ->> 'edition' AS int) = r.edition) "
    "ORDER BY r.id LIMIT :batch"
)


def remake(recording: WebinarRecording) -> None:
    """Have a new edition made of what is there; the caller holds the recording's row."""
    recording.edition += 1
    recording.state, recording.done, recording.pieces = RecordingState.MAKING, 0, 0
    recording.problem, recording.work = "", {"arrived": _count(recording)}
    db.session.flush()
    defer(make, recording_id=recording.id, edition=recording.edition)


def settle_later(recording: WebinarRecording) -> None:
    """Have a stopped recording made: at once when everything is there, else after a while with what is."""
    defer(settle, at=clock.now() + GRACE, recording_id=recording.id)
    arrived(recording)


def arrived(recording: WebinarRecording) -> None:
    """Note that something of a recording came; the last of it lets it be made, late ones let it be made again."""
    if recording.state == RecordingState.STOPPED and whole(recording):
        defer(settle, recording_id=recording.id)
    elif recording.state in {RecordingState.READY, RecordingState.FAILED, RecordingState.MAKING}:
        defer(settle, at=clock.now() + LATE_ONES, recording_id=recording.id)


def whole(recording: WebinarRecording) -> bool:
    """Whether every piece of every take is there, as far as recorders have said how many there are."""
    there = chunks(recording)
    return recording.source == Source.BROWSER and all(
        take.pieces is not None and not lacks((one.index for one in there.get(take.number, [])), take.pieces)
        for take in takes(recording)
    )


@job("webinars.settle_recording")
def settle(recording_id: int) -> None:
    """Make what a recording waits for, if it still does."""
    recording = db.session.get(WebinarRecording, recording_id)
    if recording is None or recording.source != Source.BROWSER:
        return
    lock(recording)
    if recording.state == RecordingState.STOPPED:
        waited = recording.stopped_at is not None and clock.now() - recording.stopped_at >= GRACE
        if waited or whole(recording):
            remake(recording)
    elif not recording.running and _count(recording) > int(recording.work.get("arrived", 0)):
        remake(recording)


@job("webinars.make_recording")
def make(recording_id: int, edition: int) -> None:
    """Do the next piece of work on an edition; the rest is another job, so that others get their turn."""
    try:
        recording = making.claimed(recording_id, edition)
    except making.Busy:
        defer(make, at=clock.now() + AGAIN, recording_id=recording_id, edition=edition)
        return
    if recording is None:
        return
    try:
        piece = making.do_next(recording)
    except Unplayable as error:
        log.event("recording not made", recording=recording.public_id, reason=str(error))
        _over(recording, edition, str(error))
        return
    if piece == "finish":
        _over(recording, edition)
    else:
        defer(make, recording_id=recording_id, edition=edition)


def _over(recording: WebinarRecording, edition: int, problem: str = "") -> None:
    lock(recording)
    if recording.edition != edition or recording.state != RecordingState.MAKING:
        return
    if problem:
        finishing.fail(recording, problem)
    else:
        finishing.finish(recording)


@periodic("webinars.resume_recordings", "*/5 * * * *")
def resume() -> None:
    """Queue the work again whose job was lost."""
    for recording_id, edition in db.session.execute(_WITHOUT_JOB, {"batch": BATCH}).all():
        defer(make, recording_id=recording_id, edition=edition)
    late = clock.now() - 2 * GRACE
    waiting = select(WebinarRecording.id).where(
        WebinarRecording.state == RecordingState.STOPPED,
        WebinarRecording.source == Source.BROWSER,
        WebinarRecording.stopped_at < late,
    )
    for recording_id in db.session.scalars(waiting.limit(BATCH)).all():
        defer(settle, recording_id=recording_id)


@periodic("webinars.expire_recordings", "*/10 * * * *")
def expire() -> None:
    """Take out of register and index what nobody may watch any more. Page and links ask for the time themselves."""
    now = clock.now()
    over = select(WebinarRecording).where(
        WebinarRecording.published_at.is_not(None),
        WebinarRecording.expires_at.between(now - timedelta(days=2), now),
    )
    for recording in db.session.scalars(over.limit(BATCH)).all():
        finishing.tell(recording, db.session.get_one(Webinar, recording.webinar_id))


@periodic("webinars.sweep_recordings", "41 * * * *")
def sweep() -> None:
    """Remove what lies in the place for recordings without a recording that wants it."""
    keys = storage().keys(files.FOLDER)
    if not keys:
        return
    known = set(db.session.scalars(select(WebinarRecording.key).where(WebinarRecording.key.in_(keys))))
    removed = 0
    for key in sorted(keys - known):
        newest = storage().newest(f"{files.FOLDER}/{key}")
        if newest is None or newest < clock.now() - ORPHANED:
            storage().remove(f"{files.FOLDER}/{key}")
            removed += 1
    if removed:
        log.event("recordings swept", logging.INFO, orphans=removed)


def _count(recording: WebinarRecording) -> int:
    asked = select(func.count()).select_from(WebinarRecordingChunk)
    return db.session.scalar(asked.where(WebinarRecordingChunk.recording_id == recording.id)) or 0
