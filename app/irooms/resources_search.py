"""Resources in the index: title, symbol, summary, the text of pages, files page by page; found by who may read them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.core.database import db
from app.core.jobs import defer, job
from app.irooms.models import Room
from app.irooms.models.resources import (
    TRAINING,
    ResourceKind,
    ResourceState,
    RoomResource,
    RoomResourceVersion,
)
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.rendering import plain_text
from app.irooms.resources_words import LegalReference
from app.media import queries as media
from app.media.models import MediaFile
from app.search import actions as search
from app.search.actions import Document, Part

KIND = "resource"


def refresh(resource: RoomResource) -> None:
    """Let a resource be found as it is now, soon: a file of 300 pages is not indexed while somebody waits."""
    defer(index_resource, resource_id=resource.id)


@job("irooms.index_resource")
def index_resource(resource_id: int) -> None:
    """Index a resource as it is now; what is not there for readers, or is found elsewhere (a course), is taken out."""
    resource = db.session.get(RoomResource, resource_id)
    if resource is None:
        return
    if resource.state == ResourceState.CURRENT and resource.kind not in TRAINING:
        search.index(document_of(resource))
    else:
        search.remove(KIND, resource.public_id)


def document_of(resource: RoomResource) -> Document:
    """Return what the index holds of a resource that is there for readers."""
    room = db.session.get_one(Room, resource.room_id)
    version = db.session.get_one(RoomResourceVersion, resource.current_id)
    return Document(
        kind=KIND,
        key=resource.public_id,
        scope=collection_scope(resource.collection_id),
        language=resource.language,
        title=resource.title,
        parts=[Part("", _about(resource, version)), *_pages(version)],
        url=f"/irooms/{room.public_id}/resources/{resource.public_id}",
        facets={"within": room.title, "type": resource.type},
        updated_at=resource.news_at,
    )


def _about(resource: RoomResource, version: RoomResourceVersion) -> str:
    lines = [resource.symbol, resource.summary, resource.issuer, *resource.tags]
    if resource.kind == ResourceKind.LEGAL:
        lines.append(LegalReference.of(version.details).line)
    lines.append(plain_text(version.text))
    return "\n".join(line for line in lines if line)


def _pages(version: RoomResourceVersion) -> Iterator[Part]:
    file = db.session.scalars(select(MediaFile).where(MediaFile.id == version.file_id)).one_or_none()
    if file is not None and file.ready:
        for page in media.pages(file):
            yield Part(f"/pages/{page.number}", page.text, page=page.number)
