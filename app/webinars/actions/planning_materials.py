"""What people read before or after a session: files of ours and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core.database import db
from app.core.refusal import Refused, require
from app.media import actions as media
from app.media.models import MediaFile, MediaUpload
from app.webinars.models.planning import Webinar, WebinarMaterial
from app.webinars.places import Place

MOST = 100
SCOPE = "webinar_material"
_LONGEST_TITLE = 150


def file_scope(webinar_id: int) -> str:
    """Return the label of the files of a session."""
    return f"{SCOPE}:{webinar_id}"


def add_link(place: Place, title: str, link: str) -> WebinarMaterial:
    """Add a link (an https address). Refused to who does not plan the session."""
    _check(place)
    return _add(place, WebinarMaterial(webinar_id=place.webinar.id, title=title, link=link))


def add_file(
    place: Place, file: MediaFile, *, title: str = "", slides: bool = False, handout: bool = True
) -> WebinarMaterial:
    """Add a received file; it is given out once it has passed its checks. Refused to who does not plan the session."""
    _check(place)
    shown = title or file.name.rpartition(".")[0] or file.name
    return _add(
        place,
        WebinarMaterial(
            webinar_id=place.webinar.id,
            title=shown[:_LONGEST_TITLE],
            file_id=file.id,
            slides=slides,
            handout=handout,
        ),
    )


def receive(
    place: Place, files: Sequence[Any], uploads: Sequence[str], *, slides: bool, handout: bool
) -> tuple[list[WebinarMaterial], list[str]]:
    """Add each file that was sent, whole (``stream``, ``filename``) or in pieces (ids); returns also the refusals.

    Refused to who does not plan the session, and, before anything is added, for an upload that has not arrived.
    """
    _check(place)
    scope = file_scope(place.webinar.id)
    with db.session.begin_nested():  # a refusal leaves none of them behind
        taken = media.take(place.actor, uploads, scope)
        added = [add_file(place, file, slides=slides, handout=handout) for file in taken]
    refused = []
    for one in files:
        try:
            with db.session.begin_nested():
                file = media.receive(place.actor, one.stream, one.filename or "", scope)
                added.append(add_file(place, file, slides=slides, handout=handout))
        except Refused as error:
            refused.append(f"{one.filename}: {error}")
    return added, refused


def begin_upload(place: Place, name: str, length: int, *, strip: bool, fingerprint: str) -> MediaUpload:
    """Begin a file that arrives in pieces. Refused to who does not plan the session, and in words of its own."""
    _check(place)
    return media.begin_upload(
        place.actor, name, length, file_scope(place.webinar.id), strip=strip, fingerprint=fingerprint
    )


def change(place: Place, row: WebinarMaterial, *, title: str, slides: bool, handout: bool) -> None:
    """Change how a material is called and what for. Refused to who does not plan the session."""
    _check(place)
    lock(row)
    row.title, row.slides, row.handout = title, slides and row.file_id is not None, handout
    db.session.flush()


def remove(place: Place, row: WebinarMaterial) -> None:
    """Take a material away; its file goes too unless another session shows it."""
    _check(place)
    detail = {"webinar": place.webinar.public_id}
    audit.record(place.actor, Verb.WEBINAR_MATERIAL_REMOVED, "webinar_material", row.public_id, detail=detail)
    file_id = row.file_id
    db.session.delete(row)
    db.session.flush()
    discard_unused(file_id)


def discard_unused(file_id: int | None) -> None:
    """Forget a file that no session shows any more."""
    if file_id is None:
        return
    used = select(WebinarMaterial.id).where(WebinarMaterial.file_id == file_id).limit(1)
    if db.session.scalar(used) is None:
        media.discard(db.session.get_one(MediaFile, file_id))


def _check(place: Place) -> None:
    require(place.plans, _("You may not change this session."))
    require(place.webinar.cancelled_at is None, _("This session was cancelled."))


def _add(place: Place, row: WebinarMaterial) -> WebinarMaterial:
    webinar: Webinar = place.webinar
    count, last = db.session.execute(
        select(func.count(), func.max(WebinarMaterial.position)).where(
            WebinarMaterial.webinar_id == webinar.id
        )
    ).one()
    require(count < MOST, _("A session has at most 100 materials."))
    row.position = int(last or 0) + 1
    db.session.add(row)
    db.session.flush()
    audit.record(
        place.actor,
        Verb.WEBINAR_MATERIAL_ADDED,
        "webinar_material",
        row.public_id,
        detail={"webinar": webinar.public_id, "file": row.file_id is not None},
    )
    return row
