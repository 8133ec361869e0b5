"""Country sets as their pages show them: built-in ones and those that staff made, with every version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel.speaklater import LazyString

from app.accounts.countries import choices
from app.core import clock
from app.core.i18n import page_language
from app.records.groupings.builtin import BUILT_IN
from app.records.groupings.queries import PREFIX, Free, free_sets
from app.records.groupings.sets import CountrySet, valid_at


@dataclass(frozen=True, slots=True)
class Step:
    """A version, and who joined and left since the one that held before."""

    version: CountrySet
    joined: frozenset[str]
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A set: its name in addresses, its versions, the one that holds today; ``free`` when staff made it."""

    name: str
    versions: Sequence[CountrySet]
    free: Free | None = None

    @property
    def title(self) -> LazyString:
        """What it is called today (or will be)."""
        return (self.today or self.versions[-1]).title

    @property
    def today(self) -> CountrySet | None:
        """The version that holds today; None when the first begins later."""
        return valid_at(self.versions, clock.now().date())

    @property
    def retired(self) -> bool:
        """Whether it is no longer offered."""
        return self.free is not None and self.free.retired_at is not None

    def steps(self) -> list[Step]:
        """The versions, the latest to begin first."""
        steps = [Step(self.versions[0], self.versions[0].countries, frozenset())]
        for before, version in zip(self.versions, self.versions[1:], strict=False):
            steps.append(Step(version, *version.changes(before)))
        return steps[::-1]


def every_set() -> list[Shown]:
    """Return built-in sets in their order, then those of staff: the ones in use by title, retired ones last."""
    built_in = [Shown(set_id, versions) for set_id, versions in BUILT_IN.items()]
    free = [Shown(one.public_id, one.versions, one) for one in free_sets().values()]
    return built_in + sorted(free, key=lambda one: (one.retired, str(one.title).casefold(), one.name))


def set_named(name: str) -> Shown | None:
    """Return the set with this name in addresses."""
    if versions := BUILT_IN.get(name):
        return Shown(name, versions)
    free = free_sets().get(PREFIX + name)
    return Shown(name, free.versions, free) if free else None


def names_of(codes: Collection[str]) -> list[str]:
    """Return the names of countries in the page's language, sorted."""
    return [name for code, name in choices() if code in codes]


def enumerated(codes: Collection[str]) -> str:
    """Return the names of countries as one text, as the page's language lists things."""
    return str(format_list(names_of(codes), style="unit", locale=page_language()))
