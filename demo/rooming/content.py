"""What is written for a room: its YAML files, texts, tables and drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from app.irooms.vocabulary import TOPICS

FOLDER = Path(__file__).parents[1] / "rooms"
NAMES = ("electronic-evidence", "rehabilitation", "quiet-room")
"""The rooms in the order in which they are opened; a folder that is not there is passed over."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Row = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """The files of one room."""

    name: str
    folder: Path

    @cached_property
    def room(self) -> Row:
        """``room.yaml``."""
        return dict(self._read("room") or {})

    @property
    def topic(self) -> str:
        """The room's topic, a word of the application's."""
        return str(self.room["topic"]) if self.room["topic"] in TOPICS else "other"

    @cached_property
    def draft(self) -> Row:
        """``draft.yaml``; empty where nothing is drafted."""
        return dict(self._read("draft") or {})

    @cached_property
    def stocktaking(self) -> Row:
        """``stocktaking.yaml``; empty where no stock is taken."""
        return dict(self._read("stocktaking") or {})

    def rows(self, name: str) -> list[Row]:
        """Return the list in ``<name>.yaml``; empty where there is no such file."""
        return list(self._read(name) or ())

    def text(self, name: str) -> str:
        """Return a file of the room as text (``texts/guide.md``)."""
        return (self.folder / name).read_text("utf-8")

    def octets(self, name: str) -> bytes:
        """Return a file of the room as it is."""
        return (self.folder / name).read_bytes()

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table: ``columns`` and ``rows``."""
        found: Mapping[str, Any] = yaml.load(self.text(name), _LOADER)  # noqa: S506 - a safe loader
        return found

    def _read(self, name: str) -> Any:
        path = self.folder / f"{name}.yaml"
        return yaml.load(path.read_text("utf-8"), _LOADER) if path.is_file() else None  # noqa: S506 - a safe loader


def contents() -> Iterator[Content]:
    """Yield the rooms that there is something for."""
    for name in NAMES:
        if (FOLDER / name / "room.yaml").is_file():
            yield Content(name, FOLDER / name)
