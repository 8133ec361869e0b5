"""Pages of documents that a room writes; importing this module connects them all to the blueprint."""

from __future__ import annotations

from app.irooms.views.drafting import (
    comments,
    exports,
    lists,
    news,
    page,
    sections,
    settings,
    suggestions,
    versions,
    writing,
)

__all__ = [
    "comments",
    "exports",
    "lists",
    "news",
    "page",
    "sections",
    "settings",
    "suggestions",
    "versions",
    "writing",
]
