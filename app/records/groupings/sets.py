"""A country set: countries sorted into named groups, in one version that never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Group:
    """Some countries (ISO 3166-1 alpha-2) under a title."""

    title: LazyString
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class CountrySet:
    """One version of a set, valid from a day until the next version's. No country is in two of its groups.

    ``source`` says whose list it is, in English as published; ``note`` what staff wrote about this version, and
    ``names`` (by language) what they called it.
    """

    id: str
    title: LazyString
    version: str
    valid_from: date
    groups: Mapping[str, Group]
    source: str = ""
    note: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    _groups_by_country: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a country in two groups: parts would not add up to the whole."""
        found: dict[str, str] = {}
        for group_id, group in self.groups.items():
            if twice := found.keys() & group.members:
                raise ValueError(f"{self.id} {self.version}: {sorted(twice)} are in two groups")
            found |= dict.fromkeys(group.members, group_id)
        object.__setattr__(self, "_groups_by_country", MappingProxyType(found))

    @property
    def reference(self) -> str:
        """What a snapshot writes down: the set and its version, ``least_developed_countries@2020``."""
        return f"{self.id}@{self.version}"

    @property
    def countries(self) -> frozenset[str]:
        """Every country in some group."""
        return frozenset(self._groups_by_country)

    def group_of(self, country: str) -> str | None:
        """Return the id of the group a country is in; None when in none."""
        return self._groups_by_country.get(country)

    def changes(self, before: CountrySet) -> tuple[frozenset[str], frozenset[str]]:
        """Return the countries that joined and those that left since the version ``before``."""
        return self.countries - before.countries, before.countries - self.countries

    def members(self, group_id: str) -> frozenset[str]:
        """Return the countries of a group; none when there is no such group."""
        group = self.groups.get(group_id)
        return group.members if group else frozenset()


def valid_at(versions: Iterable[CountrySet], at: date) -> CountrySet | None:
    """Return the version that holds at a day: the latest begun by then; of several begun that day, the last written.

    ``versions`` are in the order in which they begin, then were written.
    """
    return next((one for one in reversed(tuple(versions)) if one.valid_from <= at), None)
