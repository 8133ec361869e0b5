"""Scopes: the one question that every side door asks. What somebody may read, as short words in the database.

Whatever can be met outside its own page (a search hit, a notice, a calendar entry, a mail, a live announcement) carries
the scope of what it tells of, such as ``course:4`` or ``room:7``. Each feature says which of its scopes an actor holds
*now*; a row whose scope the actor does not hold is not there for them. Two scopes need no feature: ``open`` is
anyone's, ``person:<id>`` is that person's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import g

from app.core.access import Actor

OPEN = "open"
Provider = Callable[[Actor], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Feature:
    held_by: Provider
    kinds: frozenset[str]

    def concerns(self, kinds: frozenset[str]) -> bool:
        """Whether scopes of ``kinds`` may be this feature's."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def held(self, actor: Actor) -> frozenset[str]:
        """Return what the actor holds of it now. Raises ValueError for a scope of a kind that was not named."""
        found = frozenset(self.held_by(actor))
        if self.kinds and (strange := {_kind(one) for one in found} - self.kinds):
            raise ValueError(f"scopes of kinds that were not named: {sorted(strange)}")
        return found


_features: dict[str, _Feature] = {}


def provide(feature: str, provider: Provider, *, kinds: Iterable[str] = ()) -> None:
    """Let ``feature`` name the scopes that an actor holds; asking again replaces the provider.

    ``kinds`` are the first words of all its scopes (``room``): who asks for scopes of other kinds does not trouble it.
    """
    _features[feature] = _Feature(provider, frozenset(kinds))


def person(user_id: int) -> str:
    """Return the scope of what is one person's own."""
    return f"person:{user_id}"


def scopes_of(actor: Actor) -> frozenset[str]:
    """Return every scope that ``actor`` holds now; found out once per request, job or event."""
    return _own(actor).union(*(_held(actor, name) for name in _features))


def held_among(actor: Actor, asked: Iterable[str]) -> frozenset[str]:
    """Return those of ``asked`` that ``actor`` holds now, found out from the features that they may belong to only."""
    wanted, held = frozenset(asked), _own(actor)
    kinds = frozenset(_kind(one) for one in wanted - held)
    if kinds:
        concerned = (name for name, feature in _features.items() if feature.concerns(kinds))
        held = held.union(*(_held(actor, name) for name in concerned))
    return wanted & held


def forget() -> None:
    """Ask again at the next question (rights have changed within this request)."""
    g.pop("scopes", None)


def _own(actor: Actor) -> frozenset[str]:
    if actor.user_id is None or not actor.approved:
        return frozenset({OPEN})
    return frozenset({OPEN, person(actor.user_id)})


def _held(actor: Actor, name: str) -> frozenset[str]:
    """Return what the actor holds of one feature, found out once."""
    kept: dict[tuple[int, str], tuple[Actor, frozenset[str]]] = g.setdefault("scopes", {})
    key = (id(actor), name)
    if key not in kept:  # the actor is kept beside, so that its id is not given to another one
        kept[key] = (actor, _features[name].held(actor))
    return kept[key][1]


def _kind(scope: str) -> str:
    return scope.partition(":")[0]
