"""The only way a view gets an upload: it must be one's own, and alive."""

from __future__ import annotations

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.media import links
from app.media.models import MediaFile, MediaUpload


def own_upload(actor: Actor, upload_id: str) -> MediaUpload:
    """Return a living upload of the actor's own that nobody has taken over. Raises NotFound, for others' too."""
    found = db.session.scalars(
        select(MediaUpload)
        .join(MediaUpload.file)
        .where(
            MediaUpload.public_id == upload_id,
            MediaUpload.expires_at > clock.now(),
            MediaFile.uploaded_by == actor.user_id,
            MediaFile.kept.is_(False),
        )
    ).one_or_none()
    if found is None or actor.user_id is None:
        raise NotFound
    return found


def file(public_id: str) -> MediaFile:
    """Return a file by its public id, for a feature that has asked about the right itself. Raises NotFound."""
    found = db.session.scalars(select(MediaFile).where(MediaFile.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def ticket(_actor: Actor, token: str) -> links.Ticket:
    """Return what a link says when its signature and age hold; whether it is still worth anything is asked after."""
    found = links.read(token)
    if found is None:
        raise NotFound
    return found
