"""Pages of what a room holds."""

from __future__ import annotations

from app.irooms.views.resources import adding, changing, collections, listing, lists, reader, resource, trail

__all__ = ["adding", "changing", "collections", "listing", "lists", "reader", "resource", "trail"]
