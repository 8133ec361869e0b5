"""Recording a session while it runs: consent, start, pause, resume, stop, and the pieces that a host's browser brings.

Everybody in the room sees whether it is being recorded; only those who run it can change that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.locking import lock
from app.audit.actions import record as audit
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.media import actions as media
from app.media.storage import storage
from app.webinars import journal, moderation_trail
from app.webinars import recording_ffmpeg as ffmpeg
from app.webinars import recording_files as files
from app.webinars import recording_janus as janus
from app.webinars import recording_jobs as jobs
from app.webinars.models.planning import MediaKind, State, Webinar
from app.webinars.models.recording import (
    RecordingState,
    Source,
    WebinarConsent,
    WebinarRecording,
    WebinarRecordingChunk,
    WebinarRecordingTake,
)
from app.webinars.places import Place
from app.webinars.queries.recording import consent_of, latest, takes
from app.webinars.recording_words import CONSENT_VERSION

MAX_CHUNK = 8_000_000
MAX_CHUNKS = 20_000
MAX_TAKES = 200
MAX_TOTAL = 8_000_000_000
MAX_MILLISECONDS = 48 * 3_600_000
LATE = timedelta(days=2)
"""After the stop pieces that were held up by a line are still taken for so long."""


class AnotherPiece(Refused):
    """There is another piece under this index already."""


# ------------------------------------------------------------------------------------------------ consent


def consent(place: Place, agreed: bool) -> None:
    """Keep what somebody answered, for this session and these words. Who changes their mind answers again."""
    assert place.actor.user_id is not None
    before = consent_of(place.webinar.id, place.actor.user_id)
    if before == agreed:
        return
    db.session.add(
        WebinarConsent(
            webinar_id=place.webinar.id, user_id=place.actor.user_id, version=CONSENT_VERSION, agreed=agreed,
            answered_at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()
    audit(
        place.actor, Verb.WEBINAR_RECORDING_CONSENTED, "webinar", place.webinar.public_id,
        detail={"version": CONSENT_VERSION, "agreed": agreed},
    )  # fmt: skip
    if place.inside:
        journal.tell(
            place.webinar,
            "recording.consented",
            {"person": place.me.public_id, "agreed": agreed},
            journal.HOSTS,
        )


def may_be_recorded(webinar_id: int, user_id: int) -> bool:
    """Whether somebody has agreed to be on a recorded stage."""
    return consent_of(webinar_id, user_id) is True


# ------------------------------------------------------------------------------------------------ the four buttons


def start(place: Place) -> WebinarRecording:
    """Begin to record; everybody in the room is told with the same commit. Raises Refused."""
    _require_host(place)
    webinar = place.webinar
    lock(webinar)
    require(webinar.state == State.LIVE, _("The session has not begun."))
    require(latest(webinar) is None, _("The session is being recorded already."))
    recording = added(webinar, _source(webinar), place.actor.user_id, RecordingState.RECORDING)
    begin_take(recording, place, "")
    janus.switch(webinar, recording, on=True)
    moderation_trail.note(place, Verb.WEBINAR_RECORDING_STARTED, detail={"recording": recording.public_id})
    _announce(place, recording, "recording.started")
    return recording


def pause(place: Place, recording: WebinarRecording) -> int:
    """Stop the line for a while. Returns the number of the journal's entry."""
    _require_host(place)
    _require_state(recording, RecordingState.RECORDING)
    recording.state = RecordingState.PAUSED
    _close_spans(recording)
    janus.switch(place.webinar, recording, on=False)
    moderation_trail.note(place, Verb.WEBINAR_RECORDING_PAUSED, detail={"recording": recording.public_id})
    return _announce(place, recording, "recording.paused")


def resume(place: Place, recording: WebinarRecording) -> int:
    """Go on with the line. Returns the number of the journal's entry."""
    _require_host(place)
    _require_state(recording, RecordingState.PAUSED)
    recording.state = RecordingState.RECORDING
    if recording.source == Source.JANUS:
        begin_take(recording, place, "")  # the server begins new files
    else:
        _open_span(takes(recording)[-1])
    janus.switch(place.webinar, recording, on=True)
    moderation_trail.note(place, Verb.WEBINAR_RECORDING_RESUMED, detail={"recording": recording.public_id})
    return _announce(place, recording, "recording.resumed")


def stop(place: Place, recording: WebinarRecording) -> int:
    """End the recording; its film is made as soon as everything has arrived. Returns the number of the entry."""
    _require_host(place)
    lock(recording)
    require(recording.running, _("The recording was stopped already."))
    moderation_trail.note(place, Verb.WEBINAR_RECORDING_STOPPED, detail={"recording": recording.public_id})
    end(recording)
    return _announce(place, recording, "recording.stopped")


def end(recording: WebinarRecording) -> None:
    """Close the line of a running recording whose row is held, and wait for what is still to come."""
    recording.state, recording.stopped_at = RecordingState.STOPPED, clock.now()
    _close_spans(recording)
    db.session.flush()
    if recording.source == Source.JANUS:
        janus.switch(db.session.get_one(Webinar, recording.webinar_id), recording, on=False)
        janus.fetch_later(recording)
    else:
        jobs.settle_later(recording)


def end_of_session(webinar: Webinar) -> None:
    """Stop whatever is still recorded of a session that is over."""
    recording = latest(webinar)
    if recording is not None:
        lock(recording)
        if recording.running:
            end(recording)
            journal.tell(webinar, "recording.stopped", told(recording))


def take_over(place: Place, recording: WebinarRecording, client_id: str) -> WebinarRecordingTake:
    """Let the actor's browser go on recording: a reload, another device, another host. The same id is the same take."""
    _require_host(place)
    lock(recording)
    require(recording.running, _("The recording was stopped already."))
    require(recording.source == Source.BROWSER, _("This session is recorded by the media server."))
    known = takes(recording)
    again = next((one for one in known if client_id and one.client_id == client_id), None)
    if again is not None:
        return again
    require(len(known) < MAX_TAKES, _("The recording was begun anew too often."))
    first = known[-1]
    if not first.client_id and first.participant_id == place.me.id:
        first.client_id = client_id  # the take that starting had made for this very host
        db.session.flush()
        return first
    _close_spans(recording)
    take = begin_take(recording, place, client_id)
    moderation_trail.note(place, Verb.WEBINAR_RECORDING_TAKEN_OVER, detail={"recording": recording.public_id})
    _announce(place, recording, "recording.taken")
    return take


def begin_take(recording: WebinarRecording, place: Place | None, client_id: str) -> WebinarRecordingTake:
    """Add a take at the end of the line."""
    number = db.session.scalar(
        select(func.coalesce(func.max(WebinarRecordingTake.number), 0)).where(
            WebinarRecordingTake.recording_id == recording.id
        )
    )
    take = WebinarRecordingTake(
        recording_id=recording.id, number=int(number or 0) + 1, client_id=client_id, begun_at=clock.now(), spans=[],
        participant_id=place.me.id if place is not None else None,
    )  # fmt: skip
    if recording.state == RecordingState.RECORDING:
        _open_span(take)
    db.session.add(take)
    db.session.flush()
    return take


def added(webinar: Webinar, source: Source, user_id: int | None, state: RecordingState) -> WebinarRecording:
    """Return a new recording of a session whose row is held."""
    number = db.session.scalar(
        select(func.coalesce(func.max(WebinarRecording.number), 0)).where(
            WebinarRecording.webinar_id == webinar.id
        )
    )
    recording = WebinarRecording(
        webinar_id=webinar.id, number=int(number or 0) + 1, source=source, state=state, started_by=user_id,
        started_at=clock.now(), title=webinar.title, language=next(iter(webinar.languages), ""),
    )  # fmt: skip
    db.session.add(recording)
    db.session.flush()
    return recording


# ------------------------------------------------------------------------------------------------ what arrives


def receive(
    recording: WebinarRecording, take: int, index: int, piece: Path, sha256: str, at_ms: int, for_ms: int
) -> bool:
    """Keep a piece; False when the very same is there already. Raises Refused, AnotherPiece for another one there.

    The octets are stored under a name of their own before the row says so.
    """
    _check_piece(recording, take, index, piece, at_ms, for_ms)
    name = files.chunk_name(recording, take, index)
    storage().put(name, piece)
    kept = db.session.scalar(
        insert(WebinarRecordingChunk)
        .values(
            recording_id=recording.id, take=take, index=index, name=name, size=piece.stat().st_size, sha256=sha256,
            at_ms=at_ms, for_ms=for_ms, arrived_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(WebinarRecordingChunk.name)
    )  # fmt: skip
    if kept is None:
        media.remove_stored(name)
        before = db.session.get_one(WebinarRecordingChunk, (recording.id, take, index))
        if before.sha256 != sha256:
            raise AnotherPiece(_("Another part of the recording has this number already."))
        return False
    jobs.arrived(recording)
    return True


def complete(recording: WebinarRecording, take: int, pieces: int) -> None:
    """Take the recorder's word on how many pieces a take has in all."""
    row = db.session.get(WebinarRecordingTake, (recording.id, take))
    require(row is not None and 0 <= pieces <= MAX_CHUNKS, _("This part does not belong to the recording."))
    assert row is not None
    row.pieces = pieces
    db.session.flush()
    jobs.arrived(recording)


def known_already(recording: WebinarRecording, take: int, index: int, sha256: str) -> bool:
    """Whether this very piece is there."""
    row = db.session.get(WebinarRecordingChunk, (recording.id, take, index))
    return row is not None and row.sha256 == sha256


def _check_piece(
    recording: WebinarRecording, take: int, index: int, piece: Path, at_ms: int, for_ms: int
) -> None:
    over = recording.stopped_at is not None and clock.now() - recording.stopped_at > LATE
    require(recording.source == Source.BROWSER and not over, _("Nothing more is taken for this recording."))
    known = db.session.get(WebinarRecordingTake, (recording.id, take))
    require(known is not None and 0 <= index < MAX_CHUNKS, _("This part does not belong to the recording."))
    fits = 0 <= at_ms <= MAX_MILLISECONDS and 0 <= for_ms <= MAX_MILLISECONDS
    size = piece.stat().st_size
    require(fits and 0 < size <= MAX_CHUNK, _("This part of the recording is empty or too large."))
    if index == 0:
        require(bool(ffmpeg.kind_of(piece)), _("This is not a recording of a browser."))
    total = db.session.scalar(
        select(func.coalesce(func.sum(WebinarRecordingChunk.size), 0)).where(
            WebinarRecordingChunk.recording_id == recording.id
        )
    )
    require(int(total or 0) + size <= MAX_TOTAL, _("The recording is too large: nothing more is kept of it."))


# ------------------------------------------------------------------------------------------------ inside


def told(recording: WebinarRecording) -> JSON:
    """Return what everybody in the room is told of a recording: whether it runs, since when, how long it is."""
    return told_by(recording, takes(recording))


def told_by(recording: WebinarRecording, known: Sequence[WebinarRecordingTake]) -> JSON:
    """Return the same where its takes were read already."""
    seconds, since = _ran(known)
    return {
        "id": recording.public_id,
        "state": recording.state if recording.running else "off",
        "seconds": round(seconds, 1),
        "since": since,
        "source": recording.source,
        "take": known[-1].number if known else 0,
    }


def _ran(known: Sequence[WebinarRecordingTake]) -> tuple[float, str | None]:
    """Return how many seconds are on the line, and since when it runs now."""
    seconds, since = 0.0, None
    for take in known:
        for begin, stop in take.spans:
            if stop is None:
                since = begin
            else:
                seconds += (datetime.fromisoformat(stop) - datetime.fromisoformat(begin)).total_seconds()
    return seconds, since


def _announce(place: Place, recording: WebinarRecording, kind: str) -> int:
    return journal.tell(place.webinar, kind, told(recording))


def _source(webinar: Webinar) -> Source:
    """Return where the octets will come from. Raises Refused where there is nothing of ours to record."""
    require(
        webinar.media != MediaKind.LINK,
        _("The meeting is held elsewhere: record it there and send the film afterwards."),
    )
    return Source.JANUS if janus.records(webinar) else Source.BROWSER


def _require_host(place: Place) -> None:
    require(place.hosts, _("Only those who run the room can do this."))


def _require_state(recording: WebinarRecording, state: RecordingState) -> None:
    lock(recording)
    require(recording.state == state, _("The recording is not in this state any more."))


def _open_span(take: WebinarRecordingTake) -> None:
    take.spans = [*take.spans, [clock.now().isoformat(), None]]


def _close_spans(recording: WebinarRecording) -> None:
    now = clock.now().isoformat()
    for take in takes(recording):
        if any(end is None for _begin, end in take.spans):
            take.spans = [[begin, end or now] for begin, end in take.spans]
