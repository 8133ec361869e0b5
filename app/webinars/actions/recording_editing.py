"""What those who plan a session do with its recordings: send one as a file, cut, name, chapters, captions, publish,
withdraw, remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.audiences import audiences
from app.accounts.locking import lock
from app.audit.actions import record as audit
from app.audit.verbs import Verb
from app.core import clock, events
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.media import actions as media
from app.media.models import MediaFile, MediaUpload
from app.media.vocabulary import Family
from app.search import actions as search
from app.webinars import recording_files as files
from app.webinars import recording_finishing as finishing
from app.webinars import recording_jobs as jobs
from app.webinars import recording_register as register
from app.webinars.actions.recording import added
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import (
    RecordingState,
    Source,
    Viewers,
    WebinarRecording,
    WebinarRecordingCaptions,
    WebinarRecordingTake,
)
from app.webinars.places import Place
from app.webinars.recording_events import RecordingPublished
from app.webinars.recording_policy import Viewing
from app.webinars.recording_search import KIND
from app.webinars.recording_timeline import MAX_TITLE, MOST_CHAPTERS
from app.webinars.recording_webvtt import Cue, NotWebVTT, parse

SHORTEST = 1.0
MOST_LANGUAGES = 30


@dataclass(frozen=True, slots=True)
class Publication:
    """To whom a recording is published, until when (aware; None: no end), and whether they may take it away."""

    viewers: Viewers
    group_id: int | None = None
    expires_at: datetime | None = None
    downloads: bool = True


# ------------------------------------------------------------------------------------------------ a file


def upload_scope(webinar: Webinar) -> str:
    """Return where a file belongs while it arrives: nobody gets it from there."""
    return f"recordings-of:{webinar.id}"


def begin_upload(place: Place, name: str, length: int, fingerprint: str = "") -> MediaUpload:
    """Begin a film or sound that arrives in pieces. Raises Refused."""
    return media.begin_upload(
        place.actor, name, length, upload_scope(place.webinar), strip=False, fingerprint=fingerprint
    )


def add_uploads(place: Place, uploads: Sequence[str]) -> list[WebinarRecording]:
    """Make recordings of files that arrived in pieces. Raises Refused."""
    require(bool(uploads), _("Choose a file first."))
    found = media.take(place.actor, uploads, upload_scope(place.webinar))
    return [_add_file(place, file) for file in found]


def add_file(place: Place, stream: Any, name: str) -> WebinarRecording:
    """Make a recording of a file that came with a form. Raises Refused."""
    return _add_file(place, media.receive(place.actor, stream, name, upload_scope(place.webinar)))


def _add_file(place: Place, file: MediaFile) -> WebinarRecording:
    webinar = place.webinar
    lock(webinar)
    recording = added(webinar, Source.FILE, place.actor.user_id, RecordingState.STOPPED)
    began = webinar.begun_at or webinar.starts_at
    recording.original_id, recording.started_at, recording.stopped_at = file.id, began, clock.now()
    db.session.add(
        WebinarRecordingTake(
            recording_id=recording.id, number=1, begun_at=began, spans=[[began.isoformat(), None]], pieces=0
        )
    )
    db.session.flush()
    _note(place.actor, recording, webinar, Verb.WEBINAR_RECORDING_ADDED)
    if file.ready:
        file_ready(file)
    return recording


def file_ready(file: MediaFile) -> None:
    """Make a film of a file that has passed the checks, where a recording waits for it."""
    recording = _waiting_for(file)
    if recording is None:
        return
    if file.sort is not None and file.sort.family in {Family.FILM, Family.SOUND}:
        jobs.remake(recording)
    else:
        finishing.fail(recording, "not_taken")


def file_refused(file: MediaFile) -> None:
    """Say that no film will come of a file."""
    recording = _waiting_for(file)
    if recording is not None:
        finishing.fail(recording, "not_taken")


def _waiting_for(file: MediaFile) -> WebinarRecording | None:
    if not file.scope.startswith("recordings-of:"):
        return None
    found = db.session.scalars(
        select(WebinarRecording).where(WebinarRecording.original_id == file.id)
    ).one_or_none()
    if found is None:
        return None
    lock(found)
    return found if found.state == RecordingState.STOPPED else None


# ------------------------------------------------------------------------------------------------ the film


def cut(viewing: Viewing, begins: float, ends: float | None) -> None:
    """Have an edition made from ``begins`` to ``ends`` seconds of the uncut line (None: its end). Raises Refused."""
    recording = viewing.recording
    lock(recording)
    whole = recording.seconds
    require(recording.watchable and whole is not None, _("There is no film yet that could be cut."))
    assert whole is not None
    last = whole if ends is None else min(ends, whole)
    require(0 <= begins < whole, _("The film is not that long."))
    require(last - begins >= SHORTEST, _("At least one second has to be left."))
    recording.cut_from, recording.cut_to = begins, None if last >= whole else last
    jobs.remake(recording)
    _note(viewing.actor, recording, viewing.webinar, Verb.WEBINAR_RECORDING_CUT)


def make_again(viewing: Viewing) -> None:
    """Try once more to make what could not be made. Raises Refused."""
    lock(viewing.recording)
    require(viewing.recording.state == RecordingState.FAILED, _("This recording is there, or being made."))
    jobs.remake(viewing.recording)


def change(viewing: Viewing, title: str, language: str) -> None:
    """Give a recording another title and language."""
    recording = viewing.recording
    recording.title, recording.language = title, language
    db.session.flush()
    finishing.tell(recording, viewing.webinar)
    _note(viewing.actor, recording, viewing.webinar, Verb.WEBINAR_RECORDING_CHANGED)


def set_chapters(viewing: Viewing, chapters: Sequence[tuple[float, str]]) -> None:
    """Set the chapters, given in seconds of the edition; those outside of it stay as they are. Raises Refused."""
    recording = viewing.recording
    require(len(chapters) <= MOST_CHAPTERS, _("These are too many chapters."))
    require(all(0 <= at <= recording.length for at, _title in chapters), _("The film is not that long."))
    end = recording.cut_from + recording.length
    outside = [one for one in recording.chapters if not recording.cut_from <= float(one["at"]) <= end]
    inside = [{"at": round(at + recording.cut_from, 1), "title": title[:MAX_TITLE]} for at, title in chapters]
    recording.chapters = sorted([*outside, *inside], key=lambda one: float(one["at"]))
    recording.chaptered = True
    db.session.flush()
    finishing.tell(recording, viewing.webinar)
    _note(viewing.actor, recording, viewing.webinar, Verb.WEBINAR_RECORDING_CHANGED)


# ------------------------------------------------------------------------------------------------ captions


def set_captions(viewing: Viewing, language: str, body: bytes) -> int:
    """Take captions from a WebVTT file, in the time of the edition; returns how many. Raises Refused, in words."""
    try:
        found = parse(body)
    except NotWebVTT as error:
        raise Refused(_reason(error)) from error
    recording = viewing.recording
    beyond = [one for one in found if one.begins >= recording.length]
    require(len(beyond) < len(found), _("All of these captions lie behind the end of the film."))
    known = {one.language: one for one in _captions(recording)}
    require(language in known or len(known) < MOST_LANGUAGES, _("There are too many languages."))
    row = known.get(language) or WebinarRecordingCaptions(recording_id=recording.id, language=language)
    row.cues = [_kept(one, recording.cut_from) for one in found if one.begins < recording.length]
    row.typed, row.changed_by, row.changed_at = False, viewing.actor.user_id, clock.now()
    db.session.add(row)
    db.session.flush()
    finishing.tell(recording, viewing.webinar)
    _note(
        viewing.actor, recording, viewing.webinar, Verb.WEBINAR_RECORDING_CAPTIONS_SET, {"language": language}
    )
    return len(row.cues)


def remove_captions(viewing: Viewing, captions: WebinarRecordingCaptions) -> None:
    """Take captions away. Those typed in the room come back with the next edition."""
    language = captions.language
    db.session.delete(captions)
    db.session.flush()
    finishing.tell(viewing.recording, viewing.webinar)
    _note(
        viewing.actor, viewing.recording, viewing.webinar, Verb.WEBINAR_RECORDING_CAPTIONS_REMOVED,
        {"language": language},
    )  # fmt: skip


def _captions(recording: WebinarRecording) -> Sequence[WebinarRecordingCaptions]:
    of_recording = WebinarRecordingCaptions.recording_id == recording.id
    return db.session.scalars(select(WebinarRecordingCaptions).where(of_recording)).all()


def _kept(cue: Cue, cut_from: float) -> list[Any]:
    return [round(cue.begins + cut_from, 3), round(cue.ends + cut_from, 3), cue.text]


def _reason(error: NotWebVTT) -> str:
    if error.why == "head":
        return str(_("This is not a WebVTT file: its first line has to be WEBVTT."))
    if error.why == "time":
        return str(_("Line %(line)s: this is not a time such as 00:01:02.500.", line=error.line))
    if error.why == "order":
        return str(_("Line %(line)s: the caption ends before it begins.", line=error.line))
    if error.why == "size":
        return str(_("The file is too large for captions."))
    if error.why == "text":
        return str(_("The file is not in UTF-8. Save it as UTF-8 and send it again."))
    return str(_("The file holds no captions."))


# ------------------------------------------------------------------------------------------------ for whom


def publish(viewing: Viewing, wanted: Publication) -> None:
    """Publish a recording, or change for whom and until when it is published. Raises Refused."""
    recording = viewing.recording
    lock(recording)
    require(recording.watchable, _("There is no film yet that could be published."))
    ends = wanted.expires_at
    require(ends is None or ends > clock.now(), _("This day is over. Choose a later one, or none."))
    if wanted.viewers == Viewers.GROUP:
        known = {one.group_id: one for one in audiences(viewing.actor)}
        chosen = known.get(wanted.group_id or 0)
        require(chosen is not None, _("Choose one from the list."))
        assert chosen is not None
        require(not chosen.refused, chosen.refused)
    before = recording.published_at
    recording.viewers = wanted.viewers
    recording.group_id = wanted.group_id if wanted.viewers == Viewers.GROUP else None
    recording.expires_at, recording.downloads = ends, wanted.downloads
    recording.published_at = before or clock.now()
    db.session.flush()
    finishing.tell(recording, viewing.webinar)
    _note(
        viewing.actor, recording, viewing.webinar, Verb.WEBINAR_RECORDING_PUBLISHED,
        {"viewers": wanted.viewers.value, "downloads": wanted.downloads},
    )  # fmt: skip
    if before is None:
        events.publish(RecordingPublished(viewing.webinar.id, recording.id))


def withdraw(viewing: Viewing) -> None:
    """Let nobody watch a recording but those who plan the session."""
    lock(viewing.recording)
    viewing.recording.published_at = None
    db.session.flush()
    finishing.tell(viewing.recording, viewing.webinar)
    _note(viewing.actor, viewing.recording, viewing.webinar, Verb.WEBINAR_RECORDING_WITHDRAWN)


def remove(viewing: Viewing) -> None:
    """Remove a recording with everything that was kept of it; the uses it had stay in the register. Raises Refused."""
    recording, webinar = viewing.recording, viewing.webinar
    lock(recording)
    require(not recording.running, _("Stop the recording first."))
    recording.published_at = None
    register.describe(recording, webinar)
    search.remove(KIND, recording.public_id)
    files.forget(files.rows(recording))
    media.remove_stored(files.folder(recording))
    original = db.session.get(MediaFile, recording.original_id) if recording.original_id else None
    _note(viewing.actor, recording, webinar, Verb.WEBINAR_RECORDING_REMOVED)
    db.session.delete(recording)
    db.session.flush()
    if original is not None:
        media.discard(original)


def _note(
    actor: Actor, recording: WebinarRecording, webinar: Webinar, verb: Verb, detail: JSON | None = None
) -> None:
    whole = {"webinar": webinar.public_id} | (detail or {})
    audit(actor, verb, "webinar_recording", recording.public_id, detail=whole)
