"""Who looks after an activity: each feature says it of its own, so that who reads the register can ask.

A trainer who runs a session and a member who manages a room may read what the register holds of it. Which they are is
known to the feature alone; it names the activities here, with the title that those people know it by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import g

from app.core.access import Actor


@dataclass(frozen=True, slots=True)
class Kept:
    """An activity that somebody looks after: its kind, and the title that they know it by."""

    kind: str
    title: str


Source = Callable[[Actor], Mapping[UUID, Kept]]
_sources: dict[str, Source] = {}


def provide(feature: str, source: Source) -> None:
    """Let ``feature`` name the activities that an actor looks after now; asking again replaces the source."""
    _sources[feature] = source


def looked_after(actor: Actor) -> dict[UUID, Kept]:
    """Return the activities that ``actor`` looks after by their keys; one statement a feature, once a request."""
    if actor.user_id is None or not actor.approved:
        return {}
    kept: dict[int, tuple[Actor, dict[UUID, Kept]]] = g.setdefault("looked_after", {})
    if id(actor) not in kept:  # the actor is kept beside, so that its id is not given to another one
        found = {key: one for source in _sources.values() for key, one in source(actor).items()}
        kept[id(actor)] = (actor, found)
    return kept[id(actor)][1]
