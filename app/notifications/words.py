"""Words of notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.database import JSON


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says and where it leads."""

    text: str
    url: str


def register(kind: str, render: Callable[[JSON, int], Told], *, may_name: Callable[[JSON], bool] | None = None) -> None:
    """Placeholder until the package is written."""
