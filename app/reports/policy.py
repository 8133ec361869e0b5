"""Whose rows a report shows: questions about what an actor holds, asked anew whenever a report is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.core.access import EVERYWHERE, Actor, Rule
from app.core.permissions import Permission
from app.records import keepers
from app.records.keepers import Kept
from app.records.models import ActivityKind

_COURSE, _COUNTRY = "course:", "country:"


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may read: everything, or activities by slug or key, or people who took part from countries.

    ``activities`` are those that they look after. A participation is within the scope when its activity or its country
    is.
    """

    everything: bool
    slugs: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    activities: Mapping[UUID, Kept] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.everything or bool(self.slugs or self.countries or self.activities)

    def __contains__(self, slug: str) -> bool:
        return self.everything or slug in self.slugs

    def owns(self, key: UUID, slug: str) -> bool:
        """Whether the whole of an activity is within the scope, wherever people took part from."""
        return self.everything or slug in self.slugs or key in self.activities

    def looks_after(self, kinds: frozenset[str]) -> bool:
        """Whether there is an activity of these kinds that the reader looks after."""
        return any(one.kind in kinds for one in self.activities.values())

    def within(self, other: Scope) -> bool:
        """Whether nothing is in this scope that is not in ``other``."""
        if other.everything:
            return True
        return (
            not self.everything
            and self.slugs <= other.slugs
            and self.countries <= other.countries
            and self.activities.keys() <= other.activities.keys()
        )


def scope_of(actor: Actor, permission: Permission = Permission.REPORTS_READ) -> Scope:
    """Return what the actor may see (or export) in reports now."""
    if not actor.approved:
        return Scope(False)
    held = actor.scopes(permission)
    if EVERYWHERE in held:
        return Scope(True)
    return Scope(
        False,
        slugs=_after(held, _COURSE),
        countries=_after(held, _COUNTRY),
        activities=_looked_after(actor),
    )


def _looked_after(actor: Actor) -> Mapping[UUID, Kept]:
    """What an actor looks after: with reports.read all of it, else rooms only, which are told of in counts."""
    found = keepers.looked_after(actor)
    if actor.has(Permission.REPORTS_READ):
        return found
    return {key: one for key, one in found.items() if one.kind == ActivityKind.ROOM}


def _after(held: frozenset[str], kind: str) -> frozenset[str]:
    return frozenset(one.removeprefix(kind) for one in held if one.startswith(kind))


def may_export(actor: Actor) -> bool:
    """Whether the actor may take away all the rows they may see."""
    shown = scope_of(actor)
    return bool(shown) and shown.within(scope_of(actor, Permission.REPORTS_EXPORT))


def _has(actor: Actor) -> bool:
    return actor.approved and (actor.has(Permission.REPORTS_READ) or actor.has(Permission.ROOMS_MANAGE))


def _reads(actor: Actor) -> bool:
    return _has(actor) or bool(_looked_after(actor))


in_header = Rule("reports.read or rooms.manage", _has)
"""Who has reports in the header; who manages one room comes by its address."""
readers = Rule("reports.read, rooms.manage, or manages a room", _reads)
"""Who has reports at all; which, their scope says."""
