"""Where the octets of recordings lie, and who gets them: pieces, pictures and work under generated names in the place
for files; films and sounds as files of ``app/media`` with the scope ``recording:<id>``.

Below ``recordings/<key>/`` there are three folders: ``chunks``, what arrived, kept as long as the recording;
``pictures``, the stills of each edition, numbered; ``work``, what one piece of work on an edition leaves for the next.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from app.core.access import Actor
from app.core.database import db
from app.media import actions as media
from app.media import links
from app.media.links import Claim, Grant
from app.media.models import MediaFile
from app.media.storage import Missing, storage
from app.webinars.actions import recording_playing as playing
from app.webinars.models.recording import Part, WebinarRecording, WebinarRecordingFile
from app.webinars.queries.recording import Given, viewing
from app.webinars.recording_policy import Viewing, scope_of

FOLDER = "recordings"
PREFIX = "recording"
PLAY, DOWNLOAD = "play", "download"


def folder(recording: WebinarRecording) -> str:
    """Return the folder of everything that lies outside ``app/media``'s own files."""
    return f"{FOLDER}/{recording.key}"


def chunk_name(recording: WebinarRecording, take: int, index: int) -> str:
    """Return a new name for a piece: what a killed request left behind is never taken for it."""
    return f"{folder(recording)}/chunks/{take:03}-{index:06}-{secrets.token_hex(4)}"


def picture_name(recording: WebinarRecording, edition: int, number: int) -> str:
    """Return the name of a still (from 1)."""
    return f"{folder(recording)}/pictures/{edition}-{number}"


def work_folder(recording: WebinarRecording) -> str:
    """Return the folder of what pieces of work leave for each other."""
    return f"{folder(recording)}/work"


def work_name(recording: WebinarRecording, what: str) -> str:
    """Return the name under which a piece of work on the wanted edition leaves ``what``."""
    return f"{work_folder(recording)}/{recording.edition}-{what}"


def picture(recording: WebinarRecording, number: int) -> bytes | None:
    """Return a still of the present edition (JPEG), None when there is none."""
    if not 1 <= number <= recording.pictures:
        return None
    try:
        return storage().get(picture_name(recording, recording.made, number))
    except Missing:
        return None


def keep(
    recording: WebinarRecording, path: Path, part: Part, kind: str, size: tuple[int, int] | None
) -> None:
    """Keep a part of the wanted edition; one that a killed job had kept already is replaced."""
    forget(row for row in rows(recording) if row.edition == recording.edition and row.part == part)
    name = f"{recording.title} ({part.value})" if part is not Part.FILM else recording.title
    file = media.keep_made(path, kind, f"{name}.{kind}", scope_of(recording.id))
    width, height = size or (None, None)
    db.session.add(
        WebinarRecordingFile(
            recording_id=recording.id, edition=recording.edition, part=part, file_id=file.id,
            width=width, height=height,
        )
    )  # fmt: skip
    db.session.flush()


def rows(recording: WebinarRecording) -> list[WebinarRecordingFile]:
    """Return the files of every edition that is there."""
    found = select(WebinarRecordingFile).where(WebinarRecordingFile.recording_id == recording.id)
    return list(db.session.scalars(found))


def forget(gone: Iterable[WebinarRecordingFile]) -> None:
    """Let files of editions go; their octets go after the commit."""
    for row in list(gone):
        file = db.session.get_one(MediaFile, row.file_id)
        db.session.delete(row)
        db.session.flush()
        media.discard(file)


# ------------------------------------------------------------------------------------------------ leaving


def play_url(viewing: Viewing, given: Given) -> str:
    """Return where a player gets a part from, for as long as one watches."""
    return links.file_url(viewing.actor, given.file, purpose=PLAY, ttl=links.LONGEST)


def download_url(viewing: Viewing, given: Given) -> str:
    """Return where a part is taken away; it may be gone on with for as long as the sign-in and the right last."""
    return links.file_url(viewing.actor, given.file, purpose=DOWNLOAD, ttl=links.LONGEST)


def may_get(actor: Actor, claim: Claim) -> Grant | None:
    """Answer for a link to a part of a recording: right, expiry, edition, rules, all as they are now."""
    number = claim.scope.partition(":")[2]
    found = viewing(actor, WebinarRecording.id == int(number)) if number.isdecimal() else None
    part = None if found is None else _part(found, claim.file)
    if found is None or part is None:
        return None
    if claim.purpose == PLAY:
        playing.note_fetched(found)
        return Grant()
    if claim.purpose != DOWNLOAD or not found.takes_away:
        return None
    if claim.first:
        playing.note_download(found, part)
    return Grant()


def _part(found: Viewing, file: MediaFile) -> Part | None:
    return next((part for part, row in found.files.items() if row.file_id == file.id), None)
