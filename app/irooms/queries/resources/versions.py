"""The versions of a resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.database import db
from app.irooms.models.resources import RoomResourceVersion
from app.irooms.queries.resources.rows import Row
from app.media.models import MediaFile, MediaPage


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its file."""

    row: RoomResourceVersion
    file: MediaFile | None

    @property
    def readable(self) -> bool:
        """Whether it passed its checks."""
        return self.row.settled_at is not None and (self.file is None or self.file.ready)


def versions(row: Row) -> Sequence[Version]:
    """Return every version of a resource, the newest first; also those being checked or not taken."""
    if row.version.number == 1 and row.version.id == row.resource.latest_id:
        return [Version(row.version, row.file)]
    found = db.session.execute(
        select(RoomResourceVersion, MediaFile)
        .outerjoin(MediaFile, MediaFile.id == RoomResourceVersion.file_id)
        .where(RoomResourceVersion.resource_id == row.resource.id)
        .order_by(RoomResourceVersion.number.desc())
    )
    return [Version(*one) for one in found]


def version(row: Row, number: int) -> Row | None:
    """Return a resource with another of its versions, by number; None for one that is not there to read."""
    if row.version.number == number:
        return row
    found = next((one for one in versions(row) if one.row.number == number), None)
    if found is None or not found.readable:
        return None
    return Row(row.resource, found.row, found.file, row.training)


def page_count(file: MediaFile) -> int:
    """Return how many pages of a file can be read, as pictures or as text."""
    if file.pages:
        return file.pages
    counted = select(func.count()).select_from(MediaPage).where(MediaPage.file_id == file.id)
    return int(db.session.scalar(counted) or 0)
