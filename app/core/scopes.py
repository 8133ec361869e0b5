"""Scopes: the one question that every side door asks. What somebody may read, as short words in the database.

Whatever can be met outside its own page (a search hit, a notice, a calendar entry, a mail, a live announcement) carries
the scope of what it tells of, such as ``course:4`` or ``room:7``. Each feature says which of its scopes an actor holds
*now*; a row whose scope the actor does not hold is not there for them. Two scopes need no feature: ``open`` is
anyone's, ``person:<id>`` is that person's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import g

from app.core.access import Actor

OPEN = "open"
Provider = Callable[[Actor], Iterable[str]]
_providers: dict[str, Provider] = {}


def provide(feature: str, provider: Provider) -> None:
    """Let ``feature`` name the scopes that an actor holds; asking again replaces the provider."""
    _providers[feature] = provider


def person(user_id: int) -> str:
    """Return the scope of what is one person's own."""
    return f"person:{user_id}"


def scopes_of(actor: Actor) -> frozenset[str]:
    """Return every scope that ``actor`` holds now; found out once per request, job or event."""
    kept: dict[int, tuple[Actor, frozenset[str]]] = g.setdefault("scopes", {})
    if id(actor) not in kept:  # the actor is kept beside, so that its id is not given to another one
        own = {OPEN} | ({person(actor.user_id)} if actor.user_id is not None and actor.approved else set())
        found = own.union(*(provider(actor) for provider in _providers.values()))
        kept[id(actor)] = (actor, frozenset(found))
    return kept[id(actor)][1]


def forget() -> None:
    """Ask again at the next :func:`scopes_of` (rights have changed within this request)."""
    g.pop("scopes", None)
