"""What can be done with files: receive one, begin one that arrives in pieces, add a piece, take it over, throw it away.

What is stored is first written under a name that no reader knows; the job ``media.examine`` decides what becomes of it.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.i18n import format_number
from app.core.jobs import defer
from app.core.refusal import Refused, require
from app.core.settings import settings
from app.media import jobs, loaders
from app.media.models import MediaFile, MediaUpload, storage_key
from app.media.names import clean_name
from app.media.parser.kinds import fitting_name
from app.media.storage import ARRIVING, FILES, ORIGINAL, QUARANTINE, scratch, storage
from app.media.vocabulary import KINDS, REASON_WORDS, Paging, Reason, Scan, State

MEGABYTE = 1_000_000
MAX_PARTS = 4_000
MAX_FINGERPRINT = 100
_PIECE = 1 << 16


class WrongOffset(Refused):
    """A piece does not begin where the last one ended; the sender must ask how far the file has come."""


class TooManyPieces(Refused):
    """The file arrives in so many pieces that it is no upload any more."""


def largest_file() -> int:
    """Return the largest size that people may send, in octets."""
    return settings().max_file_mb * MEGABYTE


def receive(
    actor: Actor | None,
    stream: IO[bytes],
    name: str,
    scope: str,
    *,
    strip: bool = False,
    limit: int | None = None,
) -> MediaFile:
    """Receive a whole file (a part of a form, an answer of another service) and have it examined.

    ``scope`` says where it belongs (``collection:12``); ``strip`` takes out traces of people; ``limit`` is the largest
    size in octets. Without an actor the platform itself receives it. Raises Refused, in words.
    """
    most = limit if limit is not None else largest_file()
    with tempfile.NamedTemporaryFile(dir=scratch(), prefix="received-") as kept:
        size = _copied(stream, kept, most)
        _check_room(actor, size)
        upload = _begun(actor, name, size, scope, strip=strip, kept=True)
        _add(upload, Path(kept.name), size)
    return upload.file


def receive_bytes(
    actor: Actor | None, body: bytes, name: str, scope: str, *, strip: bool = False
) -> MediaFile:
    """Receive a file that is in memory: from a job, a command, the demo world. Raises Refused."""
    return receive(actor, BytesIO(body), name, scope, strip=strip)


def begin_upload(
    actor: Actor, name: str, length: int, scope: str, *, strip: bool = False, fingerprint: str = ""
) -> MediaUpload:
    """Begin a file of ``length`` octets that arrives in pieces at ``/files/uploads/<public_id>``.

    The feature has asked whether the actor may; :func:`take` makes the file its own. ``fingerprint`` is the sender's
    word for the file, by which it finds an upload again after a reload. Raises Refused, in words.
    """
    require(length > 0, str(REASON_WORDS[Reason.EMPTY]))
    require(length <= largest_file(), _too_large(largest_file()))
    open_now = select(func.count()).select_from(MediaUpload).join(MediaUpload.file)
    unfinished = db.session.scalar(
        open_now.where(
            MediaFile.uploaded_by == actor.user_id,
            MediaUpload.offset < MediaUpload.length,
            MediaUpload.expires_at > clock.now(),
        )
    )
    require(
        (unfinished or 0) < settings().max_open_uploads,
        _("You have too many unfinished uploads. Finish or cancel some of them first."),
    )
    _check_room(actor, length)
    return _begun(actor, name, length, scope, strip=strip, kept=False, fingerprint=fingerprint)


def append(upload: MediaUpload, offset: int, piece: Path) -> int:
    """Add the octets in the file ``piece`` at ``offset`` and return how far the upload has come.

    The last piece has the file examined. Raises WrongOffset and TooManyPieces, Refused for more than was announced.
    """
    lock(upload)
    if offset != upload.offset:
        raise WrongOffset(_("The piece does not follow the one before."))
    if len(upload.parts) >= MAX_PARTS:
        raise TooManyPieces(_("The file arrives in too many pieces. Cancel it and send it again."))
    size = piece.stat().st_size
    require(upload.offset + size <= upload.length, _("More was sent than was announced."))
    if size:
        _add(upload, piece, size)
    return upload.offset


def cancel(upload: MediaUpload) -> None:
    """Give up an upload that nobody has taken over; everything of it goes."""
    lock(upload)
    discard(upload.file)


def take(actor: Actor, upload_ids: Iterable[str], scope: str) -> Sequence[MediaFile]:
    """Make uploads of the actor's, begun for ``scope``, a feature's own and return their files, in order.

    Raises Refused when one has not arrived in full or was not taken, NotFound for one that is not theirs.
    """
    taken = []
    for upload_id in dict.fromkeys(upload_ids):
        upload = loaders.own_upload(actor, upload_id)
        lock(upload)
        file = upload.file
        require(file.scope == scope, _("This file was sent for another place. Send it again here."))
        require(
            upload.complete, _("%(name)s has not arrived in full. Wait for it or cancel it.", name=file.name)
        )
        if file.state in {State.REFUSED, State.QUARANTINED}:
            raise Refused(f"{file.name}: {REASON_WORDS[Reason(file.reason)]}")
        file.kept = True
        if file.state != State.CHECKING:
            db.session.delete(upload)
        taken.append(file)
    db.session.flush()
    return taken


def keep_made(path: Path, kind: str, name: str, scope: str) -> MediaFile:
    """Keep a file that the platform has made itself (a film, say) under a name of its own; it is ready at once.

    ``kind`` is one of the closed list. A virus scanner sees it with the next that were not scanned.
    """
    sort = KINDS[kind]
    file = MediaFile(
        key=storage_key(), name=fitting_name(clean_name(name), sort), scope=scope, kept=True, kind=kind,
        media_type=sort.media_type, state=State.READY, scan=Scan.UNSCANNED, paging=Paging.NONE,
        size=path.stat().st_size, sha256=_digest(path), created_at=clock.now(), examined_at=clock.now(),
    )  # fmt: skip
    storage().put(f"{FILES}/{file.key}/{ORIGINAL}", path)  # the row is never ahead of the object
    db.session.add(file)
    db.session.flush()
    return file


def move(file: MediaFile, scope: str) -> None:
    """Let a file belong elsewhere from now on."""
    file.scope = scope
    db.session.flush()


def discard(file: MediaFile) -> None:
    """Forget a file; its octets go when the transaction has committed. Whoever points to it must have let go."""
    for place in (FILES, ARRIVING, QUARANTINE):
        remove_stored(f"{place}/{file.key}")
    db.session.delete(file)
    db.session.flush()


def remove_stored(folder: str) -> None:
    """Remove what is stored under ``folder``, when the transaction has committed."""
    defer(jobs.remove, folder=folder)


# ------------------------------------------------------------------------------------------------ pieces


def _begun(
    actor: Actor | None,
    name: str,
    length: int,
    scope: str,
    *,
    strip: bool,
    kept: bool,
    fingerprint: str = "",
) -> MediaUpload:
    file = MediaFile(
        name=clean_name(name),
        size=length,
        scope=scope,
        uploaded_by=actor.user_id if actor else None,
        strip=strip,
        kept=kept,
        created_at=clock.now(),
    )
    upload = MediaUpload(
        file=file,
        length=length,
        offset=0,
        parts=[],
        fingerprint=fingerprint[:MAX_FINGERPRINT],
        expires_at=_expiry(),
        created_at=clock.now(),
    )
    db.session.add_all([file, upload])
    db.session.flush()
    return upload


def _add(upload: MediaUpload, piece: Path, size: int) -> None:
    """Store a piece under a name of its own: what a killed request left behind is never taken for it."""
    part = f"{upload.offset:015d}-{secrets.token_hex(4)}"
    storage().put(f"{ARRIVING}/{upload.file.key}/{part}", piece)
    upload.parts = [*upload.parts, [part, size]]
    upload.offset += size
    upload.expires_at = _expiry()
    if upload.complete:
        upload.file.state = State.CHECKING
        db.session.flush()
        defer(jobs.examine, file_id=upload.file_id)
    db.session.flush()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expiry() -> datetime:
    return clock.now() + timedelta(hours=settings().upload_hours)


def _copied(stream: IO[bytes], target: IO[bytes], most: int) -> int:
    size = 0
    while piece := stream.read(_PIECE):
        size += target.write(piece)
        require(size <= most, _too_large(most))
    target.flush()
    require(size > 0, str(REASON_WORDS[Reason.EMPTY]))
    return size


def _check_room(actor: Actor | None, size: int) -> None:
    """Hold one person to what they may send in a day. Raises Refused."""
    if actor is None or actor.user_id is None:
        return
    day = clock.now() - timedelta(days=1)
    sent = db.session.scalar(
        select(func.coalesce(func.sum(MediaFile.size), 0)).where(
            MediaFile.uploaded_by == actor.user_id, MediaFile.created_at > day
        )
    )
    most = settings().max_daily_mb
    require(
        int(sent or 0) + size <= most * MEGABYTE,
        _(
            "You have sent as much as is taken within 24 hours (%(size)s MB). Go on tomorrow.",
            size=format_number(most),
        ),
    )


def _too_large(most: int) -> str:
    megabytes = format_number(max(1, most // MEGABYTE))
    return str(_("The file is too large: at most %(size)s MB are taken.", size=megabytes))
