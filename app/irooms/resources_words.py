"""What is said of a resource: its title, type, symbol and the rest, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from app.core.database import JSON
from app.irooms.models.resources import ResourceType, RoomResource

LONGEST_TITLE = 300
MOST_TAGS, LONGEST_TAG = 12, 40


@dataclass(frozen=True, slots=True)
class Words:
    """The metadata of a resource; the names are those of its columns. ``language`` is a BCP 47 tag or empty."""

    title: str
    type: str = ResourceType.OTHER
    summary: str = ""
    symbol: str = ""
    issuer: str = ""
    dated: date | None = None
    language: str = ""
    tags: list[str] = field(default_factory=list)
    legal_systems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, resource: RoomResource) -> Self:
        """Return what is said of ``resource`` now."""
        return cls(**{one.name: getattr(resource, one.name) for one in fields(cls)})

    def write(self, resource: RoomResource) -> list[str]:
        """Write it down; returns the names of what changed."""
        changed = [one.name for one in fields(self) if getattr(resource, one.name) != getattr(self, one.name)]
        for name in changed:
            setattr(resource, name, getattr(self, name))
        return changed


@dataclass(frozen=True, slots=True)
class LegalReference:
    """Where a rule stands: an instrument and its article, or a resolution, and the year."""

    instrument: str = ""
    article: str = ""
    resolution: str = ""
    year: int | None = None

    @classmethod
    def of(cls, details: JSON) -> Self:
        """Return the reference that a version holds."""
        return cls(**{one.name: details.get(one.name, one.default) for one in fields(cls)})

    def as_json(self) -> dict[str, Any]:
        """Return it as a version holds it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def line(self) -> str:
        """The reference in one line, as it is cited."""
        parts = (self.instrument, self.article, self.resolution, str(self.year or ""))
        return ", ".join(part for part in parts if part)


def tags_of(typed: str) -> list[str]:
    """Return the tags in a line of words parted by commas: each once, in order, at most twelve."""
    found = (
        " ".join(tag.split())[:LONGEST_TAG] for tag in typed.replace("،", ",").replace("，", ",").split(",")
    )
    return list(dict.fromkeys(tag for tag in found if tag))[:MOST_TAGS]


def title_of(file_name: str) -> str:
    """Return a title for a file that has none yet: its name without ending, words parted."""
    stem = file_name.rpartition(".")[0] or file_name
    return " ".join(stem.replace("_", " ").split())[:LONGEST_TITLE] or file_name[:LONGEST_TITLE]


def joined(tags: Iterable[str]) -> str:
    """Return tags as they are typed."""
    return ", ".join(tags)
