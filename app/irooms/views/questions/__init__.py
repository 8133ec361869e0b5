"""Pages of questions to experts; importing this package connects them to the blueprint of rooms."""

from __future__ import annotations

from app.irooms.views.questions import answering, asking, lists, news, publishing

__all__ = ["answering", "asking", "lists", "news", "publishing"]
