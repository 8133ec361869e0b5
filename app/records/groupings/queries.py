"""Reading the sets that staff made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import select

from app.core.database import db
from app.core.i18n import DEFAULT, page_language
from app.core.texts import LazyText
from app.records.groupings.models import FreeSet, FreeSetVersion
from app.records.groupings.sets import CountrySet, Group
from app.records.groupings.titles import MEMBERS

PREFIX = "set:"
"""Ids of sets that staff made begin with this; their public id follows."""
_KEPT = "free_country_sets"


@dataclass(frozen=True, slots=True)
class Free:
    """A set that staff made, with its versions in the order in which they begin (then were written)."""

    public_id: str
    versions: Sequence[CountrySet]
    retired_at: datetime | None

    @property
    def latest(self) -> CountrySet:
        """The version written last; what a new one starts from."""
        return max(self.versions, key=lambda one: int(one.version))


def free_sets() -> Mapping[str, Free]:
    """Return every set that staff made, retired ones too, by id; read once per request or job."""
    if _KEPT not in g:
        setattr(g, _KEPT, _read())
    found: Mapping[str, Free] = getattr(g, _KEPT)
    return found


def forget() -> None:
    """Read again at the next question: something was written."""
    g.pop(_KEPT, None)


def free_set(public_id: str) -> FreeSet | None:
    """Return the row of a set, retired or not."""
    return db.session.scalars(select(FreeSet).where(FreeSet.public_id == public_id)).one_or_none()


def _read() -> dict[str, Free]:
    rows = db.session.execute(
        select(FreeSet, FreeSetVersion)
        .join(FreeSetVersion, FreeSetVersion.set_id == FreeSet.id)
        .order_by(FreeSet.id, FreeSetVersion.valid_from, FreeSetVersion.number)
    )
    versions: dict[str, list[CountrySet]] = {}
    retired: dict[str, datetime | None] = {}
    for row, version in rows:
        versions.setdefault(row.public_id, []).append(as_set(row, version))
        retired[row.public_id] = row.retired_at
    return {PREFIX + one: Free(one, written, retired[one]) for one, written in versions.items()}


def as_set(row: FreeSet, version: FreeSetVersion) -> CountrySet:
    """Return a version as a country set with one group."""
    title = LazyText(in_page_language, version.names)
    return CountrySet(
        id=PREFIX + row.public_id,
        title=title,
        version=str(version.number),
        valid_from=version.valid_from,
        groups={MEMBERS: Group(title, frozenset(version.members))},
        note=version.note,
        names=version.names,
    )


def in_page_language(names: Mapping[str, str]) -> str:
    """Return the name in the page's language, else in English, else the first there is."""
    return names.get(page_language()) or names.get(DEFAULT) or next(iter(names.values()), "")
