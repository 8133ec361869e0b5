"""Pages of a room's discussion."""

from __future__ import annotations

from app.irooms.views.discussion import choosing, posts, topic, topics

__all__ = ["choosing", "posts", "topic", "topics"]
