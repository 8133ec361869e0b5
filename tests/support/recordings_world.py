"""Recordings for the world that the access matrix walks over: published, not published, and one that runs now."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.core import clock
from app.core.database import db
from app.media.storage import storage
from app.webinars import recording_files as files
from app.webinars import recording_finishing as finishing
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import (
    Part,
    RecordingState,
    Source,
    WebinarRecording,
    WebinarRecordingCaptions,
    WebinarRecordingTake,
)


def plant(webinar_id: int, title: str, number: int = 1, *, published: bool = True) -> str:
    """Write a recording with all its parts down and return its public id."""
    now = clock.now()
    row = WebinarRecording(
        webinar_id=webinar_id, number=number, title=title, language="en", source=Source.BROWSER,
        state=RecordingState.READY, started_at=now, stopped_at=now, seconds=60.0, edition=1, made=1, pictures=1,
        published_at=now if published else None, chapters=[{"at": 0, "title": title}],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    with tempfile.TemporaryDirectory() as folder:
        for part, kind in ((Part.FILM, "webm"), (Part.SMALL, "mp4"), (Part.SOUND, "m4a")):
            path = Path(folder) / part.value
            path.write_bytes(part.value.encode())
            files.keep(row, path, part, kind, None)
    storage().put(files.picture_name(row, 1, 1), b"\xff\xd8\xff\xd9")
    db.session.add(WebinarRecordingCaptions(recording_id=row.id, language="en", cues=[[1.0, 2.0, title]]))
    db.session.flush()
    finishing.tell(row, db.session.get_one(Webinar, webinar_id))
    return row.public_id


def running(webinar_id: int, user_id: int, participant_id: int | None = None) -> str:
    """Write a recording that runs down and return its public id."""
    row = WebinarRecording(
        webinar_id=webinar_id, number=9, title="Running", source=Source.BROWSER, state=RecordingState.RECORDING,
        started_at=clock.now(), started_by=user_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(
        WebinarRecordingTake(
            recording_id=row.id, number=1, begun_at=clock.now(), spans=[[clock.now().isoformat(), None]],
            participant_id=participant_id,
        )
    )  # fmt: skip
    db.session.flush()
    return row.public_id
