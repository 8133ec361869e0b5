"""Actions of notices."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.database import JSON


def notify(user_ids: Iterable[int], kind: str, scope: str, params: JSON, *, topic: str = "") -> None:
    """Placeholder until the package is written."""
