"""What follows when an edition is there, or is not: chapters, captions, register, index, what the earlier one left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, events
from app.core.database import db
from app.media import actions as media
from app.media.models import MediaPage
from app.webinars import recording_files as files
from app.webinars import recording_register as register
from app.webinars import recording_search as search
from app.webinars import recording_timeline as timeline
from app.webinars.models.planning import Webinar, WebinarMaterial
from app.webinars.models.recording import RecordingState, WebinarRecording, WebinarRecordingCaptions
from app.webinars.models.room import WebinarEvent
from app.webinars.queries.recording import runs
from app.webinars.recording_events import RecordingReady
from app.webinars.recording_timeline import Run

_READ = 10_000
_LONGEST_CUE, _UNTIMED_CUE = 12.0, 4.0


def finish(recording: WebinarRecording) -> None:
    """Let the wanted edition be the one that is there."""
    webinar = db.session.get_one(Webinar, recording.webinar_id)
    line = runs(recording)
    recording.made, recording.state, recording.problem = recording.edition, RecordingState.READY, ""
    recording.done = recording.pieces
    recording.pictures = int(recording.work.get("pictures", 0))
    if not recording.chaptered:
        recording.chapters = _chapters(recording, webinar, line)
    _take_captions(recording, webinar, line)
    files.forget(row for row in files.rows(recording) if row.edition != recording.edition)
    media.remove_stored(files.work_folder(recording))
    db.session.flush()
    tell(recording, webinar)
    events.publish(RecordingReady(webinar.id, recording.id))


def fail(recording: WebinarRecording, why: str) -> None:
    """Keep what arrived and say why no edition came of it; one that was there before stays."""
    recording.state, recording.problem = RecordingState.FAILED, why
    files.forget(row for row in files.rows(recording) if row.edition != recording.made)
    media.remove_stored(files.work_folder(recording))
    db.session.flush()


def tell(recording: WebinarRecording, webinar: Webinar) -> None:
    """Let register and index know what a recording is now."""
    register.describe(recording, webinar)
    search.refresh(recording)


# ------------------------------------------------------------------------------------------------ from the session


def _chapters(recording: WebinarRecording, webinar: Webinar, line: list[Run]) -> list[dict[str, Any]]:
    """Return chapters of the agenda as it was planned and of the slides as they were turned."""
    began = webinar.begun_at or webinar.starts_at
    agenda = [
        (second, str(one["title"]))
        for one in webinar.agenda
        if (second := timeline.second_of(line, began + timedelta(minutes=int(one["minute"])))) is not None
    ]
    return timeline.chapters(agenda, _slides(webinar, line), recording.seconds or 0.0)


def _slides(webinar: Webinar, line: list[Run]) -> Iterator[tuple[float, str]]:
    titles = _titles(webinar)
    for body, at in _entries(webinar, "slides.turned"):
        deck, page = str(body.get("deck", "")), body.get("page")
        second = timeline.second_of(line, at)
        if second is None or not isinstance(page, int):
            continue
        title = titles.get((deck, page)) or f"{body.get('title') or ''} {page}".strip()
        yield second, title


def _titles(webinar: Webinar) -> Mapping[tuple[str, int], str]:
    """Return the first line of every page of the session's slides."""
    rows = db.session.execute(
        select(WebinarMaterial.public_id, MediaPage.number, MediaPage.text)
        .join(MediaPage, MediaPage.file_id == WebinarMaterial.file_id)
        .where(WebinarMaterial.webinar_id == webinar.id, WebinarMaterial.slides)
    )
    found = {}
    for public_id, number, text in rows:
        first = next((" ".join(one.split()) for one in text.splitlines() if one.strip()), "")
        if first:
            found[public_id, number] = first[: timeline.MAX_TITLE]
    return found


def _take_captions(recording: WebinarRecording, webinar: Webinar, line: list[Run]) -> None:
    """Keep what was typed while it was recorded, by language; what a person has sent instead stays."""
    said: dict[str, list[list[Any]]] = {}
    began = webinar.begun_at or webinar.starts_at
    for body, at in _entries(webinar, "captions.said"):
        cue = _cue(body, at, began, line)
        if cue is not None:
            said.setdefault(str(body["language"]), []).append(cue)
    for language, cues in said.items():
        row = {"recording_id": recording.id, "language": language, "cues": sorted(cues), "typed": True}
        kept = insert(WebinarRecordingCaptions).values(row | {"changed_at": clock.now()})
        db.session.execute(
            kept.on_conflict_do_update(
                index_elements=["recording_id", "language"],
                set_={"cues": kept.excluded.cues, "changed_at": kept.excluded.changed_at},
                where=WebinarRecordingCaptions.typed.is_(True),
            )
        )


def _cue(body: Mapping[str, Any], at: datetime, began: datetime, line: list[Run]) -> list[Any] | None:
    """Return a caption on the line; its own times count from the begin of the session."""
    text, language = str(body.get("text", "")).strip(), body.get("language")
    if not text or not isinstance(language, str):
        return None
    begins, length = _timed(body)
    moment = at if begins is None else began + timedelta(seconds=begins)
    second = timeline.second_of(line, moment)
    over = second is None or second + 0.2 >= sum(run.seconds for run in line)
    return None if over or second is None else [round(second, 2), round(second + length, 2), text]


def _timed(body: Mapping[str, Any]) -> tuple[float | None, float]:
    """Return when a caption began, None where it does not say so, and for how long it stands."""
    begins, ends = body.get("from"), body.get("to")
    if isinstance(begins, (int, float)) and isinstance(ends, (int, float)) and ends > begins:
        return float(begins), min(float(ends - begins), _LONGEST_CUE)
    return None, _UNTIMED_CUE


def _entries(webinar: Webinar, kind: str) -> Iterator[tuple[Mapping[str, Any], datetime]]:
    rows = db.session.execute(
        select(WebinarEvent.body, WebinarEvent.at)
        .where(
            WebinarEvent.webinar_id == webinar.id, WebinarEvent.kind == kind, WebinarEvent.audience == "all"
        )
        .order_by(WebinarEvent.number)
        .limit(_READ)
    )
    return iter([(body, at) for body, at in rows])
