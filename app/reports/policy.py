"""Whose rows a report shows: pure questions about what an actor holds."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import EVERYWHERE, Actor
from app.core.permissions import Permission

_COURSE = "course:"


@dataclass(frozen=True, slots=True)
class Scope:
    """Every course, or those with the slugs named."""

    everything: bool
    slugs: frozenset[str] = frozenset()

    def __contains__(self, slug: str) -> bool:
        return self.everything or slug in self.slugs


def scope_of(actor: Actor, permission: Permission = Permission.REPORTS_READ) -> Scope:
    """Return the courses whose participants the actor may see (or export) in reports."""
    if not actor.approved:
        return Scope(False)
    held = actor.scopes(permission)
    slugs = frozenset(one.removeprefix(_COURSE) for one in held if one.startswith(_COURSE))
    return Scope(EVERYWHERE in held, slugs)


def may_export(actor: Actor) -> bool:
    """Whether the actor may take away all the rows they may see."""
    shown, taken = scope_of(actor), scope_of(actor, Permission.REPORTS_EXPORT)
    return taken.everything or (not shown.everything and shown.slugs <= taken.slugs and bool(shown.slugs))
