"""What recordings do when something happens elsewhere; ``app/wiring.py`` connects them."""

from __future__ import annotations

from sqlalchemy import select, update

from app.accounts.events import AccountClosed
from app.core.database import db
from app.media.events import FileQuarantined, FileReady, FileRefused
from app.media.models import MediaFile
from app.webinars.actions import recording as actions
from app.webinars.actions import recording_editing as editing
from app.webinars.events import SessionChanged
from app.webinars.models.planning import Webinar
from app.webinars.models.recording import WebinarRecording, WebinarRecordingPlay
from app.webinars.recording_finishing import tell
from app.webinars.room_events import SessionEnded


def stop_recording(event: SessionEnded) -> None:
    """What is still recorded of a session that is over is stopped."""
    actions.end_of_session(db.session.get_one(Webinar, event.webinar_id))


def make_of_file(event: FileReady) -> None:
    """A film that was sent has passed the checks."""
    editing.file_ready(db.session.get_one(MediaFile, event.file_id))


def note_refusal(event: FileRefused | FileQuarantined) -> None:
    """A film that was sent is not taken."""
    editing.file_refused(db.session.get_one(MediaFile, event.file_id))


def follow_session(event: SessionChanged) -> None:
    """Let register and index know of a changed session whose recordings are published."""
    webinar = db.session.get_one(Webinar, event.webinar_id)
    published = select(WebinarRecording).where(
        WebinarRecording.webinar_id == webinar.id, WebinarRecording.published_at.is_not(None)
    )
    for recording in db.session.scalars(published).all():
        tell(recording, webinar)


def forget_places(event: AccountClosed) -> None:
    """Where somebody was in recordings is forgotten with their account."""
    db.session.execute(
        update(WebinarRecordingPlay).where(WebinarRecordingPlay.user_id == event.user_id).values(place=0.0)
    )
