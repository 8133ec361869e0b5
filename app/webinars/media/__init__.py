"""What carries sound and picture: one adapter a module, behind the interface of ``base``.

``adapter_of(webinar)`` is the session's; ``offered()`` is what a session may be planned with, each saying in words what
it carries and, where it cannot be had here, why. Media never flow through the platform's own processes, except the
pieces of a broadcast, which are files.
"""

from __future__ import annotations

from app.webinars.media.base import Adapter, Capacity, Offer, Unavailable
from app.webinars.media.broadcast import BroadcastAdapter
from app.webinars.media.janus import JanusAdapter
from app.webinars.media.link import LinkAdapter
from app.webinars.media.null import NullAdapter
from app.webinars.media.p2p import PeerAdapter
from app.webinars.models.planning import MediaKind, Webinar

__all__ = ["Adapter", "Capacity", "Offer", "Unavailable", "adapter_for", "adapter_of", "offered"]

_ADAPTERS: dict[MediaKind, Adapter] = {
    adapter.kind: adapter
    for adapter in (NullAdapter(), PeerAdapter(), BroadcastAdapter(), JanusAdapter(), LinkAdapter())
}


def adapter_of(webinar: Webinar) -> Adapter:
    """Return what carries a session's sound and picture."""
    return adapter_for(webinar.media)


def adapter_for(kind: str) -> Adapter:
    """Return the adapter of a kind."""
    return _ADAPTERS[MediaKind(kind)]


def offered() -> list[Offer]:
    """Return every adapter in the words of the present language, the unavailable ones with the reason."""
    return [adapter.offer() for adapter in _ADAPTERS.values()]
