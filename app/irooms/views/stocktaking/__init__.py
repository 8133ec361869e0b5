"""Pages of stocktakings; importing this package connects them to the blueprint of rooms."""

from __future__ import annotations

from app.irooms.views.stocktaking import answering, building, lists, news, running, studying, summarising

__all__ = ["answering", "building", "lists", "news", "running", "studying", "summarising"]
